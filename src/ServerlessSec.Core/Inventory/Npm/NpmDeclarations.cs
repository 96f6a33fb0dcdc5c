using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>What a manifest of the application's own asks for to run.</summary>
/// <param name="HasModules">Whether packages are installed where Node.js looks for its code.</param>
/// <param name="Wishes">But for what the managed runtime brings.</param>
internal sealed record NpmDeclarations(Cataloger By, PackageFile File, bool HasModules, ImmutableArray<(string Name, string Range)> Wishes)
{
    private const int Shown = 5;

    private static readonly string[] Overriding = ["overrides", "resolutions"];
    private static readonly string[] Folders = ["file:", "link:", "workspace:", "portal:"];

    /// <summary>Needed to run, published, and with code; a range that the manifest overrides itself is empty.</summary>
    public static IEnumerable<(string Name, string Range)> Of(JsonElement package)
    {
        var optional = ManifestJson.Members(package, "optionalDependencies").Select(static member => member.Name).ToHashSet(StringComparer.Ordinal);
        var overridden = Overriding.SelectMany(kind => ManifestJson.Members(package, kind)).Select(static member => member.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var member in ManifestJson.Members(package, "dependencies").DistinctBy(static member => member.Name, StringComparer.Ordinal))
        {
            var range = ManifestJson.Text(member.Value) ?? "";
            if (!NpmPackage.IsName(member.Name) || member.Name.StartsWith("@types/", StringComparison.Ordinal) || optional.Contains(member.Name)) continue;
            if (Array.Exists(Folders, folder => range.StartsWith(folder, StringComparison.Ordinal))) continue;
            yield return (member.Name, overridden.Contains(member.Name) ? "" : range);
        }
    }

    /// <summary>Says what is declared and not there, and what is there at another version than is declared.</summary>
    public static void Judge(PackageTree tree, Sink sink)
    {
        var isLayerMissing = tree.Gaps.Any(static gap => gap is { Kind: GapKind.Missing, Scope.Layer: not null });
        foreach (var project in sink.NpmProjects)
        {
            if (project.HasModules) project.Compare(tree, sink, isLayerMissing);
            else project.SayAbsent(sink);
        }
    }

    public static void SayDiffering(Cataloger by, PackageFile file, Sink sink, string reason, string verb, List<string> differing)
    {
        if (differing.Count == 0) return;
        sink.Gap(by, file, GapKind.Unread, reason,
            $"'{file.Path}' {verb} {differing.Count} {(differing.Count == 1 ? "package" : "packages")} at another version than is installed, in brackets: {List(differing)}.");
    }

    private void SayAbsent(Sink sink)
    {
        // Of a bundle that is known in full, what is not in it is not used.
        if (sink.HasWholeBundle) return;
        var names = Wishes.Where(wish => !sink.HasCopy(Purl.Npm(wish.Name, null))).ToArray();
        if (names.Length == 0) return;
        sink.Gap(By, File, GapKind.Missing, "dependencies not in the package",
            $"'{File.Path}' asks for {names.Length} {(names.Length == 1 ? "package" : "packages")}, but "
                + "neither node_modules nor a lock file is there: install them, or keep the lock file.");
    }

    private void Compare(PackageTree tree, Sink sink, bool isLayerMissing)
    {
        var (absent, differing, found) = (new List<string>(), new List<string>(), 0);
        var folder = EntryPath.Folder(File.Path);
        foreach (var (name, range) in Wishes)
        {
            if (NpmPaths.Resolve(tree, sink, folder, name) is { } manifest)
            {
                found++;
                if (sink.PackageAt(manifest) is { } there && there.Name == name && NpmRange.Allows(range, there.Version) == false)
                    differing.Add($"{name} {range} ({there.Version})");
            }
            else if (tree.Under($"{folder}{NpmPaths.Modules}{name}/").IsEmpty && !sink.HasCopy(Purl.Npm(name, null)))
            {
                absent.Add(name);
            }
        }

        SayDiffering(By, File, sink, "installed version not as declared", "asks for", differing);

        // Where none is found, they hang together by links, which are not followed; a bundle may hold what is not seen in it.
        if (absent.Count == 0 || found == 0 || sink.HasBundle || isLayerMissing || !sink.TrySpend()) return;
        sink.Gap(By, File, GapKind.Unread, "declared dependency not installed",
            $"'{File.Path}' asks for {absent.Count} {(absent.Count == 1 ? "package that is" : "packages that are")} not installed beside the others: {List(absent)}.");
    }

    private static string List(List<string> all) =>
        string.Join(", ", all.Order(StringComparer.Ordinal).Take(Shown).Select(static one => one.Length <= 120 ? one : $"{one[..120]}…")) + (all.Count > Shown ? ", …" : "");
}
