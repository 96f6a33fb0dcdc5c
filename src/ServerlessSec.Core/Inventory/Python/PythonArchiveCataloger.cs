using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

/// <summary>
/// Distributions within archives that Python reads or unpacks itself: zipapps, eggs, PEX files, and what deployment tools pack
/// for the function to unpack (<c>.requirements.zip</c>). Wheels are a kind of their own: one that lies about may be meant to be
/// installed, so that lock files beside it still speak.
/// </summary>
internal sealed class PythonArchiveCataloger : Cataloger
{
    private const int MetadataBytes = 4 << 20;
    private const string Wheel = ".whl";
    private const string Requirements = ".requirements.zip";
    private static readonly ImmutableArray<string> Endings = [".egg", ".pyz", ".pex"];

    private readonly bool readsWheels;

    private PythonArchiveCataloger(string name, bool readsWheels) => (Name, this.readsWheels) = (name, readsWheels);

    public static PythonArchiveCataloger Archives { get; } = new("python-archive", readsWheels: false);

    public static PythonArchiveCataloger Wheels { get; } = new("python-wheel", readsWheels: true);

    public override string Name { get; }

    public override string Ecosystem => PythonPackage.Ecosystem;

    public override bool Wants(string path) => readsWheels
        ? path.EndsWith(Wheel, StringComparison.Ordinal) && FirstParty.Owns(path) && !path.Contains("ensurepip/_bundled/", StringComparison.Ordinal)
        : EntryPath.Name(path) == Requirements || Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal));

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var source = tree.OpenSource(file);
        using var archive = new ZipContainer(source, ZipDirectory.Read(source, sink.Limits), sink.Limits);
        foreach (var gap in archive.Gaps)
            sink.Gap(gap with { Scope = gap.Scope with { Layer = file.Layer, Path = gap.Scope.Path is { } within ? $"{file.Path}!/{within}" : file.Path } });

        var (isKnown, left) = (false, (long)sink.Limits.ManifestBytes);
        for (var index = 0; index < archive.Files.Length; index++)
        {
            var path = archive.Files[index].Path;
            if (!IsMetadata(path)) continue;

            // Entries may share their bytes, so that the archive's own size is no bound.
            if ((left -= archive.Files[index].Size) < 0) throw new LimitReachedException($"more than {sink.Limits.ManifestBytes} bytes of metadata");
            sink.Unpack(archive.Files[index].Size);

            var place = file with { Path = $"{file.Path}!/{path}" };
            try
            {
                PythonInstalledCataloger.Add(place, new(Bytes(archive, index)), Name, sink);
                isKnown = true;
            }
            catch (FormatException malformed)
            {
                sink.Gap(this, place, GapKind.Unread, "malformed manifest", $"'{place.Path}' was not understood: {malformed.Message}.");
            }
        }

        if (isKnown) sink.Explain(file.Path);
    }

    private static bool IsMetadata(string path) =>
        path == "EGG-INFO/PKG-INFO"
            || path.EndsWith(".dist-info/METADATA", StringComparison.Ordinal)
            || path.EndsWith(".egg-info/PKG-INFO", StringComparison.Ordinal)
            || path.EndsWith(".egg-info", StringComparison.Ordinal);

    private static byte[] Bytes(ZipContainer archive, int index)
    {
        var length = archive.Files[index].Size;
        if (length > MetadataBytes) throw new LimitReachedException($"more than {MetadataBytes} bytes");

        using var stream = archive.Open(index);
        var content = new byte[length];
        return stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) == content.Length ? content : throw new FormatException("the file ends early");
    }
}
