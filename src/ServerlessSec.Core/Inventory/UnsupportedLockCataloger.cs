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
        if (IsInstalled(tree, file, ecosystem, sink)) return;

        sink.Opaque(file.Path, file.Layer, "unsupported lock file", $"'{file.Path}' is a {ecosystem} file that is not read yet; what it names is unknown.", ecosystem);
    }

    private static string? EcosystemOf(string path) => path[(path.LastIndexOf('/') + 1)..] switch
    {
        "yarn.lock" or "pnpm-lock.yaml" or "bun.lock" or "bun.lockb" or "deno.lock" => "npm",
        "poetry.lock" or "uv.lock" or "pdm.lock" or "pylock.toml" or "Pipfile.lock" or "requirements.txt" => "PyPI",
        "packages.lock.json" or "packages.config" or "project.assets.json" => "NuGet",
        "Gemfile.lock" or "gems.locked" => "RubyGems",
        "composer.lock" => "Packagist",
        "installed.json" => path.EndsWith("vendor/composer/installed.json", StringComparison.Ordinal) ? "Packagist" : null,
        "go.mod" or "go.sum" => "Go",
        "pom.xml" or "gradle.lockfile" or "pom.properties" => "Maven",
        "Cargo.lock" => "crates.io",
        "mix.lock" => "Hex",
        "pubspec.lock" => "Pub",
        "Package.resolved" => "SwiftURL",
        _ => null,
    };

    /// <summary>Packages carry the lock files of their own development.</summary>
    private static bool IsPartOfAPackage(string path) => NpmPaths.IsInsideModules(path) || path.Contains("/site-packages/", StringComparison.Ordinal);

    private static bool IsInstalled(PackageTree tree, PackageFile file, string ecosystem, Sink sink) => ecosystem switch
    {
        "npm" => HasModules(tree, sink, EntryPath.Folder(file.Path)),
        "PyPI" or "NuGet" => sink.HasInstalled(ecosystem),
        _ => false,
    };

    private static bool HasModules(PackageTree tree, Sink sink, string folder)
    {
        foreach (var file in tree.Under(folder + NpmPaths.Modules))
        {
            if (NpmPaths.IsInstalled(file.Path) && sink.Has(file.Path)) return true;
        }

        return false;
    }
}
