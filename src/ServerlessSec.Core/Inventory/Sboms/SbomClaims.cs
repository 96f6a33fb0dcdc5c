using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Sboms;

/// <summary>A bill of materials within the package.</summary>
/// <param name="File">Its path may lead into an archive.</param>
internal sealed record Sbom(PackageFile File, ImmutableArray<SbomClaim> Claims);

/// <summary>
/// Compares what bills of materials claim with what was found: what nothing else names is listed as claimed, and another version
/// than the one that was found is said.
/// </summary>
internal static class SbomClaims
{
    private const double Confidence = 0.3;

    // Packages of distributions are matched by their release, which a bill of materials does not tell.
    private static readonly ImmutableArray<string> Languages = ["npm", "pypi", "nuget", "maven", "golang", "gem", "composer", "cargo"];

    public static void Compare(Sink sink)
    {
        if (sink.Sboms.Count == 0) return;
        var copies = sink.Copies();
        foreach (var sbom in sink.Sboms)
        {
            var differing = new List<string>();
            foreach (var claim in sbom.Claims)
            {
                if (!Languages.Contains(claim.Purl.Type) || PurlEcosystems.Of(claim.Purl) is not { } package) continue;
                var versions = copies[claim.Purl.WithoutVersion].Where(static version => version.Length > 0).ToList();
                if (versions.Count == 0) Add(sink, sbom.File, claim, package.Ecosystem, package.Name);
                else if (!versions.Contains(claim.Purl.Version!) && !claim.IsDevelopment) differing.Add($"{package.Name} {claim.Purl.Version} ({string.Join(", ", versions.Order(StringComparer.Ordinal).Take(3))})");
            }

            if (differing.Count > 0) Say(sink, sbom.File, differing);
        }
    }

    private static void Add(Sink sink, PackageFile file, SbomClaim claim, string ecosystem, string name) => sink.Add($"{file.Path}/{claim.Purl}", new()
    {
        Purl = claim.Purl,
        Ecosystem = ecosystem,
        Name = name,
        Version = claim.Purl.Version!,
        Development = claim.IsDevelopment,
        Occurrences =
        [
            new(file.Path, file.Layer, OccurrenceKind.Claimed, SbomCataloger.Reader) { Recognition = new(Technique.BillOfMaterials, Confidence, claim.Purl.ToString()) },
        ],
    });

    private static void Say(Sink sink, PackageFile file, List<string> differing) => sink.Gap(new(
        GapKind.Unread,
        new() { Evidence = Evidence.Inventory, Path = file.Path, Layer = file.Layer, Cataloger = SbomCataloger.Reader },
        "bill of materials differs",
        $"'{file.Path}' claims {differing.Count} {(differing.Count == 1 ? "component" : "components")} at another version than the package holds, "
            + $"in brackets: {string.Join("; ", differing.Order(StringComparer.Ordinal).Take(5).Select(Shown))}{(differing.Count > 5 ? "; …" : "")}."));

    private static string Shown(string text) => text.Length <= 120 ? text : $"{text[..120]}…";
}
