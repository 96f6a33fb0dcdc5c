using System.Text.RegularExpressions;
using ServerlessSec.Shared;

namespace ServerlessSec.Architecture;

/// <summary>The dependency rule: which room of Core may mention which, and which project which.</summary>
public partial class RoomTests
{
    private static readonly Dictionary<string, string[]> May = new()
    {
        ["Packages"] = [],
        ["Snapshots"] = ["Packages"],
        ["Iam"] = ["Snapshots"],
        ["Templates"] = ["Snapshots", "Iam"],
        ["Inventory"] = ["Packages", "Snapshots"],
        ["Secrets"] = ["Packages"],
        ["Advisories"] = ["Inventory"],
        ["Facts"] = ["Snapshots", "Packages", "Iam", "Inventory", "Advisories", "Secrets"],
        ["Findings"] = ["Snapshots", "Inventory", "Advisories"],
        ["Rules"] = ["Snapshots", "Facts", "Findings", "Iam", "Inventory", "Advisories", "Secrets"],
        ["Reports"] = ["Snapshots", "Inventory", "Advisories", "Facts", "Findings"],
        ["Scanning"] =
        [
            "Packages", "Snapshots", "Iam", "Templates", "Inventory", "Secrets", "Advisories", "Facts", "Findings", "Rules", "Reports",
        ],
    };

    private static readonly Dictionary<string, string[]> Projects = new()
    {
        ["Core"] = [],
        ["Sources"] = ["Core"],
        ["Aws"] = ["Core", "Sources"],
        ["Functions"] = ["Core", "Sources", "Aws"],
        ["Cli"] = ["Core", "Sources", "Aws"],
    };

    private static string Core => Repository.Path("src/ServerlessSec.Core");

    [Fact]
    public void A_room_mentions_only_the_rooms_it_may_use()
    {
        var broken =
            from file in Directory.EnumerateFiles(Core, "*.cs", SearchOption.AllDirectories)
            let parts = Path.GetRelativePath(Core, file).Split(Path.DirectorySeparatorChar)
            where parts.Length > 1
            let room = parts[0]
            from mentioned in Mentions(File.ReadAllText(file))
            where mentioned != room && !May.GetValueOrDefault(room, []).Contains(mentioned)
            select $"{Path.GetRelativePath(Core, file)} mentions {mentioned}";
        Assert.Empty(broken.Order());
    }

    [Fact]
    public void Every_room_has_its_row() =>
        Assert.Equal(May.Keys.Order(), Directory.EnumerateDirectories(Core).Select(Path.GetFileName).Where(static d => d is not ("obj" or "bin")).Order());

    [Fact]
    public void Rules_do_not_know_each_other()
    {
        var broken =
            from file in Directory.EnumerateFiles(Path.Combine(Core, "Rules"), "*.cs", SearchOption.AllDirectories)
            where Path.GetDirectoryName(file) != Path.Combine(Core, "Rules")
            where RuleFolder.IsMatch(File.ReadAllText(file).Replace($"namespace ServerlessSec.Rules.{Path.GetFileName(Path.GetDirectoryName(file))};", ""))
            select Path.GetRelativePath(Core, file);
        Assert.Empty(broken);
    }

    [Fact]
    public void A_project_refers_only_to_projects_below_it()
    {
        var broken =
            from project in Projects
            let text = File.ReadAllText(Repository.Path($"src/ServerlessSec.{project.Key}/ServerlessSec.{project.Key}.csproj"))
            from match in ProjectReference.Matches(text)
            let named = match.Groups[1].Value
            where !project.Value.Contains(named)
            select $"{project.Key} refers to {named}";
        Assert.Empty(broken);
    }

    private static IEnumerable<string> Mentions(string text) =>
        Room.Matches(text).Select(static m => m.Groups[1].Value).Where(May.ContainsKey).Distinct();

    [GeneratedRegex(@"\bServerlessSec\.(\w+)", RegexOptions.None, 1000)]
    private static partial Regex Room { get; }

    [GeneratedRegex(@"ServerlessSec\.Rules\.\w+", RegexOptions.None, 1000)]
    private static partial Regex RuleFolder { get; }

    [GeneratedRegex(@"ProjectReference Include=""\.\./ServerlessSec\.(\w+)/", RegexOptions.None, 1000)]
    private static partial Regex ProjectReference { get; }
}
