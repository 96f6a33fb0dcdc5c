using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>Whom findings belong to: one function, or the application, which in the cloud is an account in a Region.</summary>
public sealed record Owner
{
    private const string Mark = "function";

    private Owner(string partition, string region, string account, string? function) =>
        (Partition, Region, Account, Function) = (partition, region, account, function);

    public string Partition { get; }

    public string Region { get; }

    public string Account { get; }

    /// <summary>The function's unqualified name; null for the application.</summary>
    public string? Function { get; }

    /// <summary><c>arn:PARTITION:lambda:REGION:ACCOUNT</c>, for a function with its unqualified name.</summary>
    public string Arn => $"arn:{Partition}:lambda:{Region}:{Account}" + (Function is null ? "" : $":{Mark}:{Function}");

    /// <summary>The application that the owner is, or belongs to.</summary>
    public Owner Application => Function is null ? this : new(Partition, Region, Account, null);

    public static Owner Of(string partition, string region, string account, string? function = null) =>
        new(partition, region, account, function);

    /// <summary>Reads a function's ARN, its qualifier left out, or the application's.</summary>
    public static Owner Parse(string arn) => arn.Split(':') switch
    {
        ["arn", var partition, "lambda", var region, var account] => new(partition, region, account, null),
        ["arn", var partition, "lambda", var region, var account, Mark, { Length: > 0 } name] => new(partition, region, account, name),
        ["arn", var partition, "lambda", var region, var account, Mark, { Length: > 0 } name, _] => new(partition, region, account, name),
        _ => throw new FormatException($"'{arn}' is no ARN of a function or an application"),
    };

    /// <summary>The owner of a finding about <paramref name="subject"/>: the function it is about, else the application.</summary>
    public Owner For(Subject subject) => subject.Function == subject.Id ? new(Partition, Region, Account, subject.Id) : Application;

    public override string ToString() => Arn;
}
