using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts.Graph;

/// <summary>The parts of an ARN or ARN pattern, holes and wildcards included.</summary>
internal readonly record struct ArnText(string Service, string Region, string Account, string Resource)
{
    /// <summary>Null where the text is no ARN: a bare wildcard, or a hole for the whole.</summary>
    public static ArnText? Read(string text)
    {
        if (!text.StartsWith("arn:", StringComparison.Ordinal)) return null;
        var parts = Split(text, ':', 6);
        return parts.Length == 6 ? new(parts[2], parts[3], parts[4], parts[5]) : null;
    }

    /// <summary>
    /// What a resource is called whatever way led to it: a table's stream is the table, a function's version the
    /// function; partition, Region and account are left out.
    /// </summary>
    public static string Key(string arn)
    {
        if (Read(arn) is not { } parts) return arn;
        return $"{parts.Service}:{parts.Name}";
    }

    /// <summary>The resource part without what only qualifies it.</summary>
    public string Name => Service switch
    {
        "s3" => Split(Resource, '/', 2)[0],
        "dynamodb" or "kinesis" => string.Join('/', Split(Resource, '/', 3).Take(2)),
        "lambda" or "states" => string.Join(':', Split(Resource, ':', 3).Take(2)),
        "logs" => Resource.EndsWith(":*", StringComparison.Ordinal) ? Resource[..^2] : Resource,
        _ => Resource,
    };

    /// <summary>Splits at a separator that stands in no hole; <paramref name="most"/> parts at most.</summary>
    public static ImmutableArray<string> Split(string text, char separator, int most)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length && parts.Count < most - 1; i++)
        {
            if (text[i] == Text.Open) depth++;
            else if (text[i] == Text.Close) depth--;
            else if (text[i] == separator && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts.ToImmutable();
    }

    /// <summary>
    /// Whether two account or Region parts may name the same one. What stands for the place of deployment is taken to
    /// be the same as a written one: a template speaks of itself unless it says otherwise.
    /// </summary>
    public static bool SamePlace(string a, string b) =>
        a.Length == 0 || b.Length == 0 || a == b || IsHere(a) || IsHere(b) || WildText.Glob(a).Overlaps(WildText.Glob(b));

    private static bool IsHere(string part) => part.StartsWith("⟨AWS::", StringComparison.Ordinal);
}
