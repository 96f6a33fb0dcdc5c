using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary><c>project.assets.json</c>, what a restore leaves in <c>obj</c>: read where nothing that says more is there.</summary>
internal sealed class ProjectAssetsCataloger : Cataloger
{
    private const string Assets = "project.assets.json";

    public override string Name => "dotnet-assets";

    public override string Ecosystem => NuGetPackage.Ecosystem;

    public override bool Wants(string path) => (path == Assets || path.EndsWith("/" + Assets, StringComparison.Ordinal)) && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var project = EntryPath.Folder(EntryPath.Folder(file.Path).TrimEnd('/'));
        if (sink.HasInstalled(Ecosystem) || tree.Find(project + "packages.lock.json") is not null) return;

        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        var root = document.RootElement;
        if (!root.TryGetProperty("targets", out var targets) || targets.ValueKind != JsonValueKind.Object) throw new FormatException("no targets");

        var hashes = ManifestJson.Members(root, "libraries")
            .Where(library => library.Value.ValueKind == JsonValueKind.Object)
            .GroupBy(static member => member.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => ManifestJson.Text(group.First().Value, "sha512"), StringComparer.Ordinal);
        sink.Rooted(file.Path + "/");
        foreach (var target in targets.EnumerateObject())
        {
            foreach (var entry in ManifestJson.Members(targets, target.Name)) Add(file, sink, entry, hashes);
        }

        foreach (var name in Asked(root)) sink.Direct(Key(file, name));
    }

    private void Add(PackageFile file, Sink sink, JsonProperty entry, Dictionary<string, string?> hashes)
    {
        if (entry.Value.ValueKind != JsonValueKind.Object) throw new FormatException("a library that is no object");

        var id = entry.Name;
        var (name, version) = NuGetPackage.Split(id);
        var isPackage = ManifestJson.Text(entry.Value, "type") == "package";
        if (isPackage)
        {
            var component = NuGetPackage.Component(name, version, new Occurrence(file.Path, file.Layer, OccurrenceKind.Locked, Name));
            var hash = hashes.GetValueOrDefault(id);
            sink.Add(Key(file, name), component with { Hashes = Integrity.Parse(hash is null ? null : "sha512-" + hash) });
        }

        foreach (var need in ManifestJson.Members(entry.Value, "dependencies").Select(static member => member.Name))
        {
            if (isPackage) sink.Edge(Key(file, name), Key(file, need));
            else sink.Direct(Key(file, need));
        }
    }

    private static IEnumerable<string> Asked(JsonElement root) =>
        root.TryGetProperty("project", out var project) && project.ValueKind == JsonValueKind.Object
            ? ManifestJson.Members(project, "frameworks")
                .Where(framework => framework.Value.ValueKind == JsonValueKind.Object)
                .SelectMany(framework => ManifestJson.Members(framework.Value, "dependencies"))
                .Select(static member => member.Name)
            : [];

    // NuGet names packages in any case.
    private static string Key(PackageFile file, string name) => $"{file.Path}/{name.ToUpperInvariant()}";
}
