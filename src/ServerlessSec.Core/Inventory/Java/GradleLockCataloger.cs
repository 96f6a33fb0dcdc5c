using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Java;

/// <summary><c>gradle.lockfile</c>: one package a line, with the configurations that use it.</summary>
internal sealed class GradleLockCataloger : Cataloger
{
    public override string Name => "java-gradle-lock";

    public override string Ecosystem => MavenPackage.Ecosystem;

    public override bool Wants(string path) =>
        (path == "gradle.lockfile" || path.EndsWith("/gradle.lockfile", StringComparison.Ordinal)) && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (sink.HasInstalled(Ecosystem)) return;

        var seen = false;
        foreach (var raw in Encoding.UTF8.GetString(sink.Bytes(file)).TrimStart('\ufeff').Split('\n'))
        {
            var line = raw.Trim();
            if (line.Length == 0 || line[0] == '#') continue;
            if (line.IndexOf('=', StringComparison.Ordinal) is not (var split and > 0)) throw new FormatException("a line without configurations");

            seen = true;
            if (line[..split] == "empty") continue;

            var it = line[..split].Split(':') is [var group, var artifact, var version] ? new Coordinates(group, artifact, version) : default;
            if (!MavenPackage.IsWhole(it)) throw new FormatException("a line without group, artifact and version");

            sink.Add($"{file.Path}/{it.Group}:{it.Artifact}", MavenPackage.Component(it, new Occurrence(file.Path, file.Layer, OccurrenceKind.Locked, Name)) with
            {
                Development = IsDevelopment(line[(split + 1)..].Split(',', StringSplitOptions.TrimEntries)),
            });
        }

        if (!seen) throw new FormatException("no locked package");
    }

    /// <summary>Used to compile, process or test, and not to run.</summary>
    private static bool IsDevelopment(string[] configurations)
    {
        bool Runs(string name) => name.EndsWith("untimeClasspath", StringComparison.Ordinal) && !name.Contains("est", StringComparison.Ordinal);
        bool Builds(string name) =>
            name.EndsWith("Classpath", StringComparison.Ordinal)
                || name.EndsWith("nnotationProcessor", StringComparison.Ordinal)
                || name.Contains("kotlin", StringComparison.OrdinalIgnoreCase)
                || name is "checkstyle" or "pmd" or "spotbugs" or "jacocoAgent" or "jacocoAnt";
        return !configurations.Any(Runs) && configurations.All(Builds);
    }
}
