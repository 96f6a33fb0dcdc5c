using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>
/// Makes one finding of what several versions of a function have: it stands for as long as one of them has it, and says which.
/// A version is no part of a fingerprint.
/// </summary>
internal static class ServedFindings
{
    public static Judgement Join(IReadOnlyCollection<(FunctionFacts Facts, Judgement Judgement)> parts)
    {
        var isLatestSeen = parts.Any(static part => part.Facts.Versions.Any(IsLatest));
        return new(
        [
            .. parts.SelectMany(static part => part.Judgement.Findings.Select(finding => (part.Facts, Finding: finding)))
                .GroupBy(static one => one.Finding.Fingerprint, StringComparer.Ordinal)
                .Select(same => Join([.. same], isLatestSeen)),
        ],
        [.. parts.SelectMany(static part => part.Judgement.Gaps).Distinct()]);
    }

    private static Finding Join((FunctionFacts Facts, Finding Finding)[] same, bool isLatestSeen)
    {
        var finding = StoredContent.Merge(same.Select(static one => one.Finding));
        var standing = same.SelectMany(static one => one.Facts.Versions).DistinctBy(static version => version.Number).ToArray();
        var served = standing.Where(static version => version.Aliases.Length > 0 || !IsLatest(version)).ToArray();
        if (served.Length == 0) return finding;
        return finding with
        {
            Qualifiers =
            [
                .. standing.Where(version => !standing.Any(IsLatest) || IsLatest(version) || version.Aliases.IsEmpty).Select(static version => version.Number)
                    .Concat(standing.SelectMany(static version => version.Aliases)).Distinct(),
            ],
            Message = $"{finding.Message.TrimEnd('.')} ({Where(standing, served, isLatestSeen)}).",
        };
    }

    /// <summary>Numbers change with each deployment: they are told, and are among the qualifiers, where they alone say what is to be mended.</summary>
    private static string Where(ServedVersion[] standing, ServedVersion[] served, bool isLatestSeen)
    {
        var names = served.Select(static version => version.Aliases.IsEmpty ? "version " + version.Number : null)
            .Concat(served.SelectMany(static version => version.Aliases).Distinct().Select(static alias => "alias " + alias)).OfType<string>();
        return standing.Any(IsLatest)
            ? $"also by {Wording.List(names)}"
            : $"{(isLatestSeen ? "not in $LATEST, but " : "")}in {Wording.List(served.Select(static version => $"version {version.Number}{By(version)}"))}";
    }

    private static bool IsLatest(ServedVersion version) => version.Number == ServedVersion.Latest;

    private static string By(ServedVersion version) =>
        version.Aliases.IsEmpty ? "" : $", served by alias{(version.Aliases.Length == 1 ? "" : "es")} {Wording.List(version.Aliases)}";
}
