using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Says which lock files and manifests are there but not read yet, unless what they lock is installed and was read.</summary>
internal sealed class UnsupportedLockCataloger : Cataloger
{
    public override string Name => "unsupported-lock";

    public override string Ecosystem => "";

    public override bool Wants(string path) => EcosystemOf(path) is not null && !IsPartOfAPackage(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var ecosystem = EcosystemOf(file.Path)!;
        if (IsInstalled(tree, file, ecosystem, sink) || (LockBeside(file.Path) is { } better && tree.Find(better) is not null)) return;
        if (file.Path.EndsWith("requirements.txt", StringComparison.Ordinal) && IsBlank(sink.Bytes(file))) return;

        sink.Opaque(
            file.Path,
            file.Layer,
            "unsupported lock file",
            $"'{file.Path}' is of {ecosystem} and not read yet; what it names is unknown.",
            ecosystem);
    }

    private static string? EcosystemOf(string path) => path.AsSpan(path.LastIndexOf('/') + 1) switch
    {
        "yarn.lock" or "pnpm-lock.yaml" or "bun.lock" or "bun.lockb" or "deno.lock" => "npm",
        "poetry.lock" or "uv.lock" or "pdm.lock" or "pylock.toml" or "Pipfile.lock" or "requirements.txt" => "PyPI",
        "packages.config" => "NuGet",
        var project when project.EndsWith(".csproj", StringComparison.Ordinal)
            || project.EndsWith(".fsproj", StringComparison.Ordinal)
            || project.EndsWith(".vbproj", StringComparison.Ordinal) =>
            "NuGet",
        "Gemfile" or "Gemfile.lock" or "gems.locked" => "RubyGems",
        "composer.lock" => "Packagist",
        "installed.json" => path.EndsWith("vendor/composer/installed.json", StringComparison.Ordinal) ? "Packagist" : null,
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
        _ when path.EndsWith("proj", StringComparison.Ordinal) => EntryPath.Folder(path) + "packages.lock.json",
        _ => null,
    };

    /// <summary>Packages carry the lock files of their own development.</summary>
    private static bool IsPartOfAPackage(string path) =>
        NpmPaths.IsInsideModules(path) || path.Contains("/site-packages/", StringComparison.Ordinal);

    private static bool IsInstalled(PackageTree tree, PackageFile file, string ecosystem, Sink sink) => ecosystem switch
    {
        "npm" => HasModules(tree, sink, EntryPath.Folder(file.Path)),
        "PyPI" or "NuGet" or "Maven" or "crates.io" => sink.HasInstalled(ecosystem),
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

    private static bool HasModules(PackageTree tree, Sink sink, string folder)
    {
        foreach (var file in tree.Under(folder + NpmPaths.Modules))
        {
            if (NpmPaths.IsInstalled(file.Path) && sink.Has(file.Path)) return true;
        }

        return false;
    }
}
