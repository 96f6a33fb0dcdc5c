using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>A part of an image by its digest.</summary>
internal sealed record ImagePart(string Digest, string MediaType)
{
    /// <summary>Of a manifest in a list; null where none is said.</summary>
    public string? Os { get; init; }

    public string? Architecture { get; init; }
}

/// <summary>A manifest or a list of manifests, of OCI's or Docker's kind, which differ in nothing that matters here.</summary>
/// <param name="Config">Null for a list.</param>
/// <param name="Layers">From the lowest.</param>
/// <param name="Manifests">Of a list: those that are images.</param>
internal sealed record ImageManifest(ImagePart? Config, ImmutableArray<ImagePart> Layers, ImmutableArray<ImagePart> Manifests)
{
    private const int MostParts = 1_024;

    /// <exception cref="FormatException">It is neither.</exception>
    public static ImageManifest Parse(byte[] json)
    {
        using var document = ImageJson.Parse(json);
        var root = document.RootElement;
        if (ImageJson.Object(root, "config") is { ValueKind: JsonValueKind.Object } config)
            return new(Part(config), [.. Bounded(ImageJson.Items(root, "layers")).Select(Part)], []);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("manifests", out _)) throw new FormatException("the image has no manifest of a known kind");
        return new(null, [], [.. Bounded(ImageJson.Items(root, "manifests")).Where(IsImage).Select(Part)]);
    }

    /// <summary>The manifest for Linux on <paramref name="architecture"/>; where nobody says which, amd64 before arm64 before others.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public ImagePart Choose(string? architecture)
    {
        var fit = Manifests.Where(static m => m.Os is null or "linux").ToArray();
        var chosen = architecture is not null
            ? Array.Find(fit, m => m.Architecture == architecture) ?? Array.Find(fit, static m => m.Architecture is null)
            : Array.Find(fit, static m => m.Architecture == "amd64") ?? Array.Find(fit, static m => m.Architecture == "arm64") ?? fit.FirstOrDefault();
        return chosen ?? throw new FormatException($"the image is there, but not for Linux{(architecture is null ? "" : " on " + architecture)}");
    }

    private static JsonElement[] Bounded(IEnumerable<JsonElement> items)
    {
        var list = items.Take(MostParts + 1).ToArray();
        return list.Length > MostParts ? throw new LimitReachedException($"more than {MostParts} parts of an image") : list;
    }

    // Lists also hold what was signed or said about an image.
    private static bool IsImage(JsonElement item) =>
        ImageJson.Text(ImageJson.Object(item, "annotations"), "vnd.docker.reference.type") is null && ImageJson.Text(item, "artifactType") is null;

    private static ImagePart Part(JsonElement item) => new(ImageDigest.Check(ImageJson.Text(item, "digest")), ImageJson.Text(item, "mediaType") ?? "")
    {
        Os = ImageJson.Text(ImageJson.Object(item, "platform"), "os"),
        Architecture = ImageJson.Text(ImageJson.Object(item, "platform"), "architecture"),
    };
}
