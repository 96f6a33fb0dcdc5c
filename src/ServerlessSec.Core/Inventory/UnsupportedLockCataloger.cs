using ServerlessSec.Inventory.Npm;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Says which lock files and manifests are there but not read yet, unless what they lock is installed and was read.</summary>
internal sealed class UnsupportedLockCataloger : Cataloger
{
    private const string MavenFolder = "META-INF/maven/";

    public override string Name => "unsupported-lock";

    public override string Ecosystem => "";

    public override bool Wants(string path) => EcosystemOf(path) is not null && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var ecosystem = EcosystemOf(file.Path)!;
        if (IsInstalled(tree, file, ecosystem, sink) || (LockBeside(file.Path) is { } better && tree.Find(better) is not null)) return;

        // A jar keeps one of these for each package that went into it.
        var path = file.Path.IndexOf(MavenFolder, StringComparison.Ordinal) is var maven and >= 0
            ? file.Path[..(maven + MavenFolder.Length - 1)]
            : file.Path;
        sink.Opaque(
            path,
            file.Layer,
            "unsupported lock file",
            $"'{path}' is of {ecosystem} and not read yet; what it names is unknown.",
            ecosystem);
    }

    private static string? EcosystemOf(string path) => path.AsSpan(path.LastIndexOf('/') + 1) switch
    {
        "bun.lockb" or "deno.lock" => "npm",
        "packages.lock.json" or "packages.config" or "project.assets.json" => "NuGet",
        var project when project.EndsWith(".csproj", StringComparison.Ordinal)
            || project.EndsWith(".fsproj", StringComparison.Ordinal)
            || project.EndsWith(".vbproj", StringComparison.Ordinal) =>
            "NuGet",
        "Gemfile" => "RubyGems",
        "go.mod" or "go.sum" => "Go",
        "pom.xml" or "build.gradle" or "build.gradle.kts" or "gradle.lockfile" or "pom.properties" => "Maven",
        "Cargo.toml" or "Cargo.lock" => "crates.io",
        "mix.lock" => "Hex",
        "pubspec.lock" => "Pub",
        "Package.resolved" => "SwiftURL",
        _ => null,
    };

    /// <summary>The lock file that says more than a manifest does, where both are there.</summary>
    private static string? LockBeside(string path) => path[(path.LastIndexOf('/') + 1)..] switch
    {
        "Gemfile" => path + ".lock",
        "Cargo.toml" => EntryPath.Folder(path) + "Cargo.lock",
        "build.gradle" or "build.gradle.kts" => EntryPath.Folder(path) + "gradle.lockfile",
        "bun.lockb" => EntryPath.Folder(path) + "bun.lock",
        "go.sum" => EntryPath.Folder(path) + "go.mod",
        _ when path.EndsWith("proj", StringComparison.Ordinal) => EntryPath.Folder(path) + "packages.lock.json",
        _ => null,
    };

    private static bool IsInstalled(PackageTree tree, PackageFile file, string ecosystem, Sink sink) => ecosystem switch
    {
        "npm" => NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path)),
        "NuGet" => sink.HasInstalled(ecosystem),
        _ => false,
    };
}
