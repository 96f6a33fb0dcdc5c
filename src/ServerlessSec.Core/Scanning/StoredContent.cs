using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Scanning;

/// <summary>What is kept of a finding: bounded, and in an order that does not depend on who found what first.</summary>
public static class StoredContent
{
    public const int Message = 4_000;
    public const int Functions = 2_000;
    public const int Occurrences = 100;
    public const int References = 40;
    public const int Aliases = 100;

    /// <summary>The finding as it is kept, and whether something had to be left out.</summary>
    public static (Finding Kept, bool IsCut) Of(Finding finding)
    {
        var component = finding.Component;
        var cut = finding.Subject.Functions.Length > Functions || component is { Occurrences.Length: > Occurrences };
        return (finding with
        {
            Subject = finding.Subject with
            {
                Functions = [.. finding.Subject.Functions.Distinct().Order(StringComparer.Ordinal).Take(Functions)],
            },
            Message = Cut(finding.Message),
            Fix = finding.Fix is null ? null : Cut(finding.Fix),
            Component = component is null ? null : Of(component),
            Advisory = finding.Advisory is not { } advisory ? null : advisory with
            {
                Summary = advisory.Summary is null ? null : Cut(advisory.Summary),
                References = [.. advisory.References.Take(References)],
                Aliases = [.. advisory.Aliases.Take(Aliases)],
            },
        }, cut);
    }

    /// <summary>The gap as it is kept.</summary>
    public static Gap Of(Gap gap) => gap with { Message = Cut(gap.Message) };

    /// <summary>Findings of one identity are one: its gravest telling, about everybody named in any.</summary>
    internal static Finding Merge(IEnumerable<Finding> same)
    {
        Finding[] all = [.. same];
        if (all is [var only]) return only;
        var gravest = all.OrderByDescending(static f => f.Severity).ThenBy(static f => Text(f), StringComparer.Ordinal).First();
        ImmutableArray<string> functions = [.. all.SelectMany(static f => f.Subject.Functions).Distinct().Order(StringComparer.Ordinal)];
        return gravest with
        {
            Subject = gravest.Subject with { Functions = functions },
            // A gap over any of its places is enough to doubt that it is gone.
            Component = gravest.Component is not { } component ? null : component with
            {
                Occurrences = [.. component.Occurrences.Concat(all.SelectMany(static f => f.Component?.Occurrences ?? [])).Distinct()],
            },
        };
    }

    /// <summary>Equal for findings that say the same to who acts on them; unequal ones are told anew.</summary>
    public static string Hash(StoredState state, Finding finding, string? runtime) => Hash(state, Text(Banded(finding, Band(finding))), runtime);

    /// <summary>Of an open finding: <paramref name="before"/>, where all that changed is a score that has not clearly left the band of before.</summary>
    public static string Hash(Finding finding, string? runtime, string? before)
    {
        var hash = Hash(StoredState.Open, finding, runtime);
        if (before is null || before == hash || finding.Advisory is not { } advisory) return hash;
        return Bands.Where(band => IsNear(advisory.Epss ?? 0, band)).Any(band => Hash(StoredState.Open, Text(Banded(finding, band)), runtime) == before) ? before : hash;
    }

    public static string Hash(StoredState state, Gap gap, string? function) =>
        Hash(state, JsonSerializer.Serialize(gap, StoredJson.Default.Gap), function);

    /// <summary>A gap's identity: what is covered and why, but not the message, which may count or quote.</summary>
    public static string Key(Gap gap, string? function) =>
        Fingerprint.Of(JsonSerializer.Serialize(gap with { Message = "" }, StoredJson.Default.Gap), function ?? "", "");

    public static byte[] Write(Finding finding) => JsonSerializer.SerializeToUtf8Bytes(finding, StoredJson.Default.Finding);

    public static byte[] Write(Gap gap) => JsonSerializer.SerializeToUtf8Bytes(gap, StoredJson.Default.Gap);

    public static Finding ReadFinding(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StoredJson.Default.Finding) ?? throw new FormatException("a stored finding is 'null'");

    public static Gap ReadGap(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, StoredJson.Default.Gap) ?? throw new FormatException("a stored gap is 'null'");

    /// <summary>EPSS scores of nearly all vulnerabilities move each day, by less than anybody acts on: only the band counts, told by where it begins.</summary>
    private static readonly ImmutableArray<double> Bands = [0, 0.1, 0.5];

    /// <summary>Of an edge: a score that wobbles around it stays in the band that it came from.</summary>
    private const double Margin = 0.2;

    private static double Band(Finding finding) => Bands.Last(band => (finding.Advisory?.Epss ?? 0) >= band || band == 0);

    private static bool IsNear(double score, double band)
    {
        var next = Bands.FirstOrDefault(other => other > band, double.PositiveInfinity);
        return score >= band * (1 - Margin) && score < next * (1 + Margin);
    }

    private static Finding Banded(Finding finding, double band) => finding.Advisory is not { } advisory ? finding : finding with
    {
        Advisory = advisory with { Epss = band == 0 ? null : band, EpssPercentile = null },
    };

    private static string Text(Finding finding) => JsonSerializer.Serialize(finding, StoredJson.Default.Finding);

    private static string Hash(StoredState state, string content, string? more)
    {
        var whole = string.Join('\u001f', state.ToString(), content, more);
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(whole)))[..32];
    }

    private static Component Of(Component component) => component with
    {
        Occurrences =
        [
            .. component.Occurrences.OrderBy(static o => o.Path, StringComparer.Ordinal).ThenBy(static o => o.Layer, StringComparer.Ordinal)
                .ThenBy(static o => o.Cataloger, StringComparer.Ordinal).ThenBy(static o => o.Kind).Take(Occurrences),
        ],
        // What no report of a single finding shows.
        Hashes = [],
        DependsOn = [],
        Licences = [],
    };

    private static string Cut(string text)
    {
        if (text.Length <= Message) return text;
        var end = char.IsHighSurrogate(text[Message - 2]) ? Message - 2 : Message - 1;
        return string.Concat(text.AsSpan(0, end), "…");
    }
}

[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true,
    MaxDepth = 64,
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(Gap))]
internal sealed partial class StoredJson : JsonSerializerContext;
