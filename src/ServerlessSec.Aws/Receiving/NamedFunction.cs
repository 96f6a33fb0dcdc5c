using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Receiving;

/// <summary>A function as a person names it: name, partial or full ARN, each with or without a version or alias.</summary>
/// <param name="Qualifier">A version, an alias or <c>$LATEST</c>; null where it is not said.</param>
/// <param name="Account">Null where it is not said.</param>
/// <param name="Region">Null where it is not said.</param>
public sealed record NamedFunction(string Name, string? Qualifier, string? Account, string? Region)
{
    /// <exception cref="FormatException">It names no function.</exception>
    public static NamedFunction Parse(string text)
    {
        var name = FunctionName.Unqualified(text) ?? throw new FormatException($"'{text}' names no function");
        var (account, region, rest) = text.Split(':') switch
        {
            ["arn", _, _, var where, var whose, _, .. var named] => (whose, where, named),
            [var whose, "function", .. { Length: > 0 } named] => (whose, (string?)null, named),
            var named => ((string?)null, null, named),
        };
        var qualifier = rest.Length > 1 ? rest[1] : null;
        return qualifier is null or ServedVersion.Latest || IsQualifier(qualifier) ? new(name, qualifier, account, region) : throw new FormatException($"'{qualifier}' is neither a version nor an alias");
    }

    /// <summary>Letters, digits, hyphens and underscores, at most 128 (Lambda API, Qualifier).</summary>
    private static bool IsQualifier(string text) => text.Length is > 0 and <= 128 && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
