using System.Collections.Immutable;
using ServerlessSec.Advisories.Versions;

namespace ServerlessSec.Advisories;

/// <summary>Finds the version of a component to go to, so that nothing known hits it any more.</summary>
internal static class CleanVersion
{
    // Each step passes a fix that some advisory names. Packages with hundreds of advisories take a handful of steps.
    private const int MostSteps = 64;

    /// <param name="packages">What every advisory says of the component's package.</param>
    /// <returns>
    /// The smallest fix above the version that nothing hits, and so of the same major version where there is one; null where no
    /// fix ends all that hits.
    /// </returns>
    public static string? After(string version, ImmutableArray<AffectedPackage> packages, IVersionOrdering? ordering)
    {
        if (ordering is null) return null;
        List<string>? fixes = null;
        for (var step = 0; step < MostSteps; step++)
        {
            string? next = null;
            var hit = false;
            foreach (var package in packages)
            {
                var verdict = AffectedVersions.Judge(package, version, ordering);
                hit |= verdict.Affected;
                // Up to there every version is hit.
                if (verdict is { Affected: true, Fixed: { } end } && (next is null || ordering.Compare(end, next) > 0)) next = end;
            }

            if (!hit) return step == 0 ? null : version;
            if (next is null || ordering.Compare(next, version) <= 0)
            {
                // Ranges that end without a fix may have ended where another advisory's fix is.
                fixes ??= AffectedVersions.Fixes(packages, ordering);
                next = fixes.Find(fix => ordering.Compare(fix, version) > 0);
            }

            if (next is null) return null;
            version = next;
        }

        return null;
    }
}
