using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>
/// The list of libraries of a published program: the packages that have files of their own on its target, and those that
/// stand for others which have. Any other was replaced by the runtime and is not deployed.
/// </summary>
/// <param name="file">The list, by the path under which it is told.</param>
internal sealed class DependencyList(string cataloger, PackageFile file, Sink sink)
{
    private const string RuntimePack = "runtimepack.";
    private static readonly ImmutableArray<string> AssetKinds = ["runtime", "native", "runtimeTargets", "resources"];

    /// <param name="find">Whether the asset at a path beside the list is there; it may lie flat.</param>
    public void Read(byte[] bytes, Func<string, bool> find)
    {
        using var document = ManifestJson.Object(bytes, sink.Limits);
        var root = document.RootElement;
        var target = Target(root);
        if (!root.TryGetProperty("libraries", out var libraries) || libraries.ValueKind != JsonValueKind.Object)
            throw new FormatException("no libraries");

        // Keys by name: a target holds each package once.
        var ids = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var entry in target.EnumerateObject()) ids[NuGetPackage.Split(entry.Name).Name] = entry.Name;

        var deployed = Deployed(target, ids);
        sink.Rooted(file.Path + "/");
        foreach (var entry in target.EnumerateObject())
        {
            var id = entry.Name;
            var library = libraries.TryGetProperty(id, out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
            var type = library.ValueKind == JsonValueKind.Object ? ManifestJson.Text(library, "type") : null;
            if (type is "package" or "runtimepack" && deployed.Contains(id)) Add(id, entry.Value, library, find);
            else if (type == "project") CountThere(Assets(entry.Value), find);
            foreach (var need in ManifestJson.Members(entry.Value, "dependencies"))
            {
                if (!ids.TryGetValue(need.Name, out var needed)) continue;
                if (type == "project") sink.Direct(Key(needed));
                else sink.Edge(Key(id), Key(needed));
            }
        }
    }

    private void Add(string id, JsonElement entry, JsonElement library, Func<string, bool> find)
    {
        var (name, version) = NuGetPackage.Split(id);
        if (name.StartsWith(RuntimePack, StringComparison.Ordinal)) name = name[RuntimePack.Length..];

        // Where no asset is there, the package may come with a layer or be linked into the program: only the list says so.
        var kind = CountThere(Assets(entry), find) > 0 ? OccurrenceKind.Installed : OccurrenceKind.Locked;
        var component = NuGetPackage.Component(name, version, new Occurrence(file.Path, file.Layer, kind, cataloger));
        sink.Add(Key(id), component with { Hashes = Integrity.Parse(ManifestJson.Text(library, "sha512")) });
    }

    /// <summary>Libraries with files, and all that need them.</summary>
    private static HashSet<string> Deployed(JsonElement target, Dictionary<string, string> ids)
    {
        var needing = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        var deployed = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>();
        foreach (var entry in target.EnumerateObject())
        {
            if (Assets(entry.Value).Any() && deployed.Add(entry.Name)) open.Enqueue(entry.Name);
            foreach (var need in ManifestJson.Members(entry.Value, "dependencies"))
            {
                if (!ids.TryGetValue(need.Name, out var needed)) continue;
                if (!needing.TryGetValue(needed, out var those)) needing[needed] = those = [];
                those.Add(entry.Name);
            }
        }

        while (open.TryDequeue(out var id))
        {
            foreach (var other in needing.GetValueOrDefault(id, []).Where(deployed.Add)) open.Enqueue(other);
        }

        return deployed;
    }

    /// <summary>Asks for each, since whoever answers takes note.</summary>
    private static int CountThere(IEnumerable<string> assets, Func<string, bool> find) => assets.Count(find);

    private static IEnumerable<string> Assets(JsonElement entry) =>
        AssetKinds
            .SelectMany(kind => ManifestJson.Members(entry, kind))
            .Select(static member => member.Name)
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

    private string Key(string id) => $"{file.Path}/{id}";
}
