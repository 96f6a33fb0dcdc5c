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
    private const int MostShown = 5;

    // Packages of distributions are matched by their release, which a bill of materials does not tell.
    private static readonly ImmutableArray<string> Languages = ["npm", "pypi", "nuget", "maven", "golang", "gem", "composer", "cargo"];

    public static void Compare(Sink sink)
    {
        if (sink.Sboms.Count == 0) return;
        var copies = sink.Copies()
            .GroupBy(static package => package.Key.AnyCase)
            .ToDictionary(static same => same.Key, static same => same.SelectMany(static package => package.Value).ToHashSet());
        foreach (var sbom in sink.Sboms)
        {
            var differing = new List<Purl>();
            foreach (var claim in sbom.Claims)
            {
                if (!Languages.Contains(claim.Purl.Type) || PurlEcosystems.Of(claim.Purl) is not { } package) continue;

                // Known by name alone, it may be the one that is claimed.
                if (!copies.TryGetValue(claim.Purl.WithoutVersion.AnyCase, out var versions) || versions.All(static version => version.Length == 0))
                    Add(sink, sbom.File, claim, package.Ecosystem, package.Name);
                else if (!versions.Contains(claim.Purl.Version!) && !claim.IsDevelopment)
                    differing.Add(claim.Purl);
            }

            if (differing.Count > 0) Say(sink, sbom.File, differing, copies);
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

    private static void Say(Sink sink, PackageFile file, List<Purl> differing, Dictionary<Purl, HashSet<string>> copies)
    {
        var shown = string.Join("; ", differing.OrderBy(static purl => purl.ToString(), StringComparer.Ordinal).Take(MostShown).Select(purl => Shown(purl, copies)));
        sink.Gap(new(
            GapKind.Unread,
            new() { Evidence = Evidence.Inventory, Path = file.Path, Layer = file.Layer, Cataloger = SbomCataloger.Reader },
            "bill of materials differs",
            $"'{file.Path}' claims {differing.Count} {(differing.Count == 1 ? "component" : "components")} at another version than the package holds, "
                + $"in brackets: {shown}{(differing.Count > MostShown ? "; …" : "")}."));
    }

    private static string Shown(Purl purl, Dictionary<Purl, HashSet<string>> copies)
    {
        var text = $"{PurlEcosystems.Of(purl)!.Value.Name} {purl.Version} ({string.Join(", ", copies[purl.WithoutVersion.AnyCase].Order(StringComparer.Ordinal).Take(3))})";
        return text.Length <= 120 ? text : $"{text[..120]}…";
    }
}
