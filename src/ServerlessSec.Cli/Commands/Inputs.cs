using System.Collections.Immutable;
using ServerlessSec.Findings;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Sources.Files;
using ServerlessSec.Sources.Targets;

namespace ServerlessSec.Cli.Commands;

/// <summary>Opens what the command line names; what is not there or not readable is wrong usage.</summary>
internal static class Inputs
{
    public const string WaiverFileName = ".serverlesssec.yaml";

    public static ImmutableArray<Target> Targets(string[] paths, TargetOptions options)
    {
        if (paths.FirstOrDefault(static path => path.StartsWith('-') && !Path.Exists(path)) is { } option)
            throw new UsageException($"'{option}' is neither an option nor a path that exists", "Try '--help'.");

        try
        {
            return Target.OpenAll(paths, options);
        }
        catch (TargetException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    /// <summary>The named file, else those beside the targets; what is deployed has none, and the current folder's counts.</summary>
    public static ImmutableArray<Waiver> Waivers(string? file, ImmutableArray<Target> targets)
    {
        if (file is not null) return Read(file, SmallFile.ReadNamed);
        return [.. (targets.IsEmpty ? [""] : targets.Select(static t => t.Folder))
            .Select(static folder => Path.Combine(folder, WaiverFileName))
            .Distinct()
            .Where(File.Exists)
            .SelectMany(static f => Read(f, SmallFile.Read))];

        static ImmutableArray<Waiver> Read(string file, Func<string, int, byte[]> open) =>
            Parse(file, "waivers", open, static (name, bytes) => WaiverFile.Read(name, bytes, ScanLimits.Default));
    }

    public static ImmutableArray<VexStatement> Vex(ImmutableArray<string> files) =>
        [.. files.Distinct().SelectMany(static file =>
            Parse(file, "VEX", SmallFile.ReadNamed, static (name, bytes) => VexFile.Read(name, bytes, ScanLimits.Default)))];

    public static Baseline? Baseline(string? file) =>
        file is null
            ? null
            : Parse(file, "baseline", SmallFile.ReadNamed, static (name, bytes) => Findings.Baseline.Read(name, bytes, ScanLimits.Default));

    private static T Parse<T>(string file, string what, Func<string, int, byte[]> open, Func<string, byte[], T> read)
    {
        try
        {
            return read(file, open(file, ScanLimits.Default.ManifestBytes));
        }
        catch (Exception wrong) when (wrong is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"{what} file '{file}' does not exist");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(
                $"{what} file '{file}' cannot be read: "
                    + $"{(wrong is UnauthorizedAccessException ? "permission denied, or a directory" : wrong.Message)}");
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
