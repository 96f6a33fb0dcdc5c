using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Linux;

/// <summary>rpm's databases: <c>rpmdb.sqlite</c>, its own <c>Packages.db</c>; the old <c>Packages</c> of Berkeley DB is a gap.</summary>
internal sealed class RpmCataloger : SystemCataloger
{
    private static readonly string[] Folders = ["var/lib/rpm/", "usr/lib/sysimage/rpm/", "usr/share/rpm/"];

    private static readonly string[] Names = ["rpmdb.sqlite", "rpmdb.sqlite-wal", "Packages.db", "Packages"];

    public override string Name => "rpm";

    protected override bool IsPart(string path) => Names.Contains(EntryPath.Name(path)) && Root(path) is not null;

    protected override void ReadPart(PackageTree tree, PackageFile file, Sink sink)
    {
        var root = Root(file.Path)!;
        switch (EntryPath.Name(file.Path))
        {
            case "rpmdb.sqlite-wal":
                if (file.Size > 0)
                    sink.Gap(this, file, GapKind.Unread, "unfinished database", $"What stands in '{file.Path}' only was not read: the database was not closed.");
                return;
            case "Packages":
                // An empty one stands beside databases of other kinds.
                if (file.Size > 0 && tree.Find(EntryPath.Folder(file.Path) + "rpmdb.sqlite") is null)
                    sink.Gap(this, file, GapKind.Unread, "Berkeley DB", $"'{file.Path}' is a Berkeley DB, which was not read.");
                return;
        }

        var distribution = Distribution.Of(tree, root, "");
        if (distribution.Vendor.Length == 0)
            sink.Gap(this, file, GapKind.Unread, "unknown distribution", $"The packages of '{file.Path}' are of a distribution that nothing names, so no advisory is theirs.");
        using var source = tree.OpenSource(file);
        var faults = 0;
        foreach (var blob in file.Path.EndsWith(".db", StringComparison.Ordinal) ? RpmNdb.Headers(source) : new SqliteTable(source).Blobs("Packages"))
        {
            try
            {
                Tell(new RpmHeader(blob), tree, file, root, distribution, sink);
            }
            catch (FormatException)
            {
                faults++;
            }
        }

        if (faults > 0) sink.Gap(this, file, GapKind.Unread, "malformed package", $"'{file.Path}' describes {faults} packages without a proper name and version.");
    }

    private static string? Root(string path) => Folders.Select(folder => RootOf(EntryPath.Folder(path), folder)).FirstOrDefault(static root => root is not null);

    private void Tell(RpmHeader header, PackageTree tree, PackageFile file, string root, Distribution distribution, Sink sink)
    {
        var (name, version) = (header.Name, header.Version);
        if (!IsWord(name) || !IsWord(version) || version.Length < 3) throw new FormatException("no name and version");
        foreach (var path in header.Files()) Own(tree, sink, root, path);
        // Keys that signatures are checked with are kept like packages.
        if (name == "gpg-pubkey") return;

        sink.Add(Key(Name, root, name!), new()
        {
            Purl = Purl.Rpm(distribution.Vendor, name!, version),
            Ecosystem = distribution.Ecosystem,
            Name = name!,
            Version = version,
            Source = distribution.SpeaksOfSources ? header.Source : null,
            Licences = header.Licence is { Length: > 0 and <= 200 } licence ? [licence] : [],
            Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Installed, Name)],
        });
    }
}
