using ServerlessSec.Advisories.Versions;
using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Terminal;

/// <summary>The one upgrade that ends all advisories of a component.</summary>
internal static class UpgradeAdvice
{
    public static string For(List<Finding> group)
    {
        var component = group[0].Component!;
        if (group.Exists(static f => f.Advisory!.Malicious))
            return $"Remove {component.Name} and replace every secret that the function could read.";
        if (group[0].Advisory!.Clean is { } clean) return $"Upgrade {component.Name} to {clean} or later.";
        var open = group.Count(static f => f.Advisory!.Fixed is null);
        if (open == group.Count) return $"No release of {component.Name} mends this yet; replace it or keep hostile input away from it.";
        var target = group.Select(static f => f.Advisory!.Fixed).OfType<string>().Max(Order(component.Ecosystem))!;
        return $"Upgrade {component.Name} to {target} or later."
            + (open > 0 ? $" {Count.Of(open, "advisory has", "advisories have")} no fix yet." : "");
    }

    private static Comparer<string> Order(string ecosystem) =>
        VersionOrderings.For(ecosystem) is { } ordering
            ? Comparer<string>.Create(ordering.Compare)
            : Comparer<string>.Create(string.CompareOrdinal);
}
