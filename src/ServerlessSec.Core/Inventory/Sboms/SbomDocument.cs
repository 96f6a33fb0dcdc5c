using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Inventory.Sboms;

/// <summary>A component that a bill of materials names.</summary>
/// <param name="Purl">With version.</param>
internal sealed record SbomClaim(Purl Purl, bool IsDevelopment);

/// <summary>Reads claims out of CycloneDX (https://cyclonedx.org/specification/overview/) and SPDX 2 (https://spdx.github.io/spdx-spec/v2.3/).</summary>
internal static class SbomDocument
{
    private const int LongestPurl = 1_000;

    // What is no package of a language.
    private static readonly ImmutableArray<string> OtherTypes =
        ["file", "operating-system", "container", "device", "device-driver", "firmware", "platform", "data", "machine-learning-model", "cryptographic-asset"];

    private static readonly ImmutableArray<string> DevelopmentMarks = ["cdx:npm:package:development", "cdx:composer:package:isDevRequirement"];
    private static readonly ImmutableArray<string> DevelopmentRelations =
        ["DEV_DEPENDENCY_OF", "DEV_TOOL_OF", "TEST_DEPENDENCY_OF", "TEST_TOOL_OF", "BUILD_DEPENDENCY_OF", "BUILD_TOOL_OF"];

    /// <summary>Null where the document is no bill of materials.</summary>
    public static ImmutableArray<SbomClaim>? Read(JsonElement root, ScanLimits limits)
    {
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (ManifestJson.Text(root, "bomFormat") == "CycloneDX") return CycloneDx(root, limits);
        if (ManifestJson.Text(root, "spdxVersion")?.StartsWith("SPDX-2", StringComparison.Ordinal) == true) return Spdx(root, limits);
        return ManifestJson.Text(root, "@context")?.Contains("spdx.org/rdf/3", StringComparison.Ordinal) == true
            ? throw new FormatException("SPDX 3 is not read")
            : null;
    }

    /// <summary>Components hold components; what the document is about is none of them.</summary>
    private static ImmutableArray<SbomClaim> CycloneDx(JsonElement root, ScanLimits limits)
    {
        var claims = new Dictionary<Purl, SbomClaim>();
        var self = root.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
            && metadata.TryGetProperty("component", out var component) ? Named(ManifestJson.Text(component, "purl")) : null;
        var open = new Stack<JsonElement>([root]);
        while (open.TryPop(out var holder))
        {
            foreach (var item in Items(holder, "components"))
            {
                open.Push(item);
                if (OtherTypes.Contains(ManifestJson.Text(item, "type") ?? "")) continue;
                if (Named(ManifestJson.Text(item, "purl")) is { } purl && purl != self) Add(claims, new(purl, IsForDevelopment(item)), limits);
            }
        }

        return [.. claims.Values];
    }

    private static bool IsForDevelopment(JsonElement component) =>
        ManifestJson.Text(component, "scope") == "excluded"
        || Items(component, "properties").Any(static property =>
            DevelopmentMarks.Contains(ManifestJson.Text(property, "name") ?? "") && ManifestJson.Text(property, "value") is "true" or "1");

    private static ImmutableArray<SbomClaim> Spdx(JsonElement root, ScanLimits limits)
    {
        var (subjects, tools) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        if (root.TryGetProperty("documentDescribes", out var described) && described.ValueKind == JsonValueKind.Array)
            subjects.UnionWith(described.EnumerateArray().Select(ManifestJson.Text).OfType<string>());
        foreach (var relation in Items(root, "relationships"))
        {
            var (from, to) = (ManifestJson.Text(relation, "spdxElementId") ?? "", ManifestJson.Text(relation, "relatedSpdxElement") ?? "");
            var kind = ManifestJson.Text(relation, "relationshipType") ?? "";
            if (kind == "DESCRIBES") subjects.Add(to);
            else if (kind == "DESCRIBED_BY") subjects.Add(from);
            else if (DevelopmentRelations.Contains(kind)) tools.Add(from);
        }

        var claims = new Dictionary<Purl, SbomClaim>();
        foreach (var package in Items(root, "packages"))
        {
            var id = ManifestJson.Text(package, "SPDXID") ?? "";
            if (subjects.Contains(id)) continue;
            foreach (var reference in Items(package, "externalRefs"))
            {
                if (ManifestJson.Text(reference, "referenceType") == "purl" && Named(ManifestJson.Text(reference, "referenceLocator")) is { } purl)
                    Add(claims, new(purl, tools.Contains(id)), limits);
            }
        }

        return [.. claims.Values];
    }

    private static void Add(Dictionary<Purl, SbomClaim> claims, SbomClaim claim, ScanLimits limits)
    {
        // Needed for anything else than development once, it is needed.
        if (claims.TryGetValue(claim.Purl, out var known)) claims[claim.Purl] = known with { IsDevelopment = known.IsDevelopment && claim.IsDevelopment };
        else if (claims.Count == limits.Components) throw new LimitReachedException($"more than {limits.Components} components");
        else claims[claim.Purl] = claim;
    }

    /// <summary>The package URL of a package with a version; null of everything else.</summary>
    private static Purl? Named(string? text)
    {
        if (text is not { Length: > 0 and <= LongestPurl }) return null;
        try
        {
            return Purl.Parse(text) is { Version.Length: > 0 } purl && IsPlain(purl.Name) && IsPlain(purl.Version) ? purl : null;
        }
        catch (FormatException)
        {
            // A claim that names nothing claims nothing.
            return null;
        }
    }

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyInRange('\0', ' ');

    private static IEnumerable<JsonElement> Items(JsonElement holder, string name) =>
        holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.Object)
            : [];
}
