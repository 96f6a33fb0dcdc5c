using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates.Resolving;

/// <summary>Takes ARNs apart whose parts may be holes; a colon within a hole separates nothing.</summary>
internal static class ArnText
{
    private const string FunctionPart = ":function:";
    private const string InvocationPart = "/functions/";

    public static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == Text.Open) depth++;
            else if (text[i] == Text.Close) depth--;
            else if (text[i] == separator && depth <= 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }

    /// <summary>The service of an ARN; empty where the text is none.</summary>
    public static string Service(string? arn) =>
        arn is not null && arn.StartsWith("arn:", StringComparison.Ordinal) && Split(arn, ':') is { Count: >= 3 } parts ? parts[2] : "";

    /// <summary>What stands behind the last slash or colon.</summary>
    public static string LastPart(string text) => Split(Split(text, '/')[^1], ':')[^1];

    /// <summary>Name and qualifier from a name, a partial or whole ARN, or API Gateway's invocation URI; null where it
    /// is none of these.</summary>
    public static (string Name, string? Qualifier)? FunctionName(string reference)
    {
        var text = reference;
        var uri = text.LastIndexOf(InvocationPart, StringComparison.Ordinal);
        if (uri >= 0)
        {
            text = text[(uri + InvocationPart.Length)..];
            var end = text.LastIndexOf("/invocations", StringComparison.Ordinal);
            if (end < 0) end = text.LastIndexOf("/response-streaming-invocations", StringComparison.Ordinal);
            if (end >= 0) text = text[..end];
        }

        var at = text.IndexOf(FunctionPart, StringComparison.Ordinal);
        if (at >= 0) text = text[(at + FunctionPart.Length)..];
        else if (text.AsSpan().StartsWith(FunctionPart.AsSpan(1), StringComparison.Ordinal)) text = text[(FunctionPart.Length - 1)..];
        else if (text.StartsWith("arn:", StringComparison.Ordinal)) return null;
        return Split(text, ':') switch
        {
            [{ Length: > 0 } name] => (name, null),
            [{ Length: > 0 } name, { Length: > 0 } qualifier] => (name, qualifier),
            _ => null,
        };
    }
}
