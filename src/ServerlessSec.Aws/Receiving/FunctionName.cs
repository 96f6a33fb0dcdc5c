namespace ServerlessSec.Aws.Receiving;

/// <summary>The many ways in which AWS names a function: name, partial ARN, full ARN, each with or without a qualifier.</summary>
public static class FunctionName
{
    /// <summary>The unqualified name, or null where the text names no function.</summary>
    /// <param name="text"><c>name</c>, <c>name:alias</c>, <c>account:function:name</c>, or an ARN.</param>
    public static string? Unqualified(string? text)
    {
        var name = text?.Split(':') switch
        {
            ["arn", _, "lambda", _, _, var kind, .. var rest] => kind == "function" && rest.Length is (1 or 2) ? rest[0] : null,
            [_, "function", var partial, .. { Length: <= 1 }] => partial,
            [var plain, .. { Length: <= 1 }] => plain,
            _ => null,
        };
        return name is not null && IsName(name) ? name : null;
    }

    /// <summary>Letters, digits, hyphens and underscores, at most 64 (Lambda API, FunctionName).</summary>
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
