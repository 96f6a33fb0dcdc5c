using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Targets;

/// <summary>Finds the template of a directory.</summary>
internal static class TemplateInFolder
{
    // SAM's own order; what `cdk synth` and others write is found by content.
    private static readonly string[] Names = ["template.yaml", "template.yml", "template.json"];

    public static string? Find(string folder, ScanLimits limits)
    {
        foreach (var name in Names)
        {
            if (Path.Combine(folder, name) is var path && File.Exists(path)) return path;
        }

        var shaped = Directory.EnumerateFiles(folder).Where(TargetShape.HasTemplateName).Where(file => IsTemplate(file, limits))
            .Order(StringComparer.Ordinal).ToList();
        var named = shaped.Where(static f => Path.GetFileName(f).StartsWith("template.", StringComparison.OrdinalIgnoreCase)).ToList();
        return named is [var only] ? only
            : shaped.Count > 1 ? throw new TargetException(
                $"'{folder}' holds several templates "
                + $"({string.Join(", ", shaped.Take(5).Select(Path.GetFileName))}{(shaped.Count > 5 ? " …" : "")}); "
                + "name the one to scan")
            : shaped.FirstOrDefault();
    }

    private static bool IsTemplate(string path, ScanLimits limits)
    {
        try
        {
            using var file = SmallFile.Open(path);
            if (file.Length > limits.ManifestBytes) return false;
            return TargetShape.IsTemplate(TemplateTarget.ReadAll(file, limits));
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
