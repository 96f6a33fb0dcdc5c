using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ServerlessSec.Findings.Vex;

/// <summary>
/// Reads statements about vulnerabilities: OpenVEX (https://github.com/openvex/spec, JSON, up to 0.2.0), and CycloneDX JSON with
/// <c>vulnerabilities</c>, be it a VEX, a VDR or a whole BOM (https://cyclonedx.org/docs/1.6/json/).
/// </summary>
public static class VexFile
{
    /// <param name="file">Named in what is thrown.</param>
    /// <exception cref="FormatException">It is no such document; the message names file and statement.</exception>
    public static ImmutableArray<VexStatement> Read(string file, ReadOnlySpan<byte> utf8, ScanLimits limits)
    {
        if (utf8.Length > limits.ManifestBytes)
            throw new LimitReachedException($"VEX file '{file}' has more than {limits.ManifestBytes} bytes");
        var reader = new Utf8JsonReader(utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8, new() { MaxDepth = limits.DocumentDepth });
        try
        {
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read()) throw new FormatException($"something follows the document in VEX file '{file}'");
            return Read(new(file, "", document.RootElement));
        }
        catch (JsonException e)
        {
            throw new FormatException($"VEX file '{file}' is not JSON, or nested too deep: line {e.LineNumber + 1}", e);
        }
        catch (InvalidOperationException e)
        {
            // Bytes that are not UTF-8, or half of a surrogate pair.
            throw new FormatException($"VEX file '{file}' holds text that cannot be read", e);
        }
    }

    private static ImmutableArray<VexStatement> Read(VexNode root)
    {
        if (root.IsObject && root.Text("bomFormat") == "CycloneDX") return CycloneDxVex.Read(root);
        if (root.IsObject && root.Context() is { } context && context.StartsWith("https://openvex.dev/ns", StringComparison.Ordinal))
            return OpenVex.Read(root);
        var other = !root.IsObject ? ""
            : root.Has("payloadType") || root.Has("predicateType") ? "; it is an attestation, of which the predicate is needed"
            : root.Has("product_tree") ? "; CSAF is not read"
            : "";
        throw root.Wrong($"neither '@context' says OpenVEX nor 'bomFormat' CycloneDX{other}");
    }
}

/// <summary>A value in a VEX document, and where it stands.</summary>
internal readonly record struct VexNode(string File, string Path, JsonElement Value)
{
    // What authors write is shown in every report.
    private const int MostText = 4_000;

    public bool IsObject => Value.ValueKind == JsonValueKind.Object;

    public bool Has(string name) => Value.TryGetProperty(name, out _);

    /// <summary>Null where it is absent or null.</summary>
    public VexNode? Member(string name) =>
        Need(JsonValueKind.Object, "an object").Value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null
            ? new(File, Path.Length > 0 ? $"{Path}.{name}" : name, member)
            : null;

    /// <summary>Null where it is absent, null or blank; longer text than a report can use is cut.</summary>
    public string? Text(string name) => Member(name)?.AsText() is { Length: > 0 } text ? text : null;

    public string AsText()
    {
        var text = Need(JsonValueKind.String, "a text").Value.GetString()!.Trim();
        return text.Length <= MostText ? text : string.Concat(text.AsSpan(0, MostText), "…");
    }

    public string NeedText(string name) => Text(name) ?? throw Wrong($"there is no '{name}'");

    public IEnumerable<VexNode> Items(string name) => Member(name)?.AsItems() ?? [];

    public IEnumerable<VexNode> AsItems()
    {
        var (file, path) = (File, Path);
        return Need(JsonValueKind.Array, "a list").Value.EnumerateArray().Select((item, i) => new VexNode(file, $"{path}[{i}]", item));
    }

    /// <summary>The first text of <c>@context</c>, which may be a list.</summary>
    public string? Context() => !Value.TryGetProperty("@context", out var context) ? null
        : context.ValueKind == JsonValueKind.String ? context.GetString()
        : context.ValueKind != JsonValueKind.Array ? null
        : context.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString())
            .FirstOrDefault(text => text!.Contains("openvex", StringComparison.Ordinal));

    public DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text) return null;
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var time) ? time : throw Wrong($"'{name}' is no time such as '2030-01-31T12:00:00Z'");
    }

    public FormatException Wrong(string message) => new($"VEX file '{File}'{(Path.Length > 0 ? $", {Path}" : "")}: {message}");

    private VexNode Need(JsonValueKind kind, string what) => Value.ValueKind == kind ? this : throw Wrong($"{what} is expected");
}
