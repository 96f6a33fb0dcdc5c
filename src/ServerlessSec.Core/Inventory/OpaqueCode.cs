using System.Buffers;
using ServerlessSec.Inventory.Java;
using ServerlessSec.Inventory.Npm;
using ServerlessSec.Inventory.Npm.Bundles;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Finds code whose origin no manifest tells: bundles, and machine or byte code without a list of what went in.</summary>
internal static class OpaqueCode
{
    internal const string Compiled = "compiled";

    private const int Head = 256 << 10;
    private const int SmallestBundle = 16 << 10;
    private const int SmallestMinified = 2 << 10;
    private const int CertainBundle = 512 << 10;
    private const int FilesLookedInto = 2_000;
    private const int MinifiedLine = 1_000;
    private const string LimitReached = "opaque code limit";

    // What bundlers leave in their output, minified or not.
    private static readonly SearchValues<string> BundleMarks = SearchValues.Create(
    [
        "__webpack_require__", "webpackBootstrap", "__webpack_modules__", "__nccwpck_require__", "parcelRequire",
        "// node_modules/", "* ./node_modules/",
        "__commonJS = (", "__commonJS=(", "={exports:{}}).exports,", "={exports:{}};return ", "getDefaultExportFromCjs",
        "For license information please see", "Bundled license information:", "//#region node_modules/", "//#region ../node_modules/", "// ../node_modules/",
    ], StringComparison.Ordinal);

    // What esbuild leaves in its output, be it bundled or one file made to CommonJS.
    private static readonly SearchValues<string> ModuleMarks = SearchValues.Create(["0&&(module.exports={", "0 && (module.exports = {"], StringComparison.Ordinal);

    /// <summary>Says what is opaque; gives the number of code files that only their first bytes betray.</summary>
    public static int Look(PackageTree tree, Sink sink, int codeFiles, CancellationToken stop)
    {
        var owners = new PackageOwners(tree);
        var closed = tree.Gaps.Where(IsClosed).Select(gap => gap.Scope.Path).ToHashSet(StringComparer.Ordinal);
        var looked = 0;
        var nameless = 0;
        foreach (var file in tree.Files)
        {
            if (stop.IsCancellationRequested) return nameless;
            if (sink.IsExplained(file.Path))
            {
                if (!CodeFile.IsCode(file.Path)) nameless++;
                continue;
            }

            if (NpmPaths.IsInsideModules(file.Path) || sink.IsOwned(file.Path) || owners.IsOwned(file.Path) || closed.Contains(file.Path)) continue;
            if (Suspicion(tree, sink, file) is not { } suspicion) continue;
            if (looked++ >= FilesLookedInto)
            {
                sink.Unexplained(file.Path, LimitReached);
                if (looked > FilesLookedInto + 1) continue;
                sink.Gap(new(
                    GapKind.Limit,
                    new() { Evidence = Evidence.Inventory },
                    LimitReached,
                    $"More than {FilesLookedInto} files may be bundles or machine code; the rest was not looked into."));
                continue;
            }

            var head = Read(tree, file, suspicion == Suspect.JavaScript ? Head : 4);
            if (suspicion == Suspect.Nameless && (IsMachineCode(head) || head.StartsWith("#!"u8))) nameless++;
            if (suspicion == Suspect.Nameless && head.StartsWith("#!"u8)) sink.Script(file.Path);
            Judge(tree, sink, file, suspicion, head);
        }

        SayUnread(tree, sink);
        if (codeFiles + nameless == 0) SayEmpty(tree, sink);
        return nameless;
    }

    private enum Suspect
    {
        JavaScript,
        Compiled,
        Nameless,
    }

    private static Suspect? Suspicion(PackageTree tree, Sink sink, PackageFile file)
    {
        if (CodeFile.IsJavaScript(file.Path)) return file.Size >= SmallestBundle || MayBeSmallBundle(tree, sink, file) ? Suspect.JavaScript : null;

        var name = file.Path[(file.Path.LastIndexOf('/') + 1)..];
        if (name == "bootstrap" || (!name.Contains('.', StringComparison.Ordinal) && IsForPrograms(EntryPath.Folder(file.Path))))
            return Suspect.Nameless;
        return JarCataloger.IsArchive(name)
            || name.EndsWith(".dll", StringComparison.Ordinal)
            || name.EndsWith(".exe", StringComparison.Ordinal)
            || name.EndsWith(".so", StringComparison.Ordinal)
            || name.Contains(".so.", StringComparison.Ordinal)
            || name.EndsWith(".node", StringComparison.Ordinal) || name.EndsWith(".wasm", StringComparison.Ordinal)
            ? Suspect.Compiled
            : null;
    }

