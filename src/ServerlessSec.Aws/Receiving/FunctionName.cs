namespace ServerlessSec.Aws.Receiving;

/// <summary>The many ways in which AWS names a function: name, partial ARN, full ARN, each with or without a qualifier.</summary>
public static class FunctionName
{
    /// <summary>The unqualified name, or null where the text names no function.</summary>
    /// <param name="text"><c>name</c>, <c>name:alias</c>, <c>account:function:name</c>, or an ARN.</param>
    public static string? Unqualified(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var parts = text.Split(':');
        var at = Array.IndexOf(parts, "function");
        var name = at >= 0 ? at + 1 < parts.Length ? parts[at + 1] : "" : parts[0] == "arn" ? "" : parts[0];
        return IsName(name) ? name : null;
    }

    /// <summary>Letters, digits, hyphens and underscores, at most 64 (Lambda API, FunctionName).</summary>
    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
