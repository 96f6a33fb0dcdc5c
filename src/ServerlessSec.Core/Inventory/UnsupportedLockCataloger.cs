using ServerlessSec.Inventory.Npm;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Says which lock files and manifests are there but not read yet, unless what they lock is installed and was read.</summary>
internal sealed class UnsupportedLockCataloger : Cataloger
{
    public override string Name => "unsupported-lock";

    public override string Ecosystem => "";

    public override bool Wants(string path) => EcosystemOf(path) is not null && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var ecosystem = EcosystemOf(file.Path)!;
        if (IsInstalled(tree, file, ecosystem, sink) || (LockBeside(file.Path) is { } better && tree.Find(better) is not null)) return;

        sink.Opaque(
            file.Path,
            file.Layer,
            "unsupported lock file",
            $"'{file.Path}' is of {ecosystem} and not read yet; what it names is unknown.",
            ecosystem);
    }

    private static string? EcosystemOf(string path) => path.AsSpan(path.LastIndexOf('/') + 1) switch
    {
        "bun.lockb" or "deno.lock" => "npm",
        "packages.config" => "NuGet",
        var project when project.EndsWith(".csproj", StringComparison.Ordinal)
            || project.EndsWith(".fsproj", StringComparison.Ordinal)
            || project.EndsWith(".vbproj", StringComparison.Ordinal) =>
            "NuGet",
        "Gemfile" => "RubyGems",
        "build.gradle" or "build.gradle.kts" => "Maven",
        "Cargo.toml" => "crates.io",
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
        _ when path.EndsWith("proj", StringComparison.Ordinal) => EntryPath.Folder(path) + "packages.lock.json",
        _ => null,
    };

    private static bool IsInstalled(PackageTree tree, PackageFile file, string ecosystem, Sink sink) => ecosystem switch
    {
        "npm" => NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path)),
        "NuGet" or "Maven" or "crates.io" => sink.HasInstalled(ecosystem),
        _ => false,
    };
}
