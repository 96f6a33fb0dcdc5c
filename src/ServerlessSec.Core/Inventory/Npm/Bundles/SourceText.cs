using System.Collections.Frozen;
using System.Text.Json;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>What the text of one file of a package says about its version.</summary>
internal static class SourceText
{
    private const int LongestManifest = 256 << 10;

    private static readonly string[] Names = ["VERSION", "version", "Version", "__version__", "packageVersion"];

    /// <summary>Files that hold the version of their package under no such name.</summary>
    private static readonly FrozenSet<(string Name, string File)> Others = new[]
    {
        ("axios", "lib/env/data.js"), ("bluebird", "js/release/promise.js"), ("handlebars", "dist/cjs/handlebars/base.js"), ("handlebars", "lib/handlebars/base.js"),
        ("lodash-es", "lodash.default.js"), ("postcss", "lib/processor.js"), ("underscore", "modules/_setup.js"), ("underscore", "underscore-umd.js"),
        ("underscore", "underscore-esm.js"), ("underscore", "underscore-node-f.cjs"), ("underscore", "cjs/_setup.js"), ("video.js", "dist/video.cjs.js"),
        ("@apollo/server", "dist/cjs/generated/packageVersion.js"), ("@apollo/server", "dist/esm/generated/packageVersion.js"),
    }.ToFrozenSet();

    /// <param name="content">The file as its author wrote it, or as a bundler left it.</param>
    public static void Read(ModulePath path, ReadOnlySpan<char> content, Technique technique, BundleFinds finds)
    {
        if (path.File == NpmPaths.Manifest)
        {
            if (Manifest(content, path.Name) is { } version) finds.Add(path, version, new(Technique.Manifest, 1, $"{path.Place}/{path.File}"));
            return;
        }

        if (Banners.ReadFirst(content, path.Name, version => finds.Add(path, version, new(technique, 0.8, $"{path.Place}/{path.File}: {version}")))) return;
        if (IsTelling(path) && Constant(content, path) is { } constant) finds.Add(path, constant, new(technique, 0.75, $"{path.Place}/{path.File}: {constant}"));
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
            var code = content.Contains("\\\"", StringComparison.Ordinal) ? SqueezedText.Of(content.ToString()) : content;
            return Constant(code, null) ?? OnlyMember(code);
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
            || Others.Contains((path.Name, path.File))
            || (path.Place.EndsWith("/aws-sdk", StringComparison.Ordinal) && path.File == "lib/core.js");
    }

    /// <summary>The one full version that is assigned to something of that name; null where there are several.</summary>
    private static string? Constant(ReadOnlySpan<char> content, ModulePath? path)
    {
        var found = path is { } file && EntryName(file).Equals("version", StringComparison.OrdinalIgnoreCase) ? Exported(content) : null;
        foreach (var name in Names)
        {
            for (var at = 0; content[at..].IndexOf(name) is >= 0 and var next; at += name.Length)
            {
                at += next;
                if (at > 0 && (char.IsAsciiLetterOrDigit(content[at - 1]) || content[at - 1] is '_' or '$') && !IsOwn(content[..at], path)) continue;
                var rest = content[(at + name.Length)..Math.Min(content.Length, at + name.Length + 64)];
                rest = rest.TrimStart("\"']").TrimStart();
                if (rest is not ['=' or ':', ..]) continue;
                var version = VersionText.Quoted(rest[1..].TrimStart());
                if (version.IsEmpty || IsPunycode(content[at..])) continue;
                if (found is not null && !version.SequenceEqual(found)) return null;
                found = version.ToString();
            }
        }

        return found;
    }

    private static ReadOnlySpan<char> EntryName(ModulePath path)
    {
        var file = path.File.AsSpan()[(path.File.LastIndexOf('/') + 1)..];
        return file.IndexOf('.') is var dot and >= 0 ? file[..dot] : file;
    }

    /// <summary><c>module.exports = '4.0.0'</c></summary>
    private static string? Exported(ReadOnlySpan<char> content)
    {
        if (content.IndexOf(".exports = ") is not (>= 0 and var at)) return null;
        var version = VersionText.Quoted(content[(at + ".exports = ".Length)..]);
        return version.IsEmpty ? null : version.ToString();
    }

    /// <summary>All that is left of a manifest of which nothing else is used, under a shortened key: <c>{"rE":"3.1.6"}</c>.</summary>
    private static string? OnlyMember(ReadOnlySpan<char> content)
    {
        if (content.IndexOf("{\"") is not (>= 0 and var start)) return null;
        var rest = content[(start + 2)..Math.Min(content.Length, start + 64)];
        var key = rest.IndexOf("\":");
        if (key is <= 0 or > 3) return null;
        rest = rest[(key + 2)..].TrimStart();
        var version = VersionText.Quoted(rest);
        return version.Length > 0 && rest[(version.Length + 2)..] is ['}', ..] ? version.ToString() : null;
    }

    /// <summary><c>ReactVersion</c> in a file of React, or a name that a bundler put a sign before.</summary>
    private static bool IsOwn(ReadOnlySpan<char> before, ModulePath? path) =>
        (before is [.., var sign, '$'] && !char.IsAsciiLetterOrDigit(sign) && sign is not ('.' or '_' or '$'))
            || (path is { } file && before.Length > file.Name.Length && before.EndsWith(file.Name, StringComparison.OrdinalIgnoreCase)
                && !char.IsAsciiLetterOrDigit(before[^(file.Name.Length + 1)]));

    /// <summary>Punycode is copied into many a package, and keeps its own version there.</summary>
    private static bool IsPunycode(ReadOnlySpan<char> constant) => constant[..Math.Min(constant.Length, 400)].Contains("ucs2", StringComparison.Ordinal);
}
