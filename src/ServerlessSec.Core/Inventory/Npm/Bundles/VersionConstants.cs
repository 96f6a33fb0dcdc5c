using System.Buffers;
using System.Collections.Frozen;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>Finds the versions of well-known libraries in minified code.</summary>
internal static class VersionConstants
{
    private static readonly SearchValues<string> Anchors = SearchValues.Create([.. KnownConstants.All.Select(known => known.Anchor).Distinct()], StringComparison.Ordinal);

    private static readonly FrozenDictionary<char, KnownConstant[]> ByFirst = KnownConstants.All.GroupBy(known => known.Anchor[0]).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Anchors from <paramref name="from"/> to before <paramref name="to"/>, with versions before or behind them.</summary>
    public static void Find(ReadOnlySpan<char> text, int from, int to, BundleFinds finds)
    {
        for (var at = from; at < to; at++)
        {
            var next = text[at..].IndexOfAny(Anchors);
            if (next < 0 || (at += next) >= to) return;

            foreach (var known in ByFirst[text[at]])
            {
                if (text[at..].StartsWith(known.Anchor, StringComparison.Ordinal) && Nearest(text, at, known) is { } version)
                    finds.Add(known.Name, version, new(Technique.VersionConstant, 0.7, $"{known.Before}\"{version}\" near {known.Anchor}"));
            }
        }
    }

    /// <summary>Of the versions within reach the nearest; null where there is none.</summary>
    private static string? Nearest(ReadOnlySpan<char> text, int anchor, KnownConstant known)
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
            if (away >= distance || !text[first..at].EndsWith(known.Before, StringComparison.Ordinal)) continue;
            (best, distance) = (version.ToString(), away);
        }

        return best;
    }
}
