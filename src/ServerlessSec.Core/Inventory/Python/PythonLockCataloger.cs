using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

/// <summary>
/// <c>poetry.lock</c>, <c>uv.lock</c>, <c>pdm.lock</c> and <c>pylock.toml</c> (PEP 751): TOML with a table for each package,
/// in four dialects.
/// </summary>
internal sealed class PythonLockCataloger : Cataloger
{
    private const string Project = "pyproject.toml";
    private static readonly ImmutableArray<string> Folders = ["editable", "virtual", "directory"];

    public override string Name => "python-lock";

    public override string Ecosystem => PythonPackage.Ecosystem;

    public override bool Wants(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name is "poetry.lock" or "uv.lock" or "pdm.lock" or "pylock.toml"
            || (name.StartsWith("pylock.", StringComparison.Ordinal) && name.EndsWith(".toml", StringComparison.Ordinal))
            ? FirstParty.Owns(path)
            : name == Project && FirstParty.Owns(path);
    }

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        // It is wanted for what it says of the lock file beside it.
        if (file.Path.EndsWith(Project, StringComparison.Ordinal)) return;

        var root = Toml(sink, file);
        var packages = root.Has("packages") ? root["packages"].Items : root["package"].Items;
        if (packages.Count == 0 && !root.Has("version") && !root.Has("metadata") && !root.Has("lock-version")) throw new FormatException("no lock file of a known kind");

        var project = tree.Find(EntryPath.Folder(file.Path) + Project) is { } beside ? PythonProject.Of(Toml(sink, beside)) : null;
        var graph = new LockedGraph();
        foreach (var package in packages) Keep(graph, package, project);
        foreach (var (name, isDevelopment) in project?.Wishes ?? []) graph.Wish(isDevelopment, Purl.PythonName(name));
        graph.Tell(this, file, sink, sink.HasInstalled(Ecosystem), PythonPackage.Locked);
    }

    private static ManifestNode Toml(Sink sink, PackageFile file) => ManifestToml.Read(Encoding.UTF8.GetString(sink.Bytes(file)).TrimStart('\ufeff'), sink.Limits);

    private static void Keep(LockedGraph graph, ManifestNode package, PythonProject? project)
    {
        if (package["name"].Text is not { } name) return;
        var version = package["version"].Text;
        var isFirstParty = Folders.Any(folder => package["source"].Has(folder) || package.Has(folder)) || package["source"]["type"].Text == "directory";
        var key = $"{Purl.PythonName(name)}@{version}";
        graph.Add(key, new()
        {
            Name = name,
            Version = version,
            Hashes = PythonPackage.Hashes([.. Files(package).Select(static f => f["hash"].Text ?? $"sha256:{f["hashes"]["sha256"].Text}")]),
            Needs = [.. Needs(package)],
            IsDevelopment = isFirstParty ? null : IsDevelopment(package, project),
            IsFirstParty = isFirstParty,
        });
        graph.Alias(Purl.PythonName(name), key);

        // uv keeps the project itself among the packages, with what it asks for.
        if (!isFirstParty) return;
        foreach (var need in Needs(package)) graph.Wish(false, need);
        foreach (var group in package["dev-dependencies"].Members.Values.SelectMany(static g => g.Items)) graph.Wish(true, Need(group));
    }

    private static IEnumerable<ManifestNode> Files(ManifestNode package) =>
        package["files"].Items.Concat(package["wheels"].Items).Concat(new[] { package["sdist"] }.Where(static s => s.Members.Count > 0));

    private static IEnumerable<ImmutableArray<string>> Needs(ManifestNode package)
    {
        var needs = package["dependencies"];
        var extras = package["optional-dependencies"].Members.Values.SelectMany(static extra => extra.Items);
        return needs.Members.Keys.Select(static name => ImmutableArray.Create(Purl.PythonName(name)))
            .Concat(needs.Items.Concat(extras).Select(Need));
    }

    /// <summary>A table with name and perhaps version, or a requirement as text.</summary>
    private static ImmutableArray<string> Need(ManifestNode need)
    {
        var name = Purl.PythonName(need["name"].Text ?? PythonPackage.NameOf(need.Text ?? ""));
        return need["version"].Text is { } version ? [$"{name}@{version}", name] : [name];
    }

    /// <summary>Null where the lock file leaves it to who asks for the package.</summary>
    private static bool? IsDevelopment(ManifestNode package, PythonProject? project)
    {
        if (package["category"].Text is { } category) return category == "dev";
        if (!package.Has("groups")) return null;
        var groups = package["groups"].Items.Select(static g => g.Text ?? "").ToArray();
        // Poetry calls what is always there main, PDM default. Another group may be an extra, unless the project says it is not.
        return !groups.Any(static g => g is "main" or "default")
            && groups.All(g => project is null ? g is "dev" or "test" or "tests" or "lint" or "docs" : project.DevelopmentGroups.Contains(g));
    }
}
