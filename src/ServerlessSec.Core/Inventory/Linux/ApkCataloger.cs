using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Linux;

/// <summary>apk's <c>/lib/apk/db/installed</c>, since apk 3 under <c>/usr</c>: one paragraph a package, fields of one letter.</summary>
internal sealed class ApkCataloger : SystemCataloger
{
    // Where both are meant, the longer one comes first.
    private static readonly string[] Places = ["usr/lib/apk/db/installed", "lib/apk/db/installed"];

    public override string Name => "apk";

    protected override bool IsPart(string path) => Root(path) is not null;

    protected override void ReadPart(PackageTree tree, PackageFile file, Sink sink)
    {
        var root = Root(file.Path)!;
        var distribution = Distribution.Of(tree, root, "alpine");
        var package = new Paragraph();
        var faults = 0;
        var folder = "";
        foreach (var line in Lines(sink.Bytes(file)))
        {
            if (line.Length < 2 || line[1] != ':')
            {
                if (line.Length == 0) End();
                continue;
            }

            var value = line[2..];
            switch (line[0])
            {
                case 'P':
                    package.Name = value;
                    break;
                case 'V':
                    package.Version = value;
                    break;
                case 'o':
                    package.Origin = value;
                    break;
                case 'L':
                    package.Licence = value;
                    break;
                case 'D':
                    package.Needs = value;
                    break;
                case 'p':
                    package.Provides = value;
                    break;
                case 'F':
                    folder = value.Length == 0 ? "" : value + "/";
                    break;
                case 'R':
                    Own(tree, sink, root, folder + value);
                    break;
            }
        }

        End();
        if (faults > 0)
            sink.Gap(this, file, GapKind.Unread, "malformed package", $"'{file.Path}' describes {faults} packages without a proper name and version.");

        void End()
        {
            if (package.Any && !Tell(package, file, root, distribution, sink)) faults++;
            package = new();
            folder = "";
        }
    }

    private static string? Root(string path) => path.EndsWith("/db/installed", StringComparison.Ordinal)
        ? Places.Select(place => RootOf(path, place)).FirstOrDefault(static root => root is not null)
        : null;

    private bool Tell(Paragraph package, PackageFile file, string root, Distribution distribution, Sink sink)
    {
        if (!IsWord(package.Name) || !IsWord(package.Version)) return false;
        var (name, version) = (package.Name!, package.Version!);
        var key = Key(Name, root, name);
        sink.Add(key, new()
        {
            Purl = Purl.Apk(distribution.Vendor, name, version),
            Ecosystem = distribution.Ecosystem,
            Name = name,
            Version = version,
            Source = IsWord(package.Origin) && package.Origin != name ? new(package.Origin!, version) : null,
            Licences = package.Licence is { Length: > 0 and <= 200 } licence ? [licence] : ImmutableArray<string>.Empty,
            Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Installed, Name)],
        });
        foreach (var other in Names(package.Provides)) sink.Alias(Key(Name, root, other), key);
        foreach (var need in Names(package.Needs)) sink.Edge(key, Key(Name, root, need));
        return true;
    }

    /// <summary>Of <c>libssl3=3.3.3-r0 so:libc.so.1 !old</c> what is asked for or given, without versions.</summary>
    private static IEnumerable<string> Names(string? list) =>
        (list ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(static name => name[0] != '!').Select(static name => name.Split('<', '>', '=', '~')[0]);

    private sealed class Paragraph
    {
        public string? Name { get; set; }

        public string? Version { get; set; }

        public string? Origin { get; set; }

        public string? Licence { get; set; }

        public string? Needs { get; set; }

        public string? Provides { get; set; }

        public bool Any => Name is not null || Version is not null;
    }
}
