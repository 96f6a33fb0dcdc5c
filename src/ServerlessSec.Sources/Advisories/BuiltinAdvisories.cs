using System.Security.Cryptography;
using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Scanning;

namespace ServerlessSec.Sources.Advisories;

/// <summary>
/// The advisories that come with the program (<c>builtin.jsonl</c>): a small part of what is known, for use without a network.
/// Only the records asked for are read.
/// </summary>
public sealed class BuiltinAdvisories : IAdvisorySource
{
    private const string Resource = "ServerlessSec.Sources.Advisories.builtin.jsonl";

    private readonly Lazy<Index> index = new(Index.Load);
    private readonly SortedSet<string> prepared = new(StringComparer.Ordinal);
    private readonly Dictionary<Range, Advisory> read = [];

    public Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop)
    {
        prepared.UnionWith(ecosystems.Select(Ecosystems.Base));
        return Task.CompletedTask;
    }

    public IReadOnlyList<Advisory> Find(string ecosystem, string name)
    {
        if (!index.Value.Lines.TryGetValue((Ecosystems.Base(ecosystem), name), out var lines)) return [];
        return [.. lines.Select(Read)];
    }

    public AdvisorySet Set => new()
    {
        Id = index.Value.Id,
        IsBuiltin = true,
        Gaps = [.. prepared.Select(Reduced)],
        Notes = [AdvisoryStore.NoScores],
    };

    /// <summary>Every record, in the order of the file.</summary>
    public IEnumerable<Advisory> All() =>
        index.Value.Lines.Values.SelectMany(lines => lines).Distinct().OrderBy(line => line.Start.Value).Select(Read);

    /// <summary>CVEs of the records that CISA lists as exploited.</summary>
    public IEnumerable<string> KnownExploited() =>
        All()
            .Where(advisory => advisory.KnownExploited)
            .SelectMany(advisory => advisory.Aliases.Prepend(advisory.Id))
            .Where(id => id.StartsWith("CVE-", StringComparison.Ordinal));

    internal static Gap Reduced(string ecosystem) =>
        new(GapKind.Advisories, AdvisoryStore.Scope(ecosystem), "built-in advisories",
            $"Only the built-in advisories were used for {ecosystem}: a few well-known packages and what is known to be exploited, "
            + "so most vulnerabilities would not be seen.");

    private Advisory Read(Range line)
    {
        if (!read.TryGetValue(line, out var advisory)) read[line] = advisory = OsvRecord.Read(index.Value.Text.AsSpan(line));
        return advisory;
    }

    /// <summary>Which lines of the file name a package.</summary>
    private sealed record Index(byte[] Text, string Id, Dictionary<(string Ecosystem, string Name), List<Range>> Lines)
    {
        public static Index Load()
        {
            using var stream = typeof(BuiltinAdvisories).Assembly.GetManifestResourceStream(Resource)
                ?? throw new InvalidOperationException($"'{Resource}' is not in the program");
            var text = new byte[stream.Length];
            stream.ReadExactly(text);
            var lines = new Dictionary<(string, string), List<Range>>();
            for (var start = 0; start < text.Length;)
            {
                var length = text.AsSpan(start).IndexOf((byte)'\n');
                var end = length < 0 ? text.Length : start + length;
                if (end > start) AddPackages(text.AsSpan(start, end - start), start..end, lines);
                start = end + 1;
            }

            return new(text, Convert.ToHexStringLower(SHA256.HashData(text)), lines);
        }

        // The member "package" has the ecosystem and the name; nothing else of the record is looked at.
        private static void AddPackages(ReadOnlySpan<byte> record, Range line, Dictionary<(string, string), List<Range>> lines)
        {
            var json = new Utf8JsonReader(record);
            while (json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("package"u8)) continue;
                string? ecosystem = null, name = null;
                for (json.Read(); json.Read() && json.TokenType == JsonTokenType.PropertyName;)
                {
                    var isEcosystem = json.ValueTextEquals("ecosystem"u8);
                    json.Read();
                    if (isEcosystem) ecosystem = json.GetString();
                    else name = json.GetString();
                }

                var key = (Ecosystems.Base(ecosystem!), Ecosystems.NormaliseName(ecosystem!, name!));
                if (!lines.TryGetValue(key, out var known)) lines[key] = known = [];
                if (!known.Contains(line)) known.Add(line);
            }
        }
    }
}
