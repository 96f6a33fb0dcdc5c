using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>Finds the versions of well-known libraries in minified code of one bundle.</summary>
/// <param name="isSqueezed">Whether the code is what <see cref="SqueezedText"/> made of it.</param>
internal sealed class VersionConstants(BundleFinds finds, bool isSqueezed = false)
{
    // What repeats an anchor more often than this is no library.
    private const int LooksEach = 1_000;
    private const int MostAskers = 64;
    private const int LongestHeader = 80;
    private const string Alone = ".exports=\"";
    private const string Minor = "\",minorVersion:\"";
    private const string Major = "majorVersion:\"";

    private static readonly string[] Bare = [Alone, ".exports={", "={version:\"", ".exports=JSON.parse('{", ".exports=JSON.parse(\"{"];

    private static readonly Vocabulary Minified = new(KnownConstants.All, KnownConstants.Apart, KnownConstants.Asking);
    private static readonly Vocabulary Squeezed = new(
        [.. KnownConstants.All.Select(known => known with { Anchor = SqueezedText.Of(known.Anchor), Before = SqueezedText.Of(known.Before), Reach = known.Reach * 2 })],
        [.. KnownConstants.Apart.Select(known => known with { Mark = SqueezedText.Of(known.Mark) })],
        [.. KnownConstants.Asking.Select(known => known with { Anchor = SqueezedText.Of(known.Anchor), Reach = known.Reach * 2 })]);

