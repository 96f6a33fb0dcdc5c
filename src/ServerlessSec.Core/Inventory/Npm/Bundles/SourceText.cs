using System.Text.Json;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>What the text of one file of a package says about its version.</summary>
internal static class SourceText
{
    private const int LongestManifest = 256 << 10;

    private static readonly string[] Names = ["VERSION", "version", "Version", "__version__"];

    /// <param name="content">The file as its author wrote it, or as a bundler left it.</param>
    public static void Read(ModulePath path, ReadOnlySpan<char> content, Technique technique, BundleFinds finds)
    {
        if (path.File == NpmPaths.Manifest)
        {
            if (Manifest(content, path.Name) is { } version) finds.Add(path, version, new(Technique.Manifest, 1, $"{path.Place}/{path.File}"));
            return;
        }

        if (Banners.ReadFirst(content, path.Name, version => finds.Add(path, version, new(technique, 0.8, $"{path.Place}/{path.File}: {version}")))) return;
        if (IsTelling(path) && Constant(content) is { } constant) finds.Add(path, constant, new(technique, 0.75, $"{path.Place}/{path.File}: {constant}"));
    }

    /// <summary>The version in a manifest, whole or as the few members that a bundler left of it.</summary>
    private static string? Manifest(ReadOnlySpan<char> content, string name)
    {
        content = content[..Math.Min(content.Length, LongestManifest)];
        try
        {
            using var document = JsonText.Parse(content.ToString());
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            return ManifestJson.Text(root, "name") is { } own && own != name ? null : ManifestJson.Text(root, "version");
        }
        catch (JsonException)
        {
            return Constant(content);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>A manifest, or a file named for the package or for versions; elsewhere a constant may be about anything.</summary>
    public static bool IsTelling(ModulePath path)
    {
        if (path.File == NpmPaths.Manifest) return true;
        var file = path.File[(path.File.LastIndexOf('/') + 1)..].Split('.')[0];
        var name = path.Name[(path.Name.LastIndexOf('/') + 1)..].Split('.')[0];
        return file.Equals(name, StringComparison.OrdinalIgnoreCase)
            || file.Contains("version", StringComparison.OrdinalIgnoreCase)
            || (file is "index" or "core" or "main" && path.File.AsSpan().Count('/') <= 1)
            || (path.Place.EndsWith("/aws-sdk", StringComparison.Ordinal) && path.File == "lib/core.js");
    }

    /// <summary>The one full version that is assigned to something of that name; null where there are several.</summary>
    private static string? Constant(ReadOnlySpan<char> content)
    {
        string? found = null;
        foreach (var name in Names)
        {
            for (var at = 0; content[at..].IndexOf(name) is >= 0 and var next; at += name.Length)
            {
                at += next;
                if (at > 0 && (char.IsAsciiLetterOrDigit(content[at - 1]) || content[at - 1] is '_' or '$')) continue;
                var rest = content[(at + name.Length)..Math.Min(content.Length, at + name.Length + 64)];
                rest = rest.TrimStart("\"']").TrimStart();
                if (rest is not ['=' or ':', ..]) continue;
                var version = VersionText.Quoted(rest[1..].TrimStart());
                if (version.IsEmpty) continue;
                if (found is not null && !version.SequenceEqual(found)) return null;
                found = version.ToString();
            }
        }

        return found;
    }
}
