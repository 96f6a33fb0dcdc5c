namespace ServerlessSec.Advisories.Scoring;

/// <summary>The metrics of a CVSS vector: <c>AV:N/AC:L/…</c>.</summary>
internal sealed class CvssVector
{
    private readonly Dictionary<string, string> metrics = new(StringComparer.Ordinal);
    private readonly string text;

    public CvssVector(string text, string body)
    {
        this.text = text;
        foreach (var part in body.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0) throw new FormatException($"'{part}' in the vector '{text}' is no metric");
            if (!metrics.TryAdd(part[..colon], part[(colon + 1)..]))
                throw new FormatException($"'{part[..colon]}' stands twice in the vector '{text}'");
        }
    }

    /// <summary>The value of a metric that the vector must have, translated by its place in <paramref name="values"/>.</summary>
    public double Weight(string metric, string values, ReadOnlySpan<double> weights) => weights[Index(metric, values)];

    public int Index(string metric, string values)
    {
        var value = metrics.GetValueOrDefault(metric) ?? throw new FormatException($"the vector '{text}' has no '{metric}'");
        var index = value.Length == 1 ? values.IndexOf(value[0], StringComparison.Ordinal) : -1;
        return index >= 0 ? index : throw new FormatException($"'{metric}:{value}' in the vector '{text}' is not defined");
    }

    /// <summary>The value of an optional metric; <paramref name="undefined"/> where it is absent or <c>X</c>.</summary>
    public char Optional(string metric, string values, char undefined)
    {
        var value = metrics.GetValueOrDefault(metric);
        return value is null or "X" ? undefined : values[Index(metric, values)];
    }
}
