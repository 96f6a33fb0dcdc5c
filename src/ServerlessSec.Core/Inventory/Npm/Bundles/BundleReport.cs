using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>Lists what is known of a bundle, and says what is not.</summary>
internal static class BundleReport
{
    public static void Tell(PackageTree tree, Sink sink, PackageFile file)
    {
        if (Read(tree, sink, file, withMap: true) is { } content) List(sink, file, content);
    }

    /// <summary>As <see cref="Tell"/> of a file that is one of the application's own for all one sees, unless a package left its version in it.</summary>
    public static void TellIfAny(PackageTree tree, Sink sink, PackageFile file)
    {
        if (Read(tree, sink, file, withMap: false) is { } content && content.Finds.All().Any(find => find.Version is not null)) List(sink, file, content);
    }

    private static BundleContent? Read(PackageTree tree, Sink sink, PackageFile file, bool withMap)
    {
        try
        {
            return new BundleReader(tree, sink).Read(file, withMap);
        }
        catch (UnreadFileException)
        {
            sink.HasBundle = true;
            sink.OpaqueAlready(file.Path, file.Layer, "bundled");
            return null;
        }
    }

    private static void List(Sink sink, PackageFile file, BundleContent content)
    {
        sink.HasBundle = true;
        sink.HasWholeBundle |= content.IsWhole;
        var locked = sink.LockedNames(NpmPackage.Ecosystem);
        var (all, nameless) = (0, 0);
        foreach (var (name, version, why) in content.Finds.All())
        {
            all++;

            // A lock file's version is matched; a name beside it would say less.
            if (version is null && locked.Contains(name)) continue;
            if (version is null) nameless++;
            sink.Add($"{file.Path}/{name}@{version}", Component(file, name, version, why));
        }

        Say(sink, file, content, all, nameless);
    }

    private static Component Component(PackageFile file, string name, string? version, Recognition why) => new()
    {
        Purl = Purl.Npm(name, version),
        Ecosystem = NpmPackage.Ecosystem,
        Name = name,
        Version = version ?? "",
        Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Recognised, BundleReader.Name) { Recognition = why }],
    };

    private static void Say(Sink sink, PackageFile file, BundleContent content, int all, int nameless)
    {
        var byName = nameless == 0 ? ""
            : $"{nameless} of {all} recognised {(all == 1 ? "package is" : "packages are")} known by name only and cannot be matched with advisories";
        if (content.IsWhole)
        {
            sink.Explain(file.Path);
            if (nameless > 0) Opaque("bundled without versions", $"'{file.Path}' is a bundle; {byName}.");
        }
        else if (all == 0)
        {
            Opaque("bundled", $"'{file.Path}' is a bundle; which packages went into it is unknown.");
        }
        else
        {
            Opaque("bundled", $"'{file.Path}' is a bundle; {(nameless > 0 ? byName : $"{all} {(all == 1 ? "package was" : "packages were")} recognised")}, and others may be in it unseen.");
        }

        void Opaque(string reason, string message) => sink.Opaque(file.Path, file.Layer, reason, message, NpmPackage.Ecosystem);
    }
}
