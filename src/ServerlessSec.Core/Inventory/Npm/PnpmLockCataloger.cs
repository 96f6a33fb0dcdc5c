using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// <c>pnpm-lock.yaml</c> of versions 5 to 9 (https://github.com/pnpm/spec/tree/master/lockfile). A key names package and
/// version, and behind <c>_</c> (version 5) or in brackets the peers that were chosen for it.
/// </summary>
internal sealed class PnpmLockCataloger : Cataloger
{
    private const string Lock = "pnpm-lock.yaml";

    private static readonly ImmutableArray<(string Kind, bool IsDevelopment)> Kinds =
        [("dependencies", false), ("optionalDependencies", false), ("devDependencies", true)];

    public override string Name => "pnpm-lock";

    public override string Ecosystem => NpmPackage.Ecosystem;

    public override bool Wants(string path) => NpmPaths.IsOwn(path, Lock);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var root = ManifestYaml.Read(Encoding.UTF8.GetString(sink.Bytes(file)), sink.Limits);
        if (!root.Has("lockfileVersion")) throw new FormatException("no lockfileVersion");

        var graph = new LockedGraph();
        // From version 9 on, one mapping says what a package is, and another what was chosen for its peers.
        var snapshots = root.Has("snapshots") ? root["snapshots"] : root["packages"];
        foreach (var (key, snapshot) in snapshots.Members) Keep(graph, key, root["packages"][Bare(key)], snapshot);
        foreach (var (key, package) in root["packages"].Members)
        {
            if (!snapshots.Has(key) && !graph.Has(Bare(key))) Keep(graph, key, package, package);
        }

        foreach (var importer in root["importers"].Members.Select(static i => i.Value).Prepend(root)) Wish(graph, importer);
        graph.Tell(this, file, sink, NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path)), NpmPackage.Locked);
    }

    private static void Keep(LockedGraph graph, string key, ManifestNode package, ManifestNode snapshot)
    {
        var (name, version) = NameOf(key);
        var described = package.Has("resolution") ? package : snapshot;
        var resolution = described["resolution"];
        graph.Add(key, new()
        {
            Name = described["name"].Text ?? name,
            // What comes from a repository or an archive has no version in its key.
            Version = described["version"].Text ?? (resolution.Has("integrity") ? version : null),
            Hashes = Integrity.Parse(resolution["integrity"].Text),
            Needs = [.. Kinds[..2].SelectMany(kind => snapshot[kind.Kind].Members).Select(static need => Forms(need.Key, need.Value.Text ?? ""))],
            IsDevelopment = described["dev"].Text switch { "true" => true, "false" => false, _ => null },
            IsFirstParty = resolution["type"].Text == "directory",
        });
        graph.Alias(Bare(key), key);
    }

    private static void Wish(LockedGraph graph, ManifestNode importer)
    {
        foreach (var (kind, isDevelopment) in Kinds)
        {
            foreach (var (name, value) in importer[kind].Members) graph.Wish(isDevelopment, Forms(name, value.Text ?? value["version"].Text ?? ""));
        }
    }

    /// <summary>The keys that may hold what a wish was resolved to: a version of the same name, or another package altogether.</summary>
    private static ImmutableArray<string> Forms(string name, string resolved) =>
        [$"/{name}@{resolved}", $"{name}@{resolved}", $"/{name}/{resolved}", resolved, $"/{resolved}"];

    /// <summary>The key without the peers in brackets.</summary>
    private static string Bare(string key) => key.IndexOf('(', StringComparison.Ordinal) is var bracket and > 0 ? key[..bracket] : key;

    /// <summary><c>/@scope/name/1.0.0_peer@2.0.0</c>, <c>/@scope/name@1.0.0(peer@2.0.0)</c>, <c>@scope/name@1.0.0</c>, each perhaps behind a registry's name.</summary>
    private static (string Name, string? Version) NameOf(string key)
    {
        var bare = Bare(key);
        var scope = bare.IndexOf("/@", StringComparison.Ordinal);
        var path = scope >= 0 ? bare[(scope + 1)..] : bare.TrimStart('/');
        var at = path.IndexOf('@', Math.Min(1, path.Length));
        var slash = path.LastIndexOf('/', path.IndexOf('_', StringComparison.Ordinal) is var peers and > 0 ? peers : path.Length - 1);
        // Version 5 has a slash before the version, and an at sign only among the peers.
        if (slash > 0 && slash + 1 < path.Length && char.IsAsciiDigit(path[slash + 1]) && (at < 0 || at > slash))
        {
            var name = path[..slash];
            if (name[0] != '@') name = name[(name.LastIndexOf('/') + 1)..];
            return (name, path[(slash + 1)..].Split('_')[0]);
        }

        if (at <= 0) return (path, null);
        return (path[0] == '@' ? path[..at] : path[(path.LastIndexOf('/', at) + 1)..at], path[(at + 1)..].Split('_')[0]);
    }
}
