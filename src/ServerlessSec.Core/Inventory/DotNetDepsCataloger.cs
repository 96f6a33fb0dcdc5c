using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>
/// <c>*.deps.json</c> of a published .NET program: the packages that have files of their own on its target. A package
/// without any was replaced by the runtime and is not deployed.
/// </summary>
internal sealed class DotNetDepsCataloger : Cataloger
{
    private const string RuntimePack = "runtimepack.";
    private static readonly ImmutableArray<string> AssetKinds = ["runtime", "native", "runtimeTargets", "resources"];

    public override string Name => "dotnet-deps";

    public override string Ecosystem => "NuGet";

    public override bool Wants(string path) => path.EndsWith(".deps.json", StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        var root = document.RootElement;
        var target = Target(root);
        if (!root.TryGetProperty("libraries", out var libraries) || libraries.ValueKind != JsonValueKind.Object)
            throw new FormatException("no libraries");

        // Keys by name: a target holds each package once.
        var ids = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in target.EnumerateObject()) ids[Split(ManifestJson.Name(entry)).Name] = ManifestJson.Name(entry);

        sink.Rooted(file.Path + "/");
        foreach (var entry in target.EnumerateObject())
        {
            var id = ManifestJson.Name(entry);
            var library = libraries.TryGetProperty(id, out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            var type = library.ValueKind == JsonValueKind.Object ? ManifestJson.Text(library, "type") : null;
            if (type is "package" or "runtimepack") Add(tree, file, sink, id, entry.Value, library);
            foreach (var need in ManifestJson.Members(entry.Value, "dependencies"))
            {
                if (!ids.TryGetValue(ManifestJson.Name(need), out var needed)) continue;
                if (type == "project") sink.Direct(Key(file, needed));
                else sink.Edge(Key(file, id), Key(file, needed));
            }
        }
    }

    private void Add(PackageTree tree, PackageFile file, Sink sink, string id, JsonElement entry, JsonElement library)
    {
        var (name, version) = Split(id);
        var isPack = name.StartsWith(RuntimePack, StringComparison.Ordinal);
        if (isPack) name = name[RuntimePack.Length..];
        if (name.Length is 0 or > 128 || version.Length is 0 or > 128) throw new FormatException("a library without name or version");

        var assets = Assets(entry).ToArray();
        if (assets.Length == 0) return;

        // Where no asset is there, the package may come with a layer or be linked into the program: only the list says so.
        var folder = EntryPath.Folder(file.Path);
        var isThere = assets.Any(asset => tree.Find(folder + asset) is not null
            || tree.Find(folder + asset[(asset.LastIndexOf('/') + 1)..]) is not null);
        sink.Add(Key(file, id), new()
        {
            Purl = Purl.NuGet(name, version),
            Ecosystem = Ecosystem,
            Name = name,
            Version = version,
            Hashes = Integrity.Parse(ManifestJson.Text(library, "sha512")),
            Occurrences = [new(file.Path, file.Layer, isThere ? OccurrenceKind.Installed : OccurrenceKind.Locked, Name)],
        });
    }

    private static IEnumerable<string> Assets(JsonElement entry) =>
        AssetKinds
            .SelectMany(kind => ManifestJson.Members(entry, kind))
            .Select(ManifestJson.Name)
            .Where(asset => !asset.EndsWith("/_._", StringComparison.Ordinal) && asset != "_._");

    /// <summary>The target that runs; the others, if any, served the compiler.</summary>
    private static JsonElement Target(JsonElement root)
    {
        if (!root.TryGetProperty("targets", out var targets) || targets.ValueKind != JsonValueKind.Object)
            throw new FormatException("no targets");

        var name = !root.TryGetProperty("runtimeTarget", out var runtime) ? null
            : runtime.ValueKind == JsonValueKind.Object ? ManifestJson.Text(runtime, "name")
            : ManifestJson.Text(runtime);
        if (name is not null && targets.TryGetProperty(name, out var target) && target.ValueKind == JsonValueKind.Object) return target;
        foreach (var only in targets.EnumerateObject())
        {
            if (only.Value.ValueKind == JsonValueKind.Object) return only.Value;
        }

        throw new FormatException("no target for the runtime");
    }

    private static (string Name, string Version) Split(string id) =>
        id.IndexOf('/', StringComparison.Ordinal) is var slash and >= 0 ? (id[..slash], id[(slash + 1)..]) : (id, "");

    private static string Key(PackageFile file, string id) => $"{file.Path}/{id}";
}
