using System.Collections.Immutable;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Inventory.DotNet;
using ServerlessSec.Inventory.Go;
using ServerlessSec.Inventory.Java;
using ServerlessSec.Inventory.Linux;
using ServerlessSec.Inventory.Npm;
using ServerlessSec.Inventory.Php;
using ServerlessSec.Inventory.Python;
using ServerlessSec.Inventory.Ruby;
using ServerlessSec.Inventory.Rust;
using ServerlessSec.Inventory.Sboms;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>
/// Turns one kind of file into components. Databases of an operating system come before what its packages brought, installed
/// trees come before lock files, which ask what is installed.
/// </summary>
public abstract class Cataloger
{
    public static ImmutableArray<Cataloger> All { get; } =
    [
        new DpkgCataloger(),
        new ApkCataloger(),
        new RpmCataloger(),
        new NpmInstalledCataloger(),
        new PnpCataloger(),
        new PythonInstalledCataloger(),
        PythonArchiveCataloger.Archives,
        new PythonRecordCataloger(),
        new DotNetDepsCataloger(),
        new RuntimeConfigCataloger(),
        new AssemblyCataloger(),
        new JarCataloger(),
        new ExplodedJarCataloger(),
        new ProgramCataloger(),
        new NpmLockCataloger(),
        new NuGetLockCataloger(),
        new ProjectAssetsCataloger(),
        new GradleLockCataloger(),
        new PomCataloger(),
        new GoModCataloger(),
        new CargoLockCataloger(),
        new YarnLockCataloger(),
        new PnpmLockCataloger(),
        new BunLockCataloger(),
        new PythonLockCataloger(),
        new PipfileLockCataloger(),
        new RequirementsCataloger(),
        PythonArchiveCataloger.Wheels,
        new GemCataloger(),
        new GemLockCataloger(),
        new ComposerInstalledCataloger(),
        new ComposerLockCataloger(),
        new UnsupportedLockCataloger(),
        new SbomCataloger(),
    ];

    /// <summary>Stable; gaps and occurrences carry it.</summary>
    public abstract string Name { get; }

    /// <summary>OSV's name of the ecosystem; empty where the files decide.</summary>
    public abstract string Ecosystem { get; }

    /// <summary>Whether it reads the file at <paramref name="path"/>; decided by the path alone, so that nothing else
    /// need be fetched.</summary>
    public abstract bool Wants(string path);

    /// <summary>Throws <see cref="FormatException"/> on bad input.</summary>
    public abstract void Read(PackageTree tree, PackageFile file, Sink sink);
}
