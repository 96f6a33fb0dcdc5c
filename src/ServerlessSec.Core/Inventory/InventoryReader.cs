using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Inventory.Linux;
using ServerlessSec.Inventory.Native;
using ServerlessSec.Inventory.Npm;
using ServerlessSec.Inventory.Python;
using ServerlessSec.Inventory.Runtimes;
using ServerlessSec.Inventory.Sboms;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Runs every cataloger over one package.</summary>
public static class InventoryReader
{
    /// <summary>Whether a cataloger reads the file at <paramref name="path"/> as soon as it is there.</summary>
    public static bool IsWanted(string path) => Cataloger.All.Any(cataloger => cataloger.Wants(path));

    /// <summary>Whether the file at <paramref name="path"/> says how the code beside it should be.</summary>
    public static bool IsRecord(string path) => path.EndsWith(PythonRecordCataloger.Record, StringComparison.Ordinal);

    /// <summary>Whether the file at <paramref name="path"/> is machine code that may hold native libraries.</summary>
    public static bool IsNative(string path) => NativeLibraries.IsLibrary(path);

    /// <summary>Whether what <see cref="IsWanted"/> is wanted in case it is a program, which its first bytes tell.</summary>
    public static bool IsWantedAsProgram(string path) => !Cataloger.All.Any(cataloger => cataloger is not ProgramCataloger && cataloger.Wants(path));

    /// <summary>Whether the file at <paramref name="path"/> may be code of the application's own that asks for what runtimes bring.</summary>
    public static bool IsOwnScript(string path) =>
        (CodeFile.IsJavaScript(path) || !path.Contains('/', StringComparison.Ordinal)) && RuntimeSupplies.IsSource(path);

    /// <summary>What is in the package; the gaps are the tree's and the catalogers' together, and being stopped is one of them.</summary>
    /// <param name="runtime">Lambda's identifier of what the package runs on; null where that is not known.</param>
    public static PackageInventory Read(PackageTree tree, ScanLimits limits, CancellationToken stop, string? runtime = null)
    {
        var sink = new Sink(tree, limits) { Runtime = ManagedRuntime.Of(runtime) };
        var codeFiles = 0;
        var wanted = Cataloger.All.Select(cataloger => (Cataloger: cataloger, Files: new List<PackageFile>())).ToArray();
        foreach (var file in tree.Files)
        {
            if (CodeFile.IsCode(file.Path)) codeFiles++;
            foreach (var (cataloger, files) in wanted)
            {
                if (cataloger.Wants(file.Path)) files.Add(file);
            }
        }

        foreach (var (cataloger, files) in wanted)
        {
            foreach (var file in files)
            {
                if (stop.IsCancellationRequested) return Stopped(sink, codeFiles);
                Read(cataloger, tree, file, sink);
            }
        }

        NativeLibraries.Look(tree, sink, stop);
        codeFiles += OpaqueCode.Look(tree, sink, codeFiles, stop);
        if (sink.Runtime is { } managed) RuntimeSupplies.Tell(tree, sink, managed, stop);
        SbomClaims.Compare(sink);
        NpmDeclarations.Judge(tree, sink);
        var altered = AlteredFiles.Find(tree, sink, stop);
        return stop.IsCancellationRequested
            ? Stopped(sink, codeFiles)
            : sink.ToInventory(codeFiles, CodeAccount.Of(tree, sink)) with { Altered = altered };
    }

    private static void Read(Cataloger cataloger, PackageTree tree, PackageFile file, Sink sink)
    {
        if (cataloger is not SystemCataloger && sink.IsOfSystem(file.Path)) return;
        try
        {
            cataloger.Read(tree, file, sink);
        }
        catch (UnreadFileException)
        {
            // The tree has the gap.
        }
        catch (LimitReachedException limit)
        {
            sink.Gap(cataloger, file, GapKind.Limit, "manifest limit", $"'{file.Path}' was not read to its end: {limit.Message}.");
        }
        catch (FormatException malformed)
        {
            sink.Gap(cataloger, file, GapKind.Unread, "malformed manifest", $"'{file.Path}' was not understood: {malformed.Message}.");
        }
    }

    private static PackageInventory Stopped(Sink sink, int codeFiles)
    {
        sink.Gap(new(
            GapKind.Stopped,
            new() { Evidence = Evidence.Inventory },
            "stopped",
            "The scan was stopped before the whole package was read."));
        return sink.ToInventory(codeFiles, null);
    }
}
