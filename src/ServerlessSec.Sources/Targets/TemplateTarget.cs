using ServerlessSec.Snapshots;
using ServerlessSec.Sources.Files;
using ServerlessSec.Templates;

namespace ServerlessSec.Sources.Targets;

/// <summary>The application of a template on disk.</summary>
internal static class TemplateTarget
{
    public static Target Open(string path, string template, TargetOptions options)
    {
        if (!options.Layers.IsEmpty) throw new TargetException($"layers were given, but '{path}' is a template and names its own");
        var shown = Target.Shown(template);
        var folder = Path.GetDirectoryName(Path.GetFullPath(template))!;
        return new()
        {
            Path = path,
            Folder = folder,
            Root = folder,
            Application = Read(template, shown, options),
        };
    }

    public static byte[] ReadAll(Stream file, ScanLimits limits)
    {
        file.Position = 0;
        var bytes = new byte[(int)Math.Min(file.Length, limits.ManifestBytes)];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>A template that cannot be read is an application of which nothing was seen.</summary>
    private static ApplicationSnapshot Read(string template, string shown, TargetOptions options)
    {
        try
        {
            using var file = SmallFile.Open(template);
            if (file.Length > options.Limits.ManifestBytes)
                throw new LimitReachedException($"'{shown}' is larger than {options.Limits.ManifestBytes} bytes");
            var bytes = ReadAll(file, options.Limits);
            if (TargetShape.IsArchive(file)) throw new FormatException($"'{shown}' is an archive, not a template");
            var deployed = SamConfigFile.Beside(template, options.Limits);
            var application = TemplateReader.Read(
                shown, bytes, new() { Parameters = deployed.Parameters.SetItems(options.Parameters), Limits = options.Limits });
            return deployed.Gap is { } gap ? application with { Gaps = application.Gaps.Add(gap) } : application;
        }
        catch (FormatException wrong)
        {
            return new() { Name = shown, Gaps = [Unread(shown, wrong)] };
        }
    }

    private static Gap Unread(string shown, FormatException wrong) => new(
        wrong is LimitReachedException ? GapKind.Limit : GapKind.Unread, new() { Evidence = Collected.All, Path = shown },
        "unreadable template", $"No function was seen, because the template was not read: {wrong.Message.TrimEnd('.')}.");
}
