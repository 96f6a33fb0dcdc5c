namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>A file of an installed package, as a bundler or source map names it.</summary>
/// <param name="Place">Where the package was installed, from the first <c>node_modules/</c> on.</param>
/// <param name="Version">Null where the path does not tell; the stores of pnpm, Bun, Deno and Yarn do.</param>
/// <param name="File">Path within the package.</param>
internal readonly record struct ModulePath(string Place, string Name, string? Version, string File)
{
    /// <summary>Characters of the longest path that is looked at.</summary>
    public const int Longest = 1_024;

    /// <summary>Null where it is no file in an installed package.</summary>
    public static ModulePath? Parse(string path)
    {
        if (path.Length > Longest) return null;
        path = path.Replace('\\', '/');
        var modules = LastModules(path);
        if (modules < 0) return null;
        var start = modules + NpmPaths.Modules.Length;
        var end = path.IndexOf('/', start);
        if (end > start && path[start] == '@') end = path.IndexOf('/', end + 1);
        if (end < 0 || end == path.Length - 1) return null;

        var name = path[start..end];
        if (!NpmPackage.IsName(name)) return null;

        // Babel's own source maps have the folders of its repository.
        if (name.StartsWith("@babel/babel-", StringComparison.Ordinal)) name = string.Concat("@babel/", name.AsSpan("@babel/babel-".Length));
        var file = path[(end + 1)..].Split('?')[0];
        return file.LastIndexOf('.') > file.LastIndexOf('/')
            ? new(PlaceOf(path, start, end), name, StoredVersion(path[..modules], name), file)
            : null;
    }

    private static int LastModules(string path)
    {
        for (var at = path.Length; at > 0;)
        {
            at = path.LastIndexOf(NpmPaths.Modules, at - 1, StringComparison.Ordinal);
            if (at < 0) return -1;
            if (at == 0 || path[at - 1] is '/' or ':') return at;
        }

        return -1;
    }

    /// <summary>Of what lies in a store, the entry of the store is part of the place.</summary>
    private static string PlaceOf(string path, int start, int end)
    {
        var first = path.IndexOf(NpmPaths.Modules, StringComparison.Ordinal);
        var archive = path.LastIndexOf(".zip/", start, StringComparison.Ordinal);
        if (archive > 0) first = path.LastIndexOf('/', archive) + 1;
        return path[Math.Min(first, start)..end];
    }

    /// <param name="before">The path up to the innermost <c>node_modules/</c>, with its slash.</param>
    private static string? StoredVersion(string before, string name)
    {
        var entry = before.TrimEnd('/');
        var slash = entry.LastIndexOf('/');
        var store = slash > 0 ? entry[..slash] : "";
        entry = entry[(slash + 1)..];
        if (entry.EndsWith(".zip", StringComparison.Ordinal)) return Zipped(entry, name);

        var folder = store[(store.LastIndexOf('/') + 1)..];
        if (folder is not (".pnpm" or ".bun" or ".deno" or ".store")) return null;
        var flat = name.Replace('/', '+') + "@";
        if (!entry.StartsWith(flat, StringComparison.Ordinal)) return null;

        var version = entry[flat.Length..];
        version = version.Split('_', '(')[0];
        if (folder == ".bun") version = version.Split("+", 2)[0];
        if (folder == ".store" && version.LastIndexOf('-') is var hash and > 0) version = version[..hash];
        return Valid(name, version);
    }

    /// <summary>Yarn's cache: <c>NAME-npm-VERSION-HASH[-KEY].zip</c>.</summary>
    private static string? Zipped(string entry, string name)
    {
        var start = name.Replace('/', '-') + "-npm-";
        if (!entry.StartsWith(start, StringComparison.Ordinal)) return null;
        var parts = entry[start.Length..^".zip".Length].Split('-');
        for (var at = 1; at < parts.Length; at++)
        {
            if (parts[at].Length == 10 && parts[at].All(char.IsAsciiHexDigitLower)) return Valid(name, string.Join('-', parts[..at]));
        }

        return null;
    }

    private static string? Valid(string name, string version) => NpmPackage.Component(name, version)?.Version;
}
