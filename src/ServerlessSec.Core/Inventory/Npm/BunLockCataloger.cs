using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>
/// <c>bun.lock</c>: JSON with comments and commas to spare; a package is a list, of which the first item is
/// <c>name@version</c> and the last its integrity (https://bun.sh/docs/install/lockfile).
/// </summary>
internal sealed class BunLockCataloger : Cataloger
{
    private const string Lock = "bun.lock";

    public override string Name => "bun-lock";

    public override string Ecosystem => NpmPackage.Ecosystem;

    public override bool Wants(string path) => NpmPaths.IsOwn(path, Lock);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits, isRelaxed: true);
        var root = document.RootElement;
        if (!root.TryGetProperty("lockfileVersion", out _)) throw new FormatException("no lockfileVersion");

        var graph = new LockedGraph();
        foreach (var member in ManifestJson.Members(root, "packages"))
        {
            if (member.Value.ValueKind != JsonValueKind.Array || member.Value.GetArrayLength() == 0) continue;
            Keep(graph, member.Name, [.. member.Value.EnumerateArray()]);
        }

        foreach (var workspace in ManifestJson.Members(root, "workspaces"))
        {
            if (workspace.Value.ValueKind != JsonValueKind.Object) continue;
            foreach (var (name, _, isDevelopment) in NpmPackage.Wishes(workspace.Value)) graph.Wish(isDevelopment, name);
        }

        graph.Tell(this, file, sink, NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path)), NpmPackage.Locked);
    }

    private static void Keep(LockedGraph graph, string key, ImmutableArray<JsonElement> parts)
    {
        var (name, version) = YarnClassic.Wish(ManifestJson.Text(parts[0]) ?? "");
        var about = parts.FirstOrDefault(static part => part.ValueKind == JsonValueKind.Object);
        graph.Add(key, new()
        {
            Name = name,
            Version = version.Contains(':', StringComparison.Ordinal) ? null : version,
            Hashes = Integrity.Parse(ManifestJson.Text(parts[^1])),
            Needs = about.ValueKind == JsonValueKind.Object ? [.. NpmPackage.Needed(about).Select(need => Outwards(key, need))] : [],
            IsFirstParty = version.StartsWith("workspace:", StringComparison.Ordinal) || version.StartsWith("link:", StringComparison.Ordinal)
                || version.StartsWith("file:", StringComparison.Ordinal),
        });
    }

    /// <summary>A package that several versions are needed of stands under who needs it: <c>a/b</c> before <c>b</c>.</summary>
    private static ImmutableArray<string> Outwards(string key, string need)
    {
        var forms = ImmutableArray.CreateBuilder<string>();
        for (var at = key; at.Length > 0 && forms.Count < 64; at = at[..Math.Max(0, at.LastIndexOf('/'))]) forms.Add($"{at}/{need}");
        forms.Add(need);
        return forms.DrainToImmutable();
    }
}
