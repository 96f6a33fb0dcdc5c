using System.Globalization;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Advisories;

/// <summary>When a record was last modified, as a list says; sources that write whole seconds mean the second.</summary>
internal readonly record struct ListedInstant(long Ticks, bool IsWholeSecond)
{
    public bool Is(long ticks) => Ticks == ticks || (IsWholeSecond && Ticks == ticks - (ticks % TimeSpan.TicksPerSecond));
}

/// <summary>
/// OSV's list of an ecosystem's records (<c>modified_id.csv</c>): <c>2024-08-15T00:05:00Z,GHSA-…</c>, one a line. It has all of
/// them, so that it tells what is gone, too.
/// </summary>
internal static class ModifiedList
{
    public const int MostBytes = 64 << 20;

    private const int MostLine = 300;
    private const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <exception cref="FormatException">A line is no such line: the list is another thing, or cut.</exception>
    public static Dictionary<string, ListedInstant> Read(string path)
    {
        var listed = new Dictionary<string, ListedInstant>(StringComparer.Ordinal);
        using var reader = new StreamReader(SmallFile.Open(path));
        for (var number = 1; ReadLine(reader) is { } line; number++)
        {
            if (line.Length == 0) continue;
            var comma = line.IndexOf(',', StringComparison.Ordinal);
            var id = comma < 0 ? "" : Id(line[(comma + 1)..].TrimEnd());
            if (id.Length == 0 || !DateTimeOffset.TryParse(line.AsSpan(0, comma), CultureInfo.InvariantCulture, Universal, out var instant))
                throw new FormatException($"line {number} of the list of modifications names no record");
            var ticks = instant.UtcTicks;
            var entry = new ListedInstant(ticks, ticks % TimeSpan.TicksPerSecond == 0);
            // The newest of a record that is there twice.
            if (!listed.TryGetValue(id, out var known) || known.Ticks < ticks) listed[id] = entry;
        }

        return listed.Count > 0 ? listed : throw new FormatException("the list of modifications is empty");
    }

    /// <summary>Whether an id may stand in an address and in a file name.</summary>
    private static string Id(string text)
    {
        // The list of all ecosystems puts the ecosystem before it.
        var id = text[(text.LastIndexOf('/') + 1)..];
        return id.Length <= 200 && id.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '+') && !id.StartsWith('.') ? id : "";
    }

    private static string? ReadLine(StreamReader reader)
    {
        var line = reader.ReadLine();
        return line is { Length: > MostLine } ? throw new FormatException("a line of the list of modifications is too long") : line;
    }
}
