using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Php;

/// <summary><c>composer.lock</c>, with the <c>composer.json</c> beside it that says what the project asks for.</summary>
internal sealed class ComposerLockCataloger : Cataloger
{
    public override string Name => "composer-lock";

    public override string Ecosystem => ComposerPackage.Ecosystem;

    public override bool Wants(string path) =>
        EntryPath.Name(path) is "composer.lock" or "composer.json" && FirstParty.Owns(path) && !path.Contains("vendor/", StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        // It is wanted for what it says of the lock file beside it.
        if (file.Path.EndsWith("composer.json", StringComparison.Ordinal)) return;

        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        if (!document.RootElement.TryGetProperty("packages", out var packages)) throw new FormatException("no packages");
        var graph = new LockedGraph();
        foreach (var package in ComposerPackage.Objects(packages)) Keep(graph, package, isDevelopment: false);
        if (document.RootElement.TryGetProperty("packages-dev", out var tools))
        {
            foreach (var package in ComposerPackage.Objects(tools)) Keep(graph, package, isDevelopment: true);
        }

        if (tree.Find(EntryPath.Folder(file.Path) + "composer.json") is { } project) Wish(graph, project, sink);
        graph.Tell(this, file, sink, sink.HasInstalled(Ecosystem), static (package, version) => ComposerPackage.Component(package.Name, version));
    }

    private static void Wish(LockedGraph graph, PackageFile project, Sink sink)
    {
        using var document = ManifestJson.Object(sink.Bytes(project), sink.Limits);
        foreach (var (member, isDevelopment) in new[] { ("require", false), ("require-dev", true) })
        {
            foreach (var name in ComposerPackage.Needs(document.RootElement, member)) graph.Wish(isDevelopment, ComposerPackage.Key(name));
        }
    }

    private static void Keep(LockedGraph graph, JsonElement package, bool isDevelopment)
    {
        if (ManifestJson.Text(package, "name") is not { } name) return;
        var key = ComposerPackage.Key(name);
        graph.Add(key, new()
        {
            Name = name,
            Version = ManifestJson.Text(package, "version"),
            Licences = ComposerPackage.Licences(package),
            Hashes = ComposerPackage.Hashes(package),
            Needs = [.. ComposerPackage.Needs(package).Select(static need => ImmutableArray.Create(ComposerPackage.Key(need)))],
            IsDevelopment = isDevelopment,
            IsFirstParty = package.TryGetProperty("dist", out var dist) && dist.ValueKind == JsonValueKind.Object && ManifestJson.Text(dist, "type") == "path",
        });
        foreach (var other in ComposerPackage.StandsFor(package)) graph.Alias(ComposerPackage.Key(other), key);
    }
}
