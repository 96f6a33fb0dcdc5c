using System.Text.Json;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>esbuild's own account of what went into a bundle, which AWS CDK leaves beside it where it was asked for one.</summary>
internal static class Metafile
{
    public const string Ending = ".meta.json";

    /// <summary>Throws <see cref="FormatException"/> on what is no JSON.</summary>
    public static void Read(string text, BundleFinds finds)
    {
        using var document = JsonText.Parse(text);
        foreach (var output in ManifestJson.Members(document.RootElement, "outputs"))
        {
            foreach (var input in ManifestJson.Members(output.Value, "inputs"))
            {
                if (input.Value.ValueKind != JsonValueKind.Object || !input.Value.TryGetProperty("bytesInOutput", out var bytes)) continue;
                if (bytes.ValueKind != JsonValueKind.Number || !bytes.TryGetInt64(out var count) || count <= 0) continue;
                if (ModulePath.Parse(input.Name) is { } path) finds.Add(path, null, new(Technique.ModulePath, 0.95, $"{path.Place}/{path.File} in {Ending}"));
            }
        }
    }
}
