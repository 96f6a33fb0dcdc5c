namespace ServerlessSec.Inventory.Java;

/// <summary>What the paths of a jar say: where its classes lie.</summary>
internal sealed class JarFiles
{
    // What Spring Boot puts into every archive that it packs.
    private const string BootLoader = "org/springframework/boot/loader/";

    private readonly HashSet<string> folders = new(StringComparer.Ordinal);

    public JarFiles(IEnumerable<string> paths)
    {
        var lookup = folders.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var path in paths)
        {
            if (path.EndsWith(".class", StringComparison.Ordinal) && !path.StartsWith(BootLoader, StringComparison.Ordinal)) lookup.Add(path.AsSpan(0, path.LastIndexOf('/') + 1));
        }
    }

    public bool HasClasses => folders.Count > 0;

    /// <summary>Whether any class lies in or below <paramref name="folder"/>, which has its slash.</summary>
    public bool Holds(string folder)
    {
        if (folders.Contains(folder)) return true;
        foreach (var path in folders)
        {
            if (path.StartsWith(folder, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>Well-known libraries whose classes are there though none of <paramref name="named"/> brings them.</summary>
    public IEnumerable<KnownJar> Nameless(IReadOnlyCollection<(string Group, string Artifact)> named)
    {
        var shown = new HashSet<string>(StringComparer.Ordinal);
        var groups = named.Select(it => it.Group).ToHashSet(StringComparer.Ordinal);
        foreach (var known in KnownJars.All)
        {
            if (IsShared(known.Classes) || groups.Contains(known.Group) || !Holds(known.Classes)) continue;

            // Of several libraries with these classes one is enough.
            var isBrought = KnownJars.All.Any(other =>
                (known.Classes.StartsWith(other.Classes, StringComparison.Ordinal) || other.Classes.StartsWith(known.Classes, StringComparison.Ordinal))
                    && named.Any(it => it.Group == other.Group && other.Names(it.Artifact)));
            if (!isBrought && !shown.Any(folder => known.Classes.StartsWith(folder, StringComparison.Ordinal)) && shown.Add(known.Classes))
                yield return known;
        }
    }

    /// <summary>Standards and umbrella names: many libraries put classes there.</summary>
    private static bool IsShared(string folder) =>
        folder.StartsWith("javax/", StringComparison.Ordinal)
            || folder.StartsWith("jakarta/", StringComparison.Ordinal)
            || folder.StartsWith("org/w3c/", StringComparison.Ordinal)
            || folder is "org/apache/" or "org/apache/logging/" or "org/springframework/" or "kotlin/" or "scala/"
                or "groovy/" or "proguard/" or "org/xmlpull/" or "antlr/" or "org/junit/";
}
