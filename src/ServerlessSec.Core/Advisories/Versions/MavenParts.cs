namespace ServerlessSec.Advisories.Versions;

/// <summary>What one part of a Maven version is, in the order of their places.</summary>
internal enum MavenPlace : sbyte
{
    Alpha = -5,
    Beta = -4,
    Milestone = -3,
    Candidate = -2,
    Snapshot = -1,

    /// <summary>The end of a version, and the words that say no more than that.</summary>
    Release = 0,
    ServicePack = 1,
    UnknownWord = 2,
    NumberAfterHyphen = 3,
    Number = 4,
}

/// <summary>A number or a word, as a place in the version's text.</summary>
internal readonly record struct MavenPart(MavenPlace Place, int Start, int End)
{
    public bool IsNumber => Place >= MavenPlace.NumberAfterHyphen;

    public ReadOnlySpan<char> Text(ReadOnlySpan<char> version) => version[Start..End];
}

/// <summary>Takes Maven versions apart and compares their parts.</summary>
internal static class MavenParts
{
    /// <param name="room">As many parts as the version has characters, and one.</param>
    /// <returns>The parts that count: without the zeros before words and at the end.</returns>
    public static Span<MavenPart> Read(ReadOnlySpan<char> version, Span<MavenPart> room)
    {
        var count = 0;
        var start = 0;
        var hyphen = false;
        for (var i = 0; i <= version.Length; i++)
        {
            var ends = i == version.Length;
            var separates = !ends && version[i] is '.' or '-';
            if (ends ? i > start : separates)
            {
                room[count++] = Part(version, start, i, hyphen, numbered: separates && version[i] == '-' && IsDigit(version, i + 1));
                (start, hyphen) = (i + 1, separates && version[i] == '-');
            }
            else if (!ends && i > start && IsDigit(version, i) != IsDigit(version, i - 1))
            {
                // Where digits and letters meet, a hyphen is as good as written.
                room[count++] = Part(version, start, i, hyphen, numbered: IsDigit(version, i));
                (start, hyphen) = (i, true);
            }
        }

        return room[..DropZeros(version, room[..count])];
    }

    public static int Compare(ReadOnlySpan<char> left, MavenPart a, ReadOnlySpan<char> right, MavenPart b)
    {
        if (a.Place != b.Place) return a.Place.CompareTo(b.Place);
        if (a.Place == MavenPlace.UnknownWord) return CompareWords(a.Text(left), b.Text(right));
        return a.IsNumber ? Digits.Compare(a.Text(left), b.Text(right)) : 0;
    }

    private static bool IsDigit(ReadOnlySpan<char> version, int at) => at < version.Length && char.IsAsciiDigit(version[at]);

    // Maven lowers the whole version, and compares by code unit.
    private static int CompareWords(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var order = char.ToLowerInvariant(a[i]).CompareTo(char.ToLowerInvariant(b[i]));
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    /// <param name="numbered">Whether a number follows, before which <c>a</c> is <c>alpha</c>.</param>
    private static MavenPart Part(ReadOnlySpan<char> version, int start, int end, bool hyphen, bool numbered)
    {
        // Nothing between two separators is zero.
        var place = start < end && !char.IsAsciiDigit(version[start]) ? Place(version[start..end], numbered)
            : hyphen ? MavenPlace.NumberAfterHyphen
            : MavenPlace.Number;
        return new(place, start, end);
    }

    private static MavenPlace Place(ReadOnlySpan<char> word, bool numbered)
    {
        if (Is(word, "alpha") || (numbered && Is(word, "a"))) return MavenPlace.Alpha;
        if (Is(word, "beta") || (numbered && Is(word, "b"))) return MavenPlace.Beta;
        if (Is(word, "milestone") || (numbered && Is(word, "m"))) return MavenPlace.Milestone;
        if (Is(word, "rc") || Is(word, "cr")) return MavenPlace.Candidate;
        if (Is(word, "snapshot")) return MavenPlace.Snapshot;
        if (Is(word, "ga") || Is(word, "final") || Is(word, "release")) return MavenPlace.Release;
        return Is(word, "sp") ? MavenPlace.ServicePack : MavenPlace.UnknownWord;

        static bool Is(ReadOnlySpan<char> word, string known) => word.Equals(known, StringComparison.OrdinalIgnoreCase);
    }

    private static int DropZeros(ReadOnlySpan<char> version, Span<MavenPart> parts)
    {
        var kept = parts.Length;
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            var counts = !parts[i].IsNumber
                || (kept < parts.Length && parts[kept].IsNumber)
                || Digits.Compare(parts[i].Text(version), "") != 0;
            if (counts) parts[--kept] = parts[i];
        }

        parts[kept..].CopyTo(parts);
        return parts.Length - kept;
    }
}
