using System.Collections.Immutable;

namespace ServerlessSec.Advisories.Versions;

/// <summary>One version as PEP 440 spells it; numbers are kept as text, for they have no bound.</summary>
internal sealed record Pep440Version
{
    private string Epoch { get; init; } = "";

    /// <summary>Without the zeros at its end, which do not count.</summary>
    private ImmutableArray<string> Release { get; init; } = [];

    private (char Phase, string Number)? Pre { get; init; }

    private string? Post { get; init; }

    private string? Dev { get; init; }

    private ImmutableArray<string> Local { get; init; } = [];

    /// <summary>Null where the text is not a version of PEP 440, which an older package may well have.</summary>
    public static Pep440Version? TryParse(string text)
    {
        Span<char> lower = text.Length <= 256 ? stackalloc char[text.Length] : new char[text.Length];
        text.AsSpan().ToLowerInvariant(lower);
        var rest = (ReadOnlySpan<char>)lower.Trim();
        if (rest.StartsWith('v')) rest = rest[1..];
        var epoch = "";
        var first = Digits.Take(ref rest);
        if (first.IsEmpty) return null;
        if (rest.StartsWith('!'))
        {
            epoch = first.ToString();
            rest = rest[1..];
            first = Digits.Take(ref rest);
            if (first.IsEmpty) return null;
        }

        var release = ReadRelease(first, ref rest);
        var pre = ReadPre(ref rest);
        var post = ReadPost(ref rest);
        var dev = ReadTagged(ref rest, ["dev"]);
        if (!TryReadLocal(ref rest, out var local) || rest.Length > 0) return null;
        return new() { Epoch = epoch, Release = release, Pre = pre, Post = post, Dev = dev, Local = local };
    }

    public static int Compare(Pep440Version a, Pep440Version b)
    {
        var order = Digits.Compare(a.Epoch, b.Epoch);
        if (order == 0) order = CompareReleases(a.Release, b.Release);
        if (order == 0) order = a.PreRank.CompareTo(b.PreRank);
        if (order == 0 && a.Pre is { } x && b.Pre is { } y)
            order = x.Phase != y.Phase ? x.Phase.CompareTo(y.Phase) : Digits.Compare(x.Number, y.Number);
        // No post-release comes before every post-release, no development release after every development release.
        if (order == 0) order = CompareOptional(a.Post, b.Post, absent: -1);
        if (order == 0) order = CompareOptional(a.Dev, b.Dev, absent: 1);
        return order != 0 ? order : CompareLocal(a.Local, b.Local);
    }

    // 1.0.dev1 < 1.0a1 < 1.0 and 1.0.post1: a development release of the final release comes before its pre-releases.
    private int PreRank => this switch
    {
        { Pre: not null } => 1,
        { Post: null, Dev: not null } => 0,
        _ => 2,
    };

    private static int CompareReleases(ImmutableArray<string> a, ImmutableArray<string> b)
    {
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var order = Digits.Compare(i < a.Length ? a[i] : "", i < b.Length ? b[i] : "");
            if (order != 0) return order;
        }

        return 0;
    }

    private static int CompareOptional(string? a, string? b, int absent) => (a, b) switch
    {
        (null, null) => 0,
        (null, _) => absent,
        (_, null) => -absent,
        _ => Digits.Compare(a, b),
    };

    private static int CompareLocal(ImmutableArray<string> a, ImmutableArray<string> b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var order = (Digits.IsNumber(a[i]), Digits.IsNumber(b[i])) switch
            {
                (true, true) => Digits.Compare(a[i], b[i]),
                (true, false) => 1,
                (false, true) => -1,
                _ => string.CompareOrdinal(a[i], b[i]),
            };
            if (order != 0) return order;
        }

        return a.Length.CompareTo(b.Length);
    }

    private static ImmutableArray<string> ReadRelease(ReadOnlySpan<char> first, ref ReadOnlySpan<char> rest)
    {
        var numbers = ImmutableArray.CreateBuilder<string>();
        numbers.Add(first.ToString());
        while (rest.Length > 1 && rest[0] == '.' && char.IsAsciiDigit(rest[1]))
        {
            rest = rest[1..];
            numbers.Add(Digits.Take(ref rest).ToString());
        }

        while (numbers.Count > 0 && Digits.Compare(numbers[^1], "") == 0) numbers.RemoveAt(numbers.Count - 1);
        return numbers.ToImmutable();
    }

    private static (char, string)? ReadPre(ref ReadOnlySpan<char> rest)
    {
        if (ReadTagged(ref rest, ["alpha", "a"]) is { } alpha) return ('a', alpha);
        if (ReadTagged(ref rest, ["beta", "b"]) is { } beta) return ('b', beta);
        return ReadTagged(ref rest, ["preview", "pre", "rc", "c"]) is { } candidate ? ('c', candidate) : null;
    }

    private static string? ReadPost(ref ReadOnlySpan<char> rest)
    {
        // 1.0-1 is 1.0.post1.
        if (rest.Length > 1 && rest[0] == '-' && char.IsAsciiDigit(rest[1]))
        {
            rest = rest[1..];
            return Digits.Take(ref rest).ToString();
        }

        return ReadTagged(ref rest, ["post", "rev", "r"]);
    }

    /// <summary>The number after a tag, empty where none is given; separators before and after the tag are optional.</summary>
    private static string? ReadTagged(ref ReadOnlySpan<char> rest, scoped ReadOnlySpan<string> tags)
    {
        var text = rest.Length > 0 && IsSeparator(rest[0]) ? rest[1..] : rest;
        foreach (var tag in tags)
        {
            if (!text.StartsWith(tag)) continue;
            text = text[tag.Length..];
            var number = text.Length > 1 && IsSeparator(text[0]) && char.IsAsciiDigit(text[1]) ? text[1..] : text;
            var digits = Digits.Take(ref number);
            rest = digits.IsEmpty ? text : number;
            return digits.ToString();
        }

        return null;
    }

    private static bool TryReadLocal(ref ReadOnlySpan<char> rest, out ImmutableArray<string> local)
    {
        local = [];
        if (!rest.StartsWith('+')) return true;
        var parts = ImmutableArray.CreateBuilder<string>();
        rest = rest[1..];
        while (true)
        {
            var length = 0;
            while (length < rest.Length && char.IsAsciiLetterOrDigit(rest[length])) length++;
            if (length == 0) return false;
            parts.Add(rest[..length].ToString());
            rest = rest[length..];
            if (rest.IsEmpty) break;
            if (!IsSeparator(rest[0])) return false;
            rest = rest[1..];
        }

        local = parts.ToImmutable();
        return true;
    }

    private static bool IsSeparator(char c) => c is '.' or '-' or '_';
}
