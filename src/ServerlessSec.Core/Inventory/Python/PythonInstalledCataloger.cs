using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

/// <summary>Installed Python distributions in any folder, vendored copies included, by <c>*.dist-info</c> and <c>*.egg-info</c>.</summary>
internal sealed class PythonInstalledCataloger : Cataloger
{
    private const string DistInfo = ".dist-info";
    private const string EggInfo = ".egg-info";
    private static readonly ImmutableArray<string> LayerRoots = ["", "/opt/python/"];

    public override string Name => "python-installed";

    public override string Ecosystem => PythonPackage.Ecosystem;

    public override bool Wants(string path) =>
        path.EndsWith(DistInfo + "/METADATA", StringComparison.Ordinal) || path.EndsWith(DistInfo + "/RECORD", StringComparison.Ordinal)
        || path.EndsWith(EggInfo + "/PKG-INFO", StringComparison.Ordinal) || path.EndsWith(EggInfo, StringComparison.Ordinal)
        || path.EndsWith(".egg/EGG-INFO/PKG-INFO", StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var isRecord = file.Path.EndsWith("/RECORD", StringComparison.Ordinal);
        if (isRecord && tree.Find(EntryPath.Folder(file.Path) + "METADATA") is not null) return;

        Add(file, isRecord ? new MetadataHeaders([]) : new MetadataHeaders(sink.Bytes(file)), Name, sink);
    }

    /// <summary>The distribution of one metadata file, which may lie within an archive.</summary>
    public static void Add(PackageFile file, MetadataHeaders headers, string cataloger, Sink sink)
    {
        var folder = InfoFolder(file.Path);
        var (folderName, folderVersion) = FromFolder(folder[(folder.LastIndexOf('/') + 1)..]);
        var name = headers.First("Name") ?? folderName;
        var version = headers.First("Version") ?? folderVersion;
        if (name is null || version is null || !PythonPackage.IsName(name) || version.Length > 256) throw new FormatException("no name and version");

        var root = EntryPath.Folder(folder);
        sink.Add(file.Path, new()
        {
            Purl = Purl.PyPi(name, version),
            Ecosystem = PythonPackage.Ecosystem,
            Name = name,
            Version = version,
            Licences = PythonLicence.Of(headers),
            Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Installed, cataloger)],
        });
        sink.Alias(Key(root, Purl.PythonName(name)), file.Path);
        foreach (var need in headers.All("Requires-Dist").Select(Needed).OfType<string>().Distinct())
            sink.Edge(file.Path, [Key(root, need), .. LayerRoots.Select(other => Key(other, need))]);
    }

    private static string Key(string root, string name) => $"pypi:{root}:{name}";

    /// <summary>The normalised name of <c>name[extra] (&gt;=1); marker</c>; null where only an extra asks for it.</summary>
    private static string? Needed(string requirement)
    {
        if (requirement.IndexOf(';', StringComparison.Ordinal) is var marker and >= 0
            && requirement.AsSpan(marker).Contains("extra", StringComparison.Ordinal))
        {
            return null;
        }

        var name = PythonPackage.NameOf(requirement);
        return PythonPackage.IsName(name) ? Purl.PythonName(name) : null;
    }

    private static string InfoFolder(string path)
    {
        if (path.EndsWith("/EGG-INFO/PKG-INFO", StringComparison.Ordinal)) return path[..^"/EGG-INFO/PKG-INFO".Length];
        return path.EndsWith(EggInfo, StringComparison.Ordinal) ? path : path[..path.LastIndexOf('/')];
    }

    /// <summary><c>NAME-VERSION.dist-info</c>, <c>NAME-VERSION-py3.9.egg-info</c>; a folder of a working copy has no version.</summary>
    private static (string? Name, string? Version) FromFolder(string folder)
    {
        var parts = folder[..folder.LastIndexOf('.')].Split('-');
        return parts.Length >= 2 && parts[1].Length > 0 && char.IsAsciiDigit(parts[1][0]) ? (parts[0], parts[1]) : (null, null);
    }
}
