using System.Collections.Immutable;
using ServerlessSec.Snapshots;
using ServerlessSec.Sources.Files;
using ServerlessSec.Sources.Packages.Images;

namespace ServerlessSec.Sources.Targets;

/// <summary>What a path on disk stands for: the application of a template, or a deployment package by itself. What is no path may name an image.</summary>
public sealed record Target
{
    /// <summary>As the user gave it.</summary>
    public required string Path { get; init; }

    public required ApplicationSnapshot Application { get; init; }

    /// <summary>Where the target lies, and its waivers.</summary>
    public required string Folder { get; init; }

    /// <summary>What paths in <see cref="Application"/> are relative to: the template's folder, or of a package the current one.</summary>
    public required string Root { get; init; }

    /// <summary>Of an image in a registry.</summary>
    public ImageReference? Image { get; init; }

    /// <exception cref="TargetException">Nothing is there, or it is neither template nor package.</exception>
    public static Target Open(string path, TargetOptions options)
    {
        try
        {
            if (Directory.Exists(path)) return OpenDirectory(path, options);
            if (File.Exists(path)) return OpenFile(path, options);
        }
        catch (UnauthorizedAccessException)
        {
            throw new TargetException($"'{path}' may not be read");
        }

        return ImageTarget.Open(path, options) ?? throw new TargetException($"'{path}' does not exist");
    }

    /// <summary>Several paths, each an application of its own; what has one name in two of them is told apart by its path.</summary>
    public static ImmutableArray<Target> OpenAll(IEnumerable<string> paths, TargetOptions options)
    {
        // A template and the directory it lies in are one application.
        var targets = paths
            .Select(path => Open(path, options))
            .DistinctBy(static t => System.IO.Path.GetFullPath(t.Application.Name))
            .ToImmutableArray();
        return targets.Length < 2 ? targets : TargetNames.Apart(targets);
    }

    /// <summary>As the user would write it, without the folder they are in.</summary>
    internal static string Shown(string path) => path.Length > 2 && path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;

    private static Target OpenDirectory(string path, TargetOptions options) =>
        !OciLayout.IsLayout(path) && TemplateInFolder.Find(path, options.Limits) is { } template
            ? TemplateTarget.Open(path, template, options)
            : PackageTarget.Open(path, options);

    private static Target OpenFile(string path, TargetOptions options)
    {
        using var file = SmallFile.Open(path);
        if (TargetShape.HasPackageName(path)) return PackageTarget.Open(path, options);
        if (TargetShape.HasTemplateName(path)) return TemplateTarget.Open(path, path, options);
        if (TargetShape.IsArchive(file) || ImageArchive.IsArchive(file)) return PackageTarget.Open(path, options);
        if (file.Length <= options.Limits.ManifestBytes && TargetShape.IsTemplate(TemplateTarget.ReadAll(file, options.Limits)))
            return TemplateTarget.Open(path, path, options);
        throw new TargetException(
            $"'{path}' is neither a template (YAML or JSON with resources of AWS types) nor a package (zip, jar, directory or container image)");
    }
}
