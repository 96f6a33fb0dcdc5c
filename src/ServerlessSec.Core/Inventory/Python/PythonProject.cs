using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Python;

/// <summary>What a <c>pyproject.toml</c> asks for: by PEP 621, PEP 735, and in the older words of Poetry, PDM and uv.</summary>
internal sealed record PythonProject
{
    public ImmutableArray<(string Name, bool IsDevelopment)> Wishes { get; private init; } = [];

    /// <summary>Groups that are no extras of the published package.</summary>
    public ImmutableHashSet<string> DevelopmentGroups { get; private init; } = [];

    public static PythonProject Of(ManifestNode root)
    {
        var poetry = root["tool"]["poetry"];
        var groups = root["dependency-groups"].Members.Concat(root["tool"]["pdm"]["dev-dependencies"].Members).ToArray();
        var poetryGroups = poetry["group"].Members;
        var always = Listed(root["project"]["dependencies"])
            .Concat(root["project"]["optional-dependencies"].Members.Values.SelectMany(Listed))
            .Concat(poetry["dependencies"].Members.Keys.Where(static name => name != "python"));
        var tools = groups.SelectMany(static g => Listed(g.Value))
            .Concat(Listed(root["tool"]["uv"]["dev-dependencies"]))
            .Concat(poetry["dev-dependencies"].Members.Keys)
            .Concat(poetryGroups.Values.SelectMany(static g => g["dependencies"].Members.Keys));
        return new()
        {
            Wishes = [.. always.Select(static name => (name, false)), .. tools.Select(static name => (name, true))],
            DevelopmentGroups = [.. groups.Select(static g => g.Key), .. poetryGroups.Keys, "dev"],
        };
    }

    private static IEnumerable<string> Listed(ManifestNode requirements) =>
        requirements.Items.Select(static item => PythonPackage.NameOf(item.Text ?? "")).Where(static name => name.Length > 0);
}
