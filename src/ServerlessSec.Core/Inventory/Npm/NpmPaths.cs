using System.Collections.Frozen;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm;

/// <summary>Where npm puts packages, and how Node.js finds them again.</summary>
internal static class NpmPaths
{
    public const string Manifest = "package.json";
    public const string Modules = "node_modules/";

    private const string LayerModules = "/opt/nodejs/node_modules/";

    private static readonly FrozenSet<string> Trials =
        new[] { "test", "tests", "__tests__", "spec", "fixture", "fixtures", "__fixtures__", "example", "examples" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True for <c>…/node_modules/NAME/package.json</c> and <c>…/node_modules/@SCOPE/NAME/package.json</c>,
    /// and for no folder below, nor for what packages have to test themselves with; also for where Yarn's linker named after
    /// pnpm keeps packages: <c>node_modules/.store/NAME-npm-VERSION-HASH/package/package.json</c>.</summary>
    public static bool IsInstalled(string path)
    {
        if (!path.EndsWith("/" + Manifest, StringComparison.Ordinal)) return false;

        var modules = LastModules(path);
        var length = path.Length - modules - Modules.Length - Manifest.Length - 1;
        if (modules < 0 || length <= 0) return false;

        var folder = path.AsSpan(modules + Modules.Length, length);
        var isPackage = folder switch
        {
            ['.', ..] => folder.StartsWith(".store/") && folder.EndsWith("/package") && folder.Count('/') == 2,
            ['@', ..] => folder.Count('/') == 1 && folder[^1] != '/',
            _ => !folder.Contains('/'),
        };
        return isPackage && !IsTrial(path, modules);
    }

    /// <summary>Whether the <c>node_modules</c> at <paramref name="modules"/> is test data that came with a package.</summary>
    private static bool IsTrial(string path, int modules)
    {
        if (modules == 0 || LastModules(path[..modules]) is not (var outer and >= 0)) return false;

        var folders = path.AsSpan((outer + Modules.Length)..modules);
        var names = Trials.GetAlternateLookup<ReadOnlySpan<char>>();
        var isFirst = true;
        foreach (var part in folders.Split('/'))
        {
            // The package itself may have such a name.
            if (!isFirst && names.Contains(folders[part])) return true;
            isFirst = isFirst && folders[part] is ['@', ..];
        }

        return false;
    }

    public static bool IsInsideModules(string path) => LastModules(path) >= 0;

    /// <summary>A file of that name which no installed package brought.</summary>
    public static bool IsOwn(string path, string name) =>
        path.EndsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[^(name.Length + 1)] == '/') && !IsInsideModules(path);

    /// <summary>Whether any package was found installed in <paramref name="folder"/>; tools leave caches and stubs there too.</summary>
    public static bool HasInstalled(PackageTree tree, Sink sink, string folder)
    {
        foreach (var file in tree.Under(folder + Modules))
        {
            if (IsInstalled(file.Path) && sink.Has(file.Path)) return true;
        }

        return sink.IsExplained(folder + PnpCataloger.Loader);
    }

    /// <summary>The manifest of what <c>require(name)</c> gives in <paramref name="folder"/>; null where it is not in
    /// the package.</summary>
    public static string? Resolve(PackageTree tree, Sink sink, string folder, string name)
    {
        for (var at = folder; sink.TrySpend(); at = at[..(at.LastIndexOf('/', at.Length - 2) + 1)])
        {
            var inModules = at == Modules || at.EndsWith("/" + Modules, StringComparison.Ordinal);
            if (!inModules && tree.Find($"{at}{Modules}{name}/{Manifest}") is { } found) return found.Path;
            if (at is "" or "/") return tree.Find($"{LayerModules}{name}/{Manifest}")?.Path;
        }

        return null;
    }

    /// <summary>Where the innermost <c>node_modules/</c> begins; -1 where the path has none.</summary>
    internal static int LastModules(string path)
    {
        for (var at = path.Length; at > 0;)
        {
            at = path.LastIndexOf(Modules, at - 1, StringComparison.Ordinal);
            if (at < 0) return -1;
            if (at == 0 || path[at - 1] == '/') return at;
        }

        return -1;
    }
}
