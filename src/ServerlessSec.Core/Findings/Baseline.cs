using System.Collections.Frozen;
using System.Text.Json;

namespace ServerlessSec.Findings;

/// <summary>
/// What an earlier report knew. Findings that were waived in it do not count: when their waiver ends they are new.
/// </summary>
public sealed class Baseline
{
    private readonly FrozenSet<string> fingerprints;

    private Baseline(IEnumerable<string> fingerprints) => this.fingerprints = fingerprints.ToFrozenSet(StringComparer.Ordinal);

    public int Count => fingerprints.Count;

    public bool Holds(string fingerprint) => fingerprints.Contains(fingerprint);

    /// <summary>Reads our own JSON report.</summary>
    /// <param name="file">Named in what is thrown.</param>
    /// <exception cref="FormatException">It is no such report, or one of a version that is not known.</exception>
    public static Baseline Read(string file, ReadOnlySpan<byte> json, ScanLimits limits)
    {
        if (json.Length > limits.ManifestBytes)
            throw new LimitReachedException($"baseline '{file}' has more than {limits.ManifestBytes} bytes");
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            return new(Fingerprints(file, new Utf8JsonReader(json, new() { MaxDepth = limits.DocumentDepth })));
        }
        catch (JsonException e)
        {
            throw new FormatException($"baseline '{file}' is not JSON: line {e.LineNumber + 1}", e);
        }
        catch (InvalidOperationException e)
        {
            // Text that is no UTF-8, or half of a surrogate pair.
            throw new FormatException($"baseline '{file}' holds text that cannot be read", e);
        }
    }

    private static List<string> Fingerprints(string file, Utf8JsonReader reader)
    {
        List<string>? found = null;
        string? version = null;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw NoReport(file);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = reader.ValueTextEquals("schemaVersion"u8);
            var isFindings = reader.ValueTextEquals("findings"u8);
            reader.Read();
            if (isVersion && reader.TokenType == JsonTokenType.String) version = reader.GetString();
            else if (isFindings && reader.TokenType == JsonTokenType.StartArray) Findings(file, ref reader, found ??= []);
            else reader.Skip();
        }

        // Whatever stands behind the report is refused by the reader itself.
        while (reader.Read())
        {
        }

        if (version is null || found is null) throw NoReport(file);
        if (version != "1" && !version.StartsWith("1.", StringComparison.Ordinal))
            throw new FormatException($"baseline '{file}' has schema version '{version}', which is not known here");
        return found;
    }

    private static void Findings(string file, ref Utf8JsonReader reader, List<string> found)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw NoReport(file);
            string? fingerprint = null;
            var waived = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isFingerprint = reader.ValueTextEquals("fingerprint"u8);
                var isState = reader.ValueTextEquals("state"u8);
                reader.Read();
                if (isFingerprint && reader.TokenType == JsonTokenType.String) fingerprint = reader.GetString();
                else if (isState && reader.TokenType == JsonTokenType.String) waived = reader.ValueTextEquals("waived"u8);
                else reader.Skip();
            }

            if (fingerprint is null) throw NoReport(file);
            if (!waived) found.Add(fingerprint);
        }
    }

    private static FormatException NoReport(string file) =>
        new($"baseline '{file}' is no JSON report of this scanner: it needs 'schemaVersion' and 'findings' with a 'fingerprint' each");
}
