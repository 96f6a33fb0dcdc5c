using Amazon.Runtime;

namespace ServerlessSec.Aws;

/// <summary>AWS cannot be reached as things are: no credentials, no Region, no network, or an answer that says so. Tells what to do.</summary>
public sealed class AwsAccessException(string message, string hint, Exception? inner = null) : Exception(message, inner)
{
    private const string Login =
        "Log in with 'aws sso login', set AWS_PROFILE or --profile, or the variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; 'aws configure export-credentials --format env' prints those of a login.";

    public string Hint { get; } = hint;

    /// <summary>What an exception of the SDK means to a person; null where it is none.</summary>
    public static AwsAccessException? For(Exception fault) => fault switch
    {
        AwsAccessException told => told,
        AmazonServiceException or AmazonClientException => Of(fault),
        _ => null,
    };

    internal static bool Explains(Exception fault) => fault is AmazonServiceException or AmazonClientException or HttpRequestException;

    internal static AwsAccessException Of(Exception fault) => fault switch
    {
        AmazonServiceException { ErrorCode: "ExpiredToken" or "ExpiredTokenException" or "RequestExpired" } => new("the credentials for AWS have expired", Login, fault),
        AmazonServiceException { ErrorCode: "InvalidClientTokenId" or "UnrecognizedClientException" or "SignatureDoesNotMatch" or "InvalidAccessKeyId" or "IncompleteSignature" } invalid =>
            new($"AWS does not accept the credentials ({invalid.ErrorCode})", Login, fault),
        AmazonServiceException { ErrorCode: "ResourceNotFoundException" } absent => new($"AWS knows no such thing: {Sentence(absent)}", "Look at the names that were given, and at --region.", fault),
        AmazonServiceException denied when Collecting.Attempt.IsDenied(denied) => new($"AWS refuses the call ({denied.ErrorCode}): {Sentence(denied)}", "Ask whoever manages the account for the permission.", fault),
        AmazonServiceException { StatusCode: not 0 } answer => new($"AWS answered {answer.ErrorCode}: {Sentence(answer)}", "Try again later.", fault),
        _ when Unreached(fault) is { } reason => new($"AWS cannot be reached: {reason}", "Look at the network, a proxy (HTTPS_PROXY), the Region, and AWS_ENDPOINT_URL.", fault),
        _ => new($"there are no credentials for AWS: {Sentence(fault)}", Login, fault),
    };

    internal static AwsAccessException NoRegion() => new("no AWS Region is named", "Say --region, set AWS_REGION, or name one in the profile.");

    internal static AwsAccessException NoProfile(string name) =>
        new($"there is no profile '{name}'", "Profiles are in ~/.aws/config and ~/.aws/credentials; 'aws configure list-profiles' lists them.");

    private static string? Unreached(Exception fault)
    {
        for (var at = fault; at is not null; at = at.InnerException)
        {
            if (at is HttpRequestException) return Sentence(at);
        }

        return null;
    }

    private static string Sentence(Exception fault) => fault.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}
