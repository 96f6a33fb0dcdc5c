namespace ServerlessSec.Reports.Asff;

/// <summary>The account that findings are imported into, and the time they carry.</summary>
/// <param name="Account">Twelve digits.</param>
/// <param name="ProductArn">Of the product that the account imports findings for.</param>
/// <param name="UpdatedAt">Must grow whenever a finding is sent again.</param>
public sealed record AsffContext(
    string Account,
    string Region,
    string Partition,
    string ProductArn,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    /// <summary>The account's own default product.</summary>
    public static AsffContext Of(string account, string region, string partition, DateTimeOffset createdAt, DateTimeOffset updatedAt) =>
        new(account, region, partition, $"arn:{partition}:securityhub:{region}:{account}:product/{account}/default", createdAt, updatedAt);

    /// <summary>
    /// For what is not deployed yet: account <c>000000000000</c> in <c>us-east-1</c>, at the scan's day. Right in shape,
    /// so that tools can read it; whoever imports it names a real account first.
    /// </summary>
    public static AsffContext Placeholder(DateOnly today)
    {
        var day = new DateTimeOffset(today, TimeOnly.MinValue, TimeSpan.Zero);
        return Of("000000000000", "us-east-1", "aws", day, day);
    }

    internal string Application => $"arn:{Partition}:lambda:{Region}:{Account}";

    internal string Function(string name) => $"{Application}:function:{name}";
}
