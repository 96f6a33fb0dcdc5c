using ServerlessSec.Inventory.Npm;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>Accounts for every code file of a package, once catalogers and <see cref="OpaqueCode"/> have looked.</summary>
internal sealed class CodeAccount
{
    private const int PathsShown = 3;
    private const string NoManifest = "no manifest";

    private readonly PackageTree tree;
    private readonly Sink sink;
    private readonly Dictionary<string, string> faults = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Part> unexplained = new(StringComparer.Ordinal);
    private bool isWhole = true;

    private CodeAccount(PackageTree tree, Sink sink)
    {
        this.tree = tree;
        this.sink = sink;
        foreach (var gap in tree.Gaps.Concat(sink.Gaps)) Note(gap);
    }

    public static Completeness Of(PackageTree tree, Sink sink) => new CodeAccount(tree, sink).Count();

    /// <summary>A file that is not read to its end is not explained, whatever was read of it.</summary>
    private void Note(Gap gap)
    {
        const Evidence Concerned = Evidence.Package | Evidence.Inventory;
        if ((gap.Scope.Evidence & Concerned) == Evidence.None || gap.Scope.Rule is not null) return;
        if (gap.Scope.Path is { } path && tree.Find(Outermost(path)) is { } file) faults.TryAdd(file.Path, gap.Reason);
        else if ((gap.Scope.Evidence & Evidence.Package) != Evidence.None || gap.Kind == GapKind.Limit) isWhole = false;
    }

    private Completeness Count()
    {
        var (files, identified, own, bytes) = (0, 0, 0, 0L);
        foreach (var file in tree.Files)
        {
            if (!IsCode(file)) continue;
            files++;
            var size = Math.Clamp(file.Size, 0, sink.Limits.FileBytes);
            bytes += size;
            if (Fault(file) is { } reason) Add(reason, file.Path, size);
            else if (IsIdentified(file)) identified++;
            else own++;
        }

        return new()
        {
            CodeFiles = files,
            CodeBytes = bytes,
            Identified = identified,
            FirstParty = own,
            IsWhole = isWhole,
            Unexplained =
            [
                .. unexplained
                    .OrderByDescending(part => part.Value.Files)
                    .ThenBy(part => part.Key, StringComparer.Ordinal)
                    .Select(part => new UnexplainedCode(part.Key, part.Value.Files, part.Value.Bytes, [.. part.Value.Paths])),
            ],
        };
    }

    private bool IsCode(PackageFile file) =>
        CodeFile.IsCode(file.Path) || sink.IsExplained(file.Path) || sink.IsScript(file.Path) || sink.OpaqueReason(file.Path) == OpaqueCode.Compiled;

    private bool IsIdentified(PackageFile file) => sink.IsExplained(file.Path) || sink.IsOwned(file.Path);

    /// <summary>Why the file is not explained; null where it is.</summary>
    private string? Fault(PackageFile file)
    {
        if (sink.OpaqueReason(file.Path) is { } opaque) return opaque;
        if (faults.TryGetValue(file.Path, out var fault)) return fault;
        if (InOpaqueFolder(file.Path) is { } folder) return folder;
        if (IsIdentified(file)) return null;
        if (NpmPaths.IsInsideModules(file.Path) || file.Path.Contains("site-packages/", StringComparison.Ordinal)) return NoManifest;
        return CodeFile.IsReadable(file.Path) || sink.IsScript(file.Path) ? null : OfSource(file.Path);
    }

    /// <summary>What Python keeps beside a source that is there says no more than it; all else is compiled.</summary>
    private string? OfSource(string path)
    {
        if (!path.EndsWith(".pyc", StringComparison.Ordinal)) return OpaqueCode.Compiled;
        var folder = EntryPath.Folder(path);
        var name = EntryPath.Name(path)[..^".pyc".Length];
        const string Cache = "__pycache__/";
        var isCached = folder == Cache || folder.EndsWith("/" + Cache, StringComparison.Ordinal);
        if (isCached && name.IndexOf('.', StringComparison.Ordinal) is var dot and > 0) name = name[..dot];
        return tree.Find((isCached ? folder[..^Cache.Length] : folder) + name + ".py") is { } source ? Fault(source) : OpaqueCode.Compiled;
    }

    private string? InOpaqueFolder(string path)
    {
        if (!sink.HasOpaqueFolders) return null;
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (sink.OpaqueReason(path[..end]) is { } reason) return reason;
        }

        return null;
    }

    private void Add(string reason, string path, long size)
    {
        if (!unexplained.TryGetValue(reason, out var part)) unexplained[reason] = part = new();
        part.Files++;
        part.Bytes += size;
        if (part.Paths.Count < PathsShown) part.Paths.Add(path);
    }

    /// <summary>The file of the package, of a path that may lead into an archive.</summary>
    internal static string Outermost(string path) => path.IndexOf("!/", StringComparison.Ordinal) is var cut and > 0 ? path[..cut] : path;

    private sealed class Part
    {
        public int Files { get; set; }

        public long Bytes { get; set; }

        public List<string> Paths { get; } = [];
    }
}