    private readonly Vocabulary vocabulary = isSqueezed ? Squeezed : Minified;
    private readonly int[] looks = new int[KnownConstants.All.Length];
    private readonly bool[] marks = new bool[KnownConstants.Apart.Length];
    private readonly SortedSet<string> bare = new(StringComparer.Ordinal);
    private readonly SortedSet<string> alone = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> versionOf = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Anchor, string Around)> askers = [];
    private readonly AwsClients clients = new(finds);

    /// <summary>Anchors from <paramref name="from"/> to before <paramref name="to"/>, with versions before or behind them.</summary>
    public void Find(ReadOnlySpan<char> text, int from, int to)
    {
        for (var at = from; at < to; at++)
        {
            var next = text[at..].IndexOfAny(vocabulary.Anchors);
            if (next < 0 || (at += next) >= to) return;

            if (text[at..].StartsWith(Minor, StringComparison.Ordinal)) TakeHalves(text, at);
            TakeApart(text, at);
            TakeAsker(text, at);
            clients.Take(text, at);
            if (!vocabulary.ByFirst.TryGetValue(text[at], out var candidates)) continue;
            foreach (var index in candidates)
            {
                var known = vocabulary.All[index];
                if (text[at..].StartsWith(known.Anchor, StringComparison.Ordinal) && looks[index]++ < LooksEach) Take(text, at, known);
            }
        }
    }

    /// <summary>Once all was seen: versions of modules of their own, where there is but one that fits the library.</summary>
    public void Settle()
    {
        clients.Settle();
        SettleAskers();
        for (var index = 0; index < marks.Length; index++)
        {
            var (name, mark, start, isAlone) = vocabulary.Apart[index];
            if (!marks[index]) continue;
            string[] fitting = [.. (isAlone ? alone : bare).Where(version => version.StartsWith(start, StringComparison.Ordinal))];
            if (fitting is not [var only] || KnownConstants.Stale.Contains((name, only))) continue;
            finds.Add(name, only, new(Technique.VersionConstant, 0.6, $"\"{only}\" in a module of its own, and {mark}"));
        }
    }

    private void TakeApart(ReadOnlySpan<char> text, int at)
    {
        for (var index = 0; index < marks.Length; index++) marks[index] |= text[at..].StartsWith(vocabulary.Apart[index].Mark, StringComparison.Ordinal);
        foreach (var shape in Bare)
        {
            if (bare.Count >= LooksEach || !text[at..].StartsWith(shape, StringComparison.Ordinal)) continue;
            var rest = text[(at + shape.Length)..Math.Min(text.Length, at + shape.Length + 64)];
            if (shape[^1] == '"') rest = text[(at + shape.Length - 1)..Math.Min(text.Length, at + shape.Length + 64)];
            else if (rest.IndexOf(':') is > 0 and < 12 and var colon) rest = rest[(colon + 1)..];
            var version = VersionText.Quoted(rest);
            if (version.IsEmpty || !IsEnd(rest[(version.Length + 2)..])) continue;
            bare.Add(version.ToString());
            if (shape is Alone) alone.Add(version.ToString());
            if (shape[0] == '.' && Handle(text[Math.Max(0, at - LongestHeader)..at]) is { Length: > 0 } handle) versionOf.TryAdd(handle.ToString(), version.ToString());
        }
    }

    /// <summary>Of what is squeezed the line's end is gone, and the next statement follows at once.</summary>
    private bool IsEnd(ReadOnlySpan<char> rest) => rest is ['}' or ';' or '\n', ..] || (isSqueezed && (rest.IsEmpty || IsWord(rest[0])));

    private void TakeAsker(ReadOnlySpan<char> text, int at)
    {
        foreach (var known in vocabulary.Asking)
        {
            if (askers.Count >= MostAskers || !text[at..].StartsWith(known.Anchor, StringComparison.Ordinal)) continue;
            var start = Math.Max(0, at - known.Reach);
            askers.Add((known.Name, known.Anchor, text[start..Math.Min(text.Length, at + known.Anchor.Length + known.Reach)].ToString()));
        }
    }

    /// <summary>A library has the version that is all there is in a module that it asks for: <c>n(63840).version</c>, <c>kr().version</c>.</summary>
    private void SettleAskers()
    {
        foreach (var (name, anchor, around) in askers)
        {
            string[] asked = [.. versionOf.Where(module => Asks(around, module.Key)).Select(module => module.Value).Distinct()];
            if (asked is [var only]) finds.Add(name, only, new(Technique.VersionConstant, 0.65, $"\"{only}\" in a module that is asked for near {anchor}"));
        }
    }

    private static bool Asks(string around, string handle)
    {
        var call = char.IsAsciiDigit(handle[0]) ? $"({handle})" : $"{handle}()";
        for (var at = 0; around.IndexOf(call, at, StringComparison.Ordinal) is >= 0 and var next; at = next + 1)
        {
            if (call[0] == '(' || next == 0 || !IsWord(around[next - 1])) return true;
        }

        return false;
    }

    /// <summary>
    /// The number or the variable by which others ask for a module, of the text before its <c>.exports</c>:
    /// <c>63840(e){"use strict";e</c>, <c>kr=r.cw(e=>{e</c>.
    /// </summary>
    private static ReadOnlySpan<char> Handle(ReadOnlySpan<char> before)
    {
        if (before.LastIndexOf('{') is not (> 0 and var brace)) return [];
        var depth = 0;
        for (var at = brace - 1; at >= 0; at--)
        {
            if (before[at] is ')') depth++;
            else if (before[at] is '(') depth--;
            else if (depth <= 0 && before[at] is ',' or ';' or '{' or '}' or '\n' or ' ')
            {
                var header = before[(at + 1)..brace];
                var end = 0;
                while (end < header.Length && IsWord(header[end])) end++;
                return end < header.Length && header[end] is '(' or ':' or '=' ? header[..end] : [];
            }
        }

        return [];
    }

    private static bool IsWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '$';

    private void Take(ReadOnlySpan<char> text, int at, KnownConstant known)
    {
        if (known.Reach == 0)
        {
            finds.Add(known.Name, null, new(Technique.VersionConstant, 0.6, known.Anchor));
            return;
        }

        var version = known.After.Length == 0 ? Literal(text, at, known) : Within(text, at, known);
        if (version is null) return;
        var isStale = KnownConstants.Stale.Contains((known.Name, version));
        var confidence = isStale ? 0.6 : isSqueezed ? 0.65 : 0.7;
        finds.Add(known.Name, isStale ? null : version, new(Technique.VersionConstant, confidence, $"{known.Before}\"{version}\" near {known.Anchor}"));
    }

    /// <summary>Of the versions within reach that are literals the nearest; null where there is none.</summary>
    private static string? Literal(ReadOnlySpan<char> text, int anchor, KnownConstant known)
    {
        var first = Math.Max(0, anchor - known.Reach);
        var last = Math.Min(text.Length, anchor + known.Anchor.Length + known.Reach);
        string? best = null;
        var distance = int.MaxValue;
        for (var at = first; at < last; at++)
        {
            var next = text[at..last].IndexOfAny('"', '\'', '`');
            if (next < 0) break;
            at += next;
            var version = VersionText.Quoted(text[at..]);
            if (version.IsEmpty) continue;
            var away = Math.Abs(at - anchor);
            if (away >= distance || !text[..at].EndsWith(known.Before, StringComparison.Ordinal)) continue;
            (best, distance) = (version.ToString(), away);
        }

        return best;
    }

    /// <summary>The version that is part of a longer text within reach; null where there is none.</summary>
    private static string? Within(ReadOnlySpan<char> text, int anchor, KnownConstant known)
    {
        var first = Math.Max(0, anchor - known.Reach);
        var last = Math.Min(text.Length, anchor + known.Anchor.Length + known.Reach);
        for (var at = first; at < last; at++)
        {
            var next = text[at..last].IndexOf(known.Before);
            if (next < 0) return null;
            at += next + known.Before.Length;
            var version = VersionText.At(text[at..]);
            if (version.IndexOfAny('-', '+') is var tag and > 0) version = version[..tag];
            if (version.Length > 0 && text[(at + version.Length)..].StartsWith(known.After, StringComparison.Ordinal)) return version.ToString();
        }

        return null;
    }

    /// <summary>TinyMCE keeps its version in two pieces: <c>majorVersion:"7",minorVersion:"9.3"</c>.</summary>
    private void TakeHalves(ReadOnlySpan<char> text, int at)
    {
        var start = text[Math.Max(0, at - Major.Length - 3)..at].LastIndexOf(Major);
        if (start < 0) return;
        var major = text[(Math.Max(0, at - Major.Length - 3) + start + Major.Length)..at];
        var rest = text[(at + Minor.Length)..Math.Min(text.Length, at + Minor.Length + 40)];
        if (rest.IndexOf('"') is not (> 0 and var end)) return;
        var version = $"{major}.{rest[..end]}";
        if (VersionText.At(version).Length == version.Length) finds.Add("tinymce", version, new(Technique.VersionConstant, 0.7, $"{Major}{major}{Minor}{rest[..end]}\""));
    }

    /// <summary>What is looked for, in one way of writing.</summary>
    private sealed class Vocabulary(ImmutableArray<KnownConstant> all, ImmutableArray<ApartConstant> apart, ImmutableArray<KnownConstant> asking)
    {
        public ImmutableArray<KnownConstant> All => all;

        public ImmutableArray<ApartConstant> Apart => apart;

        public ImmutableArray<KnownConstant> Asking => asking;

        public SearchValues<string> Anchors { get; } = SearchValues.Create(
            [.. all.Concat(asking).Select(known => known.Anchor).Concat(apart.Select(known => known.Mark)).Concat(Bare).Concat(AwsClients.Anchors).Append(Minor).Distinct()],
            StringComparison.Ordinal);

        public FrozenDictionary<char, int[]> ByFirst { get; } =
            Enumerable.Range(0, all.Length).GroupBy(index => all[index].Anchor[0]).ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }
}
