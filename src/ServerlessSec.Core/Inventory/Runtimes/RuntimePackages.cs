using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Runtimes;

/// <summary>A Python distribution that the runtimes bring.</summary>
/// <param name="Name">Normalised.</param>
/// <param name="Module">As code imports it.</param>
/// <param name="Needs">Names of others.</param>
internal sealed record RuntimeDistribution(string Name, string Module, params ImmutableArray<string> Needs);

/// <summary>
/// What managed runtimes bring along. Until 2022 the Lambda Developer Guide listed the version of the AWS SDK for each runtime;
/// since then it says that the version depends on runtime version and Region, and how to look it up.
/// </summary>
internal static class RuntimePackages
{
    private const string Guide = "https://github.com/awsdocs/aws-lambda-developer-guide/blob/";
    private const string Path = "/doc_source/lambda-runtimes.md";

    public static readonly RuntimeDistribution[] Python =
    [
        new("boto3", "boto3", "botocore", "jmespath", "s3transfer"),
        new("botocore", "botocore", "jmespath", "python-dateutil", "urllib3"),
        new("s3transfer", "s3transfer", "botocore"),
        new("jmespath", "jmespath"),
        new("python-dateutil", "dateutil", "six"),
        new("urllib3", "urllib3"),
        new("six", "six"),
        new("awslambdaric", "awslambdaric"),
    ];

    private static readonly (DateOnly Day, string Commit) Last = (new(2022, 11, 14), "a83f69bc6467d61a2d5246cd7eb74ff629f6aac8");
    private static readonly (DateOnly Day, string Commit) June = (new(2022, 6, 10), "4c88540480b84a2d2938ba64bca1827791664b66");
    private static readonly (DateOnly Day, string Commit) February = (new(2022, 2, 23), "2be81b8fa0e4b7ecb20892909bcd01da2e6cb61c");

    /// <summary>The version that AWS documented last, and when; a runtime of which none was is told without version.</summary>
    /// <param name="package">Of the SDK: <c>aws-sdk</c>, <c>boto3</c>, <c>botocore</c>.</param>
    public static (string Version, DateOnly? AsOf, string? Source) Documented(string runtime, string package)
    {
        var (version, when) = (runtime, package) switch
        {
            ("nodejs10.x", "aws-sdk") => ("2.1001.0", February),
            ("nodejs12.x" or "nodejs14.x", "aws-sdk") => ("2.1055.0", Last),
            ("nodejs16.x", "aws-sdk") => ("2.1083.0", Last),
            ("python2.7", "boto3") => ("1.17.100", February),
            ("python2.7", "botocore") => ("1.20.100", February),
            ("python3.6", "boto3") => ("1.20.32", June),
            ("python3.6", "botocore") => ("1.23.32", June),
            ("python3.7" or "python3.8" or "python3.9", "boto3") => ("1.20.32", Last),
            ("python3.7" or "python3.8" or "python3.9", "botocore") => ("1.23.32", Last),
            ("ruby2.5", "aws-sdk") => ("3.0.1", February),
            ("ruby2.7", "aws-sdk") => ("3.1.0", Last),
            _ => ("", default),
        };
        return version.Length == 0 ? ("", null, null) : (version, when.Day, $"{Guide}{when.Commit}{Path}");
    }
}
