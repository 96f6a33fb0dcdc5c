using ServerlessSec.Inventory.Npm;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Says which lock files and manifests are there but not read yet, unless what they lock is installed and was read.</summary>
internal sealed class UnsupportedLockCataloger : Cataloger
{
    private const string MavenFolder = "META-INF/maven/";

    public override string Name => "unsupported-lock";

    public override string Ecosystem => "";

    public override bool Wants(string path) => EcosystemOf(path) is not null && !IsPartOfAPackage(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var ecosystem = EcosystemOf(file.Path)!;
        if (IsInstalled(tree, file, ecosystem, sink) || (LockBeside(file.Path) is { } better && tree.Find(better) is not null)) return;
        if (file.Path.EndsWith("requirements.txt", StringComparison.Ordinal) && IsBlank(sink.Bytes(file))) return;

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
        "poetry.lock" or "uv.lock" or "pdm.lock" or "pylock.toml" or "Pipfile.lock" or "requirements.txt" => "PyPI",
        "packages.lock.json" or "packages.config" or "project.assets.json" => "NuGet",
        var project when project.EndsWith(".csproj", StringComparison.Ordinal)
            || project.EndsWith(".fsproj", StringComparison.Ordinal)
            || project.EndsWith(".vbproj", StringComparison.Ordinal) =>
            "NuGet",
        "Gemfile" or "Gemfile.lock" or "gems.locked" => "RubyGems",
        "composer.lock" => "Packagist",
        "installed.json" => path.EndsWith("vendor/composer/installed.json", StringComparison.Ordinal) ? "Packagist" : null,
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

    /// <summary>Packages carry the lock files of their own development.</summary>
    private static bool IsPartOfAPackage(string path) =>
        NpmPaths.IsInsideModules(path) || path.Contains("/site-packages/", StringComparison.Ordinal);

    private static bool IsInstalled(PackageTree tree, PackageFile file, string ecosystem, Sink sink) => ecosystem switch
    {
        "npm" => NpmPaths.HasInstalled(tree, sink, EntryPath.Folder(file.Path)),
        "PyPI" or "NuGet" => sink.HasInstalled(ecosystem),
        _ => false,
    };

    /// <summary>Templates of functions come with a requirements file that asks for nothing.</summary>
    private static bool IsBlank(ReadOnlySpan<byte> text)
    {
        foreach (var line in text.Split((byte)'\n'))
        {
            if (text[line].Trim(" \t\r"u8) is { IsEmpty: false } words && words[0] != '#') return false;
        }

        return true;
    }
}
