using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// The lock file of Yarn 1: an entry is a line of wishes, <c>name@range, name@other:</c>, and indented lines of what serves
/// them (https://classic.yarnpkg.com/lang/en/docs/yarn-lock/).
/// </summary>
internal static class YarnClassic
{
    public static LockedGraph Read(string text, ScanLimits limits)
    {
        var graph = new LockedGraph();
        ImmutableArray<string> wishes = [];
        var entry = new Entry();
        var count = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).TrimEnd();
            var words = line.TrimStart();
            if (words.IsEmpty || words[0] == '#') continue;
            if (words.StartsWith("<<<<<<<") || words.StartsWith(">>>>>>>")) throw new FormatException("an unresolved merge");
            if (line[0] != ' ')
            {
                Keep(graph, wishes, entry);
                if (line[^1] != ':') throw new FormatException("a line that is no entry");
                if (++count > limits.Components) throw new LimitReachedException($"more than {limits.Components} entries");
                (wishes, entry) = (Split(line[..^1]), new());
            }
            else
            {
                entry.Take(words, line.Length - words.Length);
            }
        }

        Keep(graph, wishes, entry);
        return count == 0 && !text.Contains("yarn lockfile", StringComparison.Ordinal) ? throw new FormatException("no entry of a yarn.lock") : graph;
    }

    /// <summary>Name and range of <c>@scope/name@range</c>.</summary>
    public static (string Name, string Range) Wish(string wish) =>
        wish.Length > 1 && wish.IndexOf('@', 1) is var at and > 0 ? (wish[..at], wish[(at + 1)..]) : (wish, "");

    private static void Keep(LockedGraph graph, ImmutableArray<string> wishes, Entry entry)
    {
        if (wishes.IsEmpty) return;
        var (name, range) = Wish(wishes[0]);
        if (range.StartsWith("npm:", StringComparison.Ordinal)) name = Wish(range[4..]).Name;
        graph.Add(wishes[0], new()
        {
            Name = name,
            Version = entry.Version,
            Hashes = Integrity.Parse(entry.Integrity),
            Needs = [.. entry.Needs.Select(static need => YarnBerry.Forms(need.Name, need.Range))],
            IsFirstParty = range.StartsWith("link:", StringComparison.Ordinal)
                || (range.StartsWith("file:", StringComparison.Ordinal) && !range.EndsWith(".tgz", StringComparison.Ordinal)),
        });
        foreach (var wish in wishes.Skip(1)) graph.Alias(wish, wishes[0]);
    }

    /// <summary>Wishes stand between commas, in quotes where they have letters that would mislead.</summary>
    private static ImmutableArray<string> Split(ReadOnlySpan<char> line)
    {
        var wishes = ImmutableArray.CreateBuilder<string>();
        while (!line.IsEmpty)
        {
            var isQuoted = line[0] == '"';
            var end = isQuoted ? line[1..].IndexOf('"') + 1 : line.IndexOf(',');
            if (isQuoted && end == 0) throw new FormatException("a quote that does not end");
            if (end < 0) end = line.Length;
            wishes.Add(line[(isQuoted ? 1 : 0)..end].Trim().ToString());
            line = line[(isQuoted ? end + 1 : end)..].TrimStart(", ");
        }

        return wishes.Count == 0 ? throw new FormatException("an entry without a name") : wishes.DrainToImmutable();
    }

    private sealed class Entry
    {
        private bool isAmongNeeds;

        public string? Version { get; private set; }

        public string? Integrity { get; private set; }

        public List<(string Name, string Range)> Needs { get; } = [];

        public void Take(ReadOnlySpan<char> words, int indent)
        {
            if (indent <= 2)
            {
                isAmongNeeds = words is "dependencies:" or "optionalDependencies:";
                if (Value(words, "version ") is { } version) Version = version;
                else if (Value(words, "integrity ") is { } integrity) Integrity = integrity;
            }
            else if (isAmongNeeds && words.LastIndexOf(' ') is var space and > 0)
            {
                // Ranges have spaces too; a name has none.
                var name = words[0] == '"' ? words[1..].IndexOf('"') + 2 : words.IndexOf(' ');
                if (name > 0 && name < words.Length) Needs.Add((words[..name].Trim('"').ToString(), words[name..].Trim().Trim('"').ToString()));
            }
        }

        private static string? Value(ReadOnlySpan<char> words, ReadOnlySpan<char> key) =>
            words.StartsWith(key) ? words[key.Length..].Trim().Trim('"').ToString() : null;
    }
}
