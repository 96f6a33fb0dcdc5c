using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Php;

/// <summary><c>vendor/composer/installed.json</c>: what Composer put beside it; a list in Composer 1, an object since.</summary>
internal sealed class ComposerInstalledCataloger : Cataloger
{
    private const string Installed = "composer/installed.json";

    public override string Name => "composer-installed";

    public override string Ecosystem => ComposerPackage.Ecosystem;

    public override bool Wants(string path) => path == Installed || path.EndsWith("/" + Installed, StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Any(sink.Bytes(file), sink.Limits);
        var list = document.RootElement;
        if (list.ValueKind == JsonValueKind.Object && !list.TryGetProperty("packages", out list)) throw new FormatException("no packages");
        if (list.ValueKind != JsonValueKind.Array) throw new FormatException("packages are no list");
        // Composer's own loader lies beside its list.
        var vendor = file.Path[..^Installed.Length];
        sink.OwnFolder(EntryPath.Folder(file.Path));
        sink.Own(vendor + "autoload.php");
        foreach (var package in ComposerPackage.Objects(list))
        {
            var component = ComposerPackage.Component(ManifestJson.Text(package, "name"), ManifestJson.Text(package, "version"));
            if (component is null) continue;
            var key = Key(file, component.Name);
            sink.Add(key, component with
            {
                Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Installed, Name)],
                Licences = ComposerPackage.Licences(package),
                Hashes = ComposerPackage.Hashes(package),
            });
            sink.OwnFolder($"{vendor}{component.Name}/");
            foreach (var other in ComposerPackage.StandsFor(package)) sink.Alias(Key(file, other), key);
            foreach (var need in ComposerPackage.Needs(package)) sink.Edge(key, Key(file, need));
        }
    }

    private static string Key(PackageFile file, string name) => $"{file.Path}/{ComposerPackage.Key(name)}";
}
