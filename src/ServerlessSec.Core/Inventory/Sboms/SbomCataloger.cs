using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Sboms;

/// <summary>
/// Bills of materials that the package carries, CycloneDX and SPDX 2 in JSON: what they claim is compared with what was found
/// once everything else was looked at. Those within installed packages speak of other builds, but for what a wheel says of itself
/// (https://peps.python.org/pep-0770/).
/// </summary>
internal sealed class SbomCataloger : Cataloger
{
    internal const string Reader = "sbom";
    private const string OfWheel = ".dist-info/sboms/";
    private const string OfJar = "META-INF/sbom/";

    public override string Name => Reader;

    public override string Ecosystem => "";

    public override bool Wants(string path) => IsSbom(path) && (FirstParty.Owns(path) || path.Contains(OfWheel, StringComparison.Ordinal));

    /// <summary>By its name: <c>bom.json</c>, <c>*.cdx.json</c>, <c>*.spdx.json</c>, or by the folder that is for them.</summary>
    public static bool IsSbom(string path) => path.EndsWith(".json", StringComparison.Ordinal) && (IsPlain(path) || IsNamed(path));

    public override void Read(PackageTree tree, PackageFile file, Sink sink) => Read(sink.Bytes(file), file, sink);

    /// <param name="file">Its path may lead into an archive.</param>
    public static void Read(byte[] content, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Any(content, sink.Limits);
        if (SbomDocument.Read(document.RootElement, sink.Limits) is { } claims) sink.Claim(new(file, claims));
        else if (IsNamed(file.Path)) throw new FormatException("neither CycloneDX nor SPDX 2");
    }

    /// <summary>Names that other things have, too.</summary>
    private static bool IsPlain(string path) => EntryPath.Name(path) is "bom.json" or "sbom.json";

    private static bool IsNamed(string path) =>
        path.EndsWith(".cdx.json", StringComparison.Ordinal) || path.EndsWith(".spdx.json", StringComparison.Ordinal)
        || path.StartsWith(OfJar, StringComparison.Ordinal) || path.Contains("/" + OfJar, StringComparison.Ordinal) || path.Contains(OfWheel, StringComparison.Ordinal);
}
