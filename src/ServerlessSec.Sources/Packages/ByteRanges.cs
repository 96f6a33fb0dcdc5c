namespace ServerlessSec.Sources.Packages;

/// <summary>From <paramref name="Start"/> up to, but without, <paramref name="End"/>.</summary>
public readonly record struct ByteRange(long Start, long End)
{
    public long Length => End - Start;
}

/// <summary>Which bytes of a file are there: ranges in order, none touching another.</summary>
internal sealed class ByteRanges
{
    private readonly List<ByteRange> held = [];

    public void Add(ByteRange range)
    {
        if (range.Length <= 0) return;
        var first = held.FindIndex(other => other.End >= range.Start);
        if (first < 0)
        {
            held.Add(range);
            return;
        }

        var last = held.FindLastIndex(other => other.Start <= range.End);
        if (last < first)
        {
            held.Insert(first, range);
            return;
        }

        held[first] = new(Math.Min(range.Start, held[first].Start), Math.Max(range.End, held[last].End));
        held.RemoveRange(first + 1, last - first);
    }

    /// <summary>Where what is there at <paramref name="offset"/> ends; null where nothing is.</summary>
    public long? HeldUntil(long offset) => held.FindIndex(range => range.Start <= offset && offset < range.End) is var at and >= 0 ? held[at].End : null;

    /// <summary>Where the next range behind <paramref name="offset"/> begins, or <paramref name="end"/>.</summary>
    public long MissingUntil(long offset, long end) => held.FindIndex(range => range.Start > offset) is var at and >= 0 ? Math.Min(held[at].Start, end) : end;

    /// <summary>What of <paramref name="wanted"/> is not there, neighbours at most <paramref name="apart"/> bytes from each other as one.</summary>
    public IReadOnlyList<ByteRange> Missing(IEnumerable<ByteRange> wanted, long apart)
    {
        var missing = new List<ByteRange>();
        foreach (var range in wanted.OrderBy(static r => r.Start))
        {
            for (var at = range.Start; at < range.End;)
            {
                if (HeldUntil(at) is { } until)
                {
                    at = until;
                    continue;
                }

                var end = MissingUntil(at, range.End);
                if (missing.Count > 0 && at - missing[^1].End <= apart) missing[^1] = new(missing[^1].Start, Math.Max(missing[^1].End, end));
                else missing.Add(new(at, end));
                at = end;
            }
        }

        return missing;
    }
}
