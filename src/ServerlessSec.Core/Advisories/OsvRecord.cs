using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ServerlessSec.Advisories;

/// <summary>
/// Reads and writes one record of the OSV schema (https://ossf.github.io/osv-schema/). Unknown members are skipped, and a
/// member that is not as the schema says is as if it were absent: sources publish such records.
/// </summary>
public static class OsvRecord
{
    /// <summary>Throws <see cref="FormatException"/> for what is no record: not JSON, no object, no id.</summary>
    public static Advisory Read(ReadOnlySpan<byte> json, ScanLimits? limits = null)
    {
        limits ??= ScanLimits.Default;
        if (json.Length > limits.ManifestBytes)
            throw new LimitReachedException($"more than {limits.ManifestBytes} bytes for an advisory record");
        if (json.IsEmpty) throw new FormatException("the advisory record is empty, or too large to be one");
        var reader = new Utf8JsonReader(
            json.StartsWith("\uFEFF"u8) ? json[3..] : json,
            new JsonReaderOptions { MaxDepth = limits.DocumentDepth });
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read()) throw new FormatException("something follows the advisory record");
            return Map(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException($"the advisory record is not JSON, line {e.LineNumber + 1}", e);
        }
        catch (InvalidOperationException e)
        {
            // Of a name that is no text; of strings that are none only the member is lost.
            throw new FormatException("a name in the advisory record is no text", e);
        }
    }

    public static Advisory Read(Stream json, ScanLimits? limits = null)
    {
        limits ??= ScanLimits.Default;
        using var bytes = new MemoryStream();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            for (int read; (read = json.Read(buffer)) > 0;)
            {
                bytes.Write(buffer, 0, read);
                if (bytes.Length > limits.ManifestBytes)
                    throw new LimitReachedException($"more than {limits.ManifestBytes} bytes for an advisory record");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length), limits);
    }

    /// <summary>Writes what <see cref="Read(ReadOnlySpan{byte}, ScanLimits?)"/> keeps of a record, as a record.</summary>
    public static void Write(Advisory advisory, Utf8JsonWriter json) => OsvWriter.Write(advisory, json);

    private static Advisory Map(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) throw new FormatException("the advisory record is no JSON object");
        if (record.Text("id") is not { Length: > 0 } id) throw new FormatException("the advisory record has no id");
        var specific = record.Member("database_specific");
        var affected = record.Items("affected").ToList();
        return new()
        {
            Id = id,
            Aliases = [.. record.Texts("aliases").Concat(Upstream(record, id)).Where(alias => alias != id).Distinct().Order(StringComparer.Ordinal)],
            Summary = record.Text("summary"),
            Modified = Date(record.Text("modified")),
            Withdrawn = Date(record.Text("withdrawn")),
            Severities = Severities(record),
            SeverityWord = specific.Text("severity") ?? affected.Select(SeverityWord).FirstOrDefault(word => word is not null),
            Affected = [.. affected.Select(Affected).OfType<AffectedPackage>()],
            Cwes = [.. Cwes(specific).Concat(affected.SelectMany(a => Cwes(a.Member("database_specific")))).Distinct().Order()],
            References = [.. record
                .Items("references")
                .Select(reference => reference.Text("url"))
                .OfType<string>()
                .Where(IsWebAddress)
                .Distinct()],
            KnownExploited = specific.Flag("known_exploited"),
            Disputed = specific.Flag("disputed") || IsDisputed(record.Text("summary")) || IsDisputed(record.Text("details")),
            Malicious = id.StartsWith("MAL-", StringComparison.Ordinal) || specific.Flag("malicious"),
        };
    }

    /// <summary>
    /// Distributions name what a record is about as upstream, not as alias. The vulnerability is the same one where the id
    /// says so: DEBIAN-CVE-2024-1 of CVE-2024-1; a notice about several of them is not.
    /// </summary>
    private static IEnumerable<string> Upstream(JsonElement record, string id) =>
        record.Texts("upstream").Where(upstream => upstream.Length > 0 && id.EndsWith("-" + upstream, StringComparison.Ordinal));

    // The mark of the CVE programme, at the front of a description.
    private static bool IsDisputed(string? text) =>
        text is not null && (text.Contains("** DISPUTED **", StringComparison.Ordinal) || text.StartsWith("DISPUTED", StringComparison.Ordinal));

    private static string? SeverityWord(JsonElement affected) =>
        affected.Member("ecosystem_specific").Text("severity") ?? affected.Member("database_specific").Text("severity");

    private static AffectedPackage? Affected(JsonElement affected)
    {
        var package = affected.Member("package");
        if (package.Text("ecosystem") is not { Length: > 0 } ecosystem || package.Text("name") is not { Length: > 0 } name) return null;
        return new()
        {
            Ecosystem = ecosystem,
            Name = name,
            Ranges = [.. affected.Items("ranges").Select(range => new VersionRange(range.Text("type") ?? "ECOSYSTEM", End(Events(range), affected.Member("database_specific"))))],
            Versions = [.. affected.Texts("versions")],
            Severities = Severities(affected),
            Code = OsvCode.Read(affected.Member("ecosystem_specific")),
        };
    }

    private static ImmutableArray<RangeEvent> Events(JsonElement range)
    {
        var events = ImmutableArray.CreateBuilder<RangeEvent>();
        foreach (var e in range.Items("events"))
        {
            Add(e.Text("introduced"), RangeEventKind.Introduced);
            Add(e.Text("fixed"), RangeEventKind.Fixed);
            Add(e.Text("last_affected"), RangeEventKind.LastAffected);
            Add(e.Text("limit"), RangeEventKind.Limit);
        }

        return events.ToImmutable();

        void Add(string? version, RangeEventKind kind)
        {
            if (!string.IsNullOrWhiteSpace(version)) events.Add(new(kind, version.Trim()));
        }
    }

    /// <summary>GitHub keeps the end of a range for which it knows no fix in a member of its own, and the range is then open.</summary>
    private static ImmutableArray<RangeEvent> End(ImmutableArray<RangeEvent> events, JsonElement specific)
    {
        if (events is not [{ Kind: RangeEventKind.Introduced }] || specific.Text("last_known_affected_version_range") is not { } known) return events;
        var (kind, version) = known.StartsWith("<=", StringComparison.Ordinal) ? (RangeEventKind.LastAffected, known[2..].Trim())
            : known.StartsWith('<') ? (RangeEventKind.Limit, known[1..].Trim())
            : default;
        return string.IsNullOrEmpty(version) || version.Contains(' ', StringComparison.Ordinal) ? events : events.Add(new(kind, version));
    }

    private static ImmutableArray<SeverityVector> Severities(JsonElement owner) =>
    [
        .. owner.Items("severity")
            .Select(severity => (Type: severity.Text("type"), Score: severity.Text("score")))
            .Where(severity => severity is { Type.Length: > 0, Score.Length: > 0 })
            .Select(severity => new SeverityVector(severity.Type!, severity.Score!))
            .Distinct(),
    ];

    private static IEnumerable<int> Cwes(JsonElement specific)
    {
        var texts = specific.Texts("cwe_ids").Concat(specific.Items("cwes").Select(cwe => cwe.Text("cweId")).OfType<string>());
        foreach (var text in texts)
        {
            if (!text.StartsWith("CWE-", StringComparison.OrdinalIgnoreCase)) continue;
            if (int.TryParse(text.AsSpan(4), NumberStyles.None, CultureInfo.InvariantCulture, out var cwe)) yield return cwe;
        }
    }

    // A time at the beginning of the calendar is a source's way of having none.
    private static DateTimeOffset? Date(string? text)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var date) && date.Year >= 1980 ? date : null;
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}