    /// <summary>Where packages are installed, small files are the application's own, and need not be fetched.</summary>
    private static bool MayBeSmallBundle(PackageTree tree, Sink sink, PackageFile file) =>
        !sink.HasInstalled(NpmPackage.Ecosystem) || tree.Find(file.Path + ".map") is not null;

    private static bool IsForPrograms(string folder) =>
        folder.Length == 0
            || folder == "bin/"
            || folder.EndsWith("/bin/", StringComparison.Ordinal)
            || folder.EndsWith("/extensions/", StringComparison.Ordinal);

    private static void Judge(PackageTree tree, Sink sink, PackageFile file, Suspect suspicion, ReadOnlySpan<byte> head)
    {
        switch (suspicion)
        {
            case Suspect.JavaScript when IsBundle(tree, file, head):
                BundleReport.Tell(tree, sink, file);
                break;
            case Suspect.JavaScript when !sink.HasInstalled(NpmPackage.Ecosystem):
                BundleReport.TellIfAny(tree, sink, file);
                break;
            case Suspect.Compiled when !head.IsEmpty:
            case Suspect.Nameless when IsMachineCode(head):
                sink.Opaque(file.Path, file.Layer, Compiled, $"'{file.Path}' is compiled code without a list of what went into it.");
                break;
        }
    }

    private static bool IsBundle(PackageTree tree, PackageFile file, ReadOnlySpan<byte> head)
    {
        if (file.Size >= CertainBundle) return true;

        var text = System.Text.Encoding.Latin1.GetString(head).AsSpan();
        if (text.IndexOfAny(BundleMarks) >= 0) return true;
        var isMinified = file.Size >= SmallestMinified && text.Length / (text.Count('\n') + 1) >= MinifiedLine;
        return (isMinified || text.IndexOfAny(ModuleMarks) >= 0) && !SingleModule.Is(tree, file, text);
    }

    private static bool IsMachineCode(ReadOnlySpan<byte> head) => head.StartsWith("\u007fELF"u8) || head.StartsWith("MZ"u8);

    private static ReadOnlySpan<byte> Read(PackageTree tree, PackageFile file, int length)
    {
        try
        {
            using var stream = tree.Open(file);
            var head = new byte[(int)Math.Min(length, Math.Max(0, file.Size))];
            return head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        }
        catch (UnreadFileException)
        {
            return [];
        }
    }

    /// <summary>Encrypted and damaged code is no less opaque than compiled code.</summary>
    private static void SayUnread(PackageTree tree, Sink sink)
    {
        foreach (var gap in tree.Gaps)
        {
            if (IsClosed(gap) && gap.Scope.Path is { } path && CodeFile.IsCode(path) && tree.Find(path) is { } file)
                sink.OpaqueAlready(path, file.Layer, gap.Reason);
        }
    }

    private static bool IsClosed(Gap gap) =>
        gap.Reason is "encrypted entry" or "unreadable file" || gap.Reason.StartsWith("compression method", StringComparison.Ordinal);

    /// <summary>A package that could not be had is a gap already; one without code is a riddle of its own.</summary>
    private static void SayEmpty(PackageTree tree, Sink sink)
    {
        if (tree.Gaps.Any(gap => gap.Kind is GapKind.Missing or GapKind.Unresolved && gap.Scope is { Path: null, Layer: null })) return;

        var unread = tree.Gaps.FirstOrDefault(gap => gap.Scope is { Path: null, Layer: null });
        if (tree.Files.IsEmpty && unread is not null) sink.OpaqueAlready("", null, unread.Reason);
        else
            sink.Opaque(
                "",
                null,
                PackageInventory.NoCode,
                tree.Files.IsEmpty ? "The package is empty." : "The package holds no file that a runtime could execute.");
    }
}
