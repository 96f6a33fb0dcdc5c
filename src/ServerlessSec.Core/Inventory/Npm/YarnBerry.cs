using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// The lock file of Yarn 2 and later: YAML, whose keys are descriptors (<c>name@npm:range, name@npm:other</c>) and whose
/// <c>resolution</c> is the locator that serves them (https://yarnpkg.com/advanced/lexicon).
/// </summary>
internal static class YarnBerry
{
    public static LockedGraph Read(string text, ScanLimits limits)
    {
        var graph = new LockedGraph();
        foreach (var (key, entry) in ManifestYaml.Read(text, limits).Members)
        {
            if (key == "__metadata") continue;
            var (name, locator) = YarnClassic.Wish(entry["resolution"].Text ?? key.Split(',')[0]);
            var needs = entry["dependencies"].Members.Select(static need => Forms(need.Key, need.Value.Text ?? "")).ToImmutableArray();
            var descriptors = key.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (descriptors.Length == 0) throw new FormatException("an entry without a name");
            graph.Add(descriptors[0], new()
            {
                Name = name,
                Version = entry["version"].Text,
                Needs = needs,
                IsFirstParty = entry["linkType"].Text == "soft" || locator.StartsWith("workspace:", StringComparison.Ordinal)
                    || locator.StartsWith("link:", StringComparison.Ordinal),
            });
            foreach (var descriptor in descriptors.Skip(1)) graph.Alias(descriptor, descriptors[0]);
        }

        return graph;
    }

    /// <summary>The ways in which the lock files know a wish: bare, with the protocol that goes without saying, or without it.</summary>
    public static ImmutableArray<string> Forms(string name, string range) =>
        range.StartsWith("npm:", StringComparison.Ordinal)
            ? [$"{name}@{range}", $"{name}@{range[4..]}"]
            : [$"{name}@{range}", $"{name}@npm:{range}", $"{name}@workspace:{range}"];
}
