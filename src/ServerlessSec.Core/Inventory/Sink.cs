using System.Collections.Immutable;
using ServerlessSec.Inventory.Npm;
using ServerlessSec.Inventory.Python;
using ServerlessSec.Inventory.Runtimes;
using ServerlessSec.Inventory.Sboms;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory;

/// <summary>
/// Takes what catalogers find and merges it by purl. Each sighting has a key, the place it stands for, by which others
/// may speak of it before or after it is found.
/// </summary>
public sealed class Sink(PackageTree tree, ScanLimits limits)
{
    private const int GraphSteps = 4_000_000;

    private const int MostRecords = 16;

    private long unpacked;
    private readonly Dictionary<string, ComponentDraft> byPurl = new(StringComparer.Ordinal);
    private readonly Dictionary<Purl, List<ComponentDraft>> byPackage = [];
    private readonly Dictionary<string, ComponentDraft> byKey = new(StringComparer.Ordinal);
    private readonly List<(string From, ImmutableArray<string> To)> edges = [];
    private readonly HashSet<string> installed = new(StringComparer.Ordinal);
    private readonly HashSet<OpaqueFile> opaque = [];
    private readonly HashSet<string> explained = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> opaqueReasons = new(StringComparer.Ordinal);
    private readonly HashSet<string> scripts = new(StringComparer.Ordinal);
    private readonly HashSet<string> ownedFiles = new(StringComparer.Ordinal);
    private readonly HashSet<string> ownedFolders = new(StringComparer.Ordinal);
    private readonly Dictionary<PackageFile, List<RecordedFile>> recorded = [];
    private readonly HashSet<string> systems = new(StringComparer.Ordinal);
    private readonly GapList gaps = new();
    private readonly HashSet<string> direct = new(StringComparer.Ordinal);
    private readonly HashSet<string> rooted = new(StringComparer.Ordinal);
    private readonly List<DeclaredPackage> declared = [];
    private readonly List<Sbom> sboms = [];
    private readonly List<NpmDeclarations> projects = [];
    private int graphSteps;

    public ScanLimits Limits => limits;

    /// <summary>The runtime that the package runs on; null where that is not known, or AWS does not maintain it.</summary>
    internal ManagedRuntime? Runtime { get; init; }

    /// <summary>What manifests ask for without naming what serves it.</summary>
    internal IReadOnlyList<DeclaredPackage> Declarations => declared;

    /// <summary>Counts what is inflated of archives within the package, all of them together: many small ones may share few bytes.</summary>
    public void Unpack(long length)
    {
        if ((unpacked += length) > Limits.TotalBytes) throw new LimitReachedException($"more than {Limits.TotalBytes} bytes in archives within the package");
    }

    /// <summary>The bytes of a manifest, within the limit for one.</summary>
    public byte[] Bytes(PackageFile file) => tree.ReadAll(file, limits.ManifestBytes);

    public void Add(string key, Component component)
    {
        if (systems.Count > 0 && component.Occurrences.All(occurrence => systems.Contains(occurrence.Path))) return;

        var purl = component.Purl.ToString();
        if (byPurl.TryGetValue(purl, out var draft))
        {
            draft.Merge(component);
        }
        else if (byPurl.Count == limits.Components)
        {
            gaps.Add(new(
                GapKind.Limit,
                new() { Evidence = Evidence.Inventory },
                "component limit",
                $"The package has more than {limits.Components} components; the others were left out."));
            return;
        }
        else
        {
            byPurl[purl] = draft = new(purl, component);
            if (!byPackage.TryGetValue(draft.Package, out var versions)) byPackage[draft.Package] = versions = [];
            versions.Add(draft);
        }

        byKey[key] = draft;
        if (component.Occurrences.Any(occurrence => occurrence.Kind == OccurrenceKind.Installed)) installed.Add(component.Ecosystem);
    }

    /// <summary>A second name for what stands at <paramref name="key"/>.</summary>
    public void Alias(string alias, string key) => _ = byKey.TryGetValue(key, out var draft) && byKey.TryAdd(alias, draft);

    public bool Has(string key) => byKey.ContainsKey(key);

    /// <summary>purl of what stands at <paramref name="key"/>; null where nothing does.</summary>
    internal string? PurlAt(string key) => byKey.TryGetValue(key, out var draft) ? draft.Purl : null;

    /// <summary>Manifests of the application's own with what they ask for, which is judged once all is known that is there.</summary>
    internal IReadOnlyList<NpmDeclarations> NpmProjects => projects;

    internal void DeclareProject(NpmDeclarations project) => projects.Add(project);

    /// <summary>Whether a bundle of JavaScript was seen.</summary>
    internal bool HasBundle { get; set; }

    /// <summary>Whether of some bundle all is known that went in.</summary>
    internal bool HasWholeBundle { get; set; }

    /// <summary>Name and version of what stands at <paramref name="key"/>; null where nothing does.</summary>
    internal (string Name, string Version)? PackageAt(string key) => byKey.TryGetValue(key, out var draft) ? (draft.Name, draft.Version) : null;

    /// <summary>Bills of materials within the package.</summary>
    internal IReadOnlyList<Sbom> Sboms => sboms;

    internal void Claim(Sbom sbom) => sboms.Add(sbom);

    /// <summary>Versions of what the package holds or will hold once it is built, by package URL without version; empty where one is not known.</summary>
    internal Dictionary<Purl, HashSet<string>> Copies() => byPackage
        .Select(static package => (package.Key, Versions: package.Value.Where(static draft => draft.IsCopy).Select(static draft => draft.Version).ToHashSet()))
        .ToDictionary(static package => package.Key, static package => package.Versions);

    internal void Declare(DeclaredPackage package) => declared.Add(package);

    /// <summary>Whether the package holds any version of it, or will once it is built.</summary>
    internal bool HasCopy(Purl purl) => byPackage.TryGetValue(purl, out var versions) && versions.Exists(static draft => draft is { IsDeployed: true, IsCopy: true });

    /// <summary>Whether anything of the ecosystem is installed in the package.</summary>
    public bool HasInstalled(string ecosystem) => installed.Contains(ecosystem);

    /// <summary>Names of the ecosystem's packages that a lock file gives a version.</summary>
    public HashSet<string> LockedNames(string ecosystem) =>
        [.. byPurl.Values.Where(draft => draft.IsLocked && draft.Ecosystem == ecosystem).Select(draft => draft.Name)];

    /// <summary>Adds hashes and licences to what stands at <paramref name="key"/>, if it is the same package at the same version.</summary>
    public void Enrich(string key, Component component)
    {
        if (byKey.TryGetValue(key, out var draft) && draft.Purl == component.Purl.ToString()) draft.Enrich(component);
    }

    /// <summary>Adds hashes and licences to the same package at the same version, wherever it stands.</summary>
    public void EnrichSame(Component component)
    {
        if (byPurl.TryGetValue(component.Purl.ToString(), out var draft)) draft.Enrich(component);
    }

    /// <summary>The application itself asks for what stands at <paramref name="key"/>.</summary>
    public void Direct(string key) => direct.Add(key);

    /// <summary>It is known what the application asks for below <paramref name="prefix"/>: all else there is transitive.</summary>
    public void Rooted(string prefix) => rooted.Add(prefix);

    /// <summary>What stands at <paramref name="from"/> needs the first of <paramref name="to"/> that turns out to be there.</summary>
    public void Edge(string from, params ImmutableArray<string> to)
    {
        if (TrySpend(to.Length)) edges.Add((from, to));
    }

    /// <summary>False once the dependency graph has cost too much; the components stand all the same.</summary>
    public bool TrySpend(int steps = 1)
    {
        if (graphSteps > GraphSteps) return false;
        if ((graphSteps += steps) <= GraphSteps) return true;

        gaps.Add(new(
            GapKind.Limit,
            new() { Evidence = Evidence.Inventory },
            "dependency graph limit",
            $"The dependency graph takes more than {GraphSteps} steps; which component needs which is only partly known."));
        return false;
    }

    /// <summary>The code in the file at <paramref name="path"/> is accounted for, or the gap about it is said.</summary>
    public void Explain(string path) => explained.Add(path);

    /// <summary>A package of the operating system brought the file: what it says of itself is said by that package, whose
    /// maker mends it under versions of its own.</summary>
    public void OwnBySystem(string path)
    {
        systems.Add(path);
        explained.Add(path);
    }

    public bool IsOfSystem(string path) => systems.Contains(path);

    public bool IsExplained(string path) => explained.Contains(path);

    /// <summary>An identified component brought the file.</summary>
    internal void Own(string path) => ownedFiles.Add(path);

    /// <summary>An identified component brought the folder, given with its slash, but for what <c>node_modules</c> within hold.</summary>
    internal void OwnFolder(string folder) => ownedFolders.Add(folder);

    internal bool IsOwned(string path)
    {
        if (ownedFiles.Contains(path)) return true;
        if (ownedFolders.Count == 0) return false;
        var outermost = NpmPaths.LastModules(path);
        var folders = ownedFolders.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var end = path.LastIndexOf('/'); end > outermost && end > 0; end = path.LastIndexOf('/', end - 1))
        {
            if (folders.Contains(path.AsSpan(0, end + 1))) return true;
        }

        return false;
    }

    /// <summary>A file without an ending that is a program in readable form.</summary>
    internal void Script(string path) => scripts.Add(path);

    internal bool IsScript(string path) => scripts.Contains(path);

    /// <summary>What an installer wrote down about the file; several may have brought it.</summary>
    internal void Recorded(PackageFile file, RecordedFile record)
    {
        if (!recorded.TryGetValue(file, out var records)) recorded[file] = records = [];
        if (records.Count < MostRecords) records.Add(record);
    }

    /// <summary>Every file of which something was written down, in the tree's order.</summary>
    internal IEnumerable<(PackageFile File, IReadOnlyList<RecordedFile> Records)> AllRecorded() =>
        recorded.OrderBy(entry => entry.Key.Path, StringComparer.Ordinal).Select(entry => (entry.Key, (IReadOnlyList<RecordedFile>)entry.Value));

    /// <summary>Gaps of the catalogers so far.</summary>
    internal ImmutableArray<Gap> Gaps => gaps.ToImmutable();

    /// <summary>Why the code at <paramref name="path"/>, a file or a folder without its slash, is opaque; null where it is not.</summary>
    internal string? OpaqueReason(string path) => opaqueReasons.GetValueOrDefault(path);

    /// <summary>Whether anything opaque is not a file of its own.</summary>
    internal bool HasOpaqueFolders { get; private set; }

    public void Gap(Gap gap) => gaps.Add(gap);

    /// <summary>Something in <paramref name="file"/> that <paramref name="cataloger"/> could not make sense of.</summary>
    public void Gap(Cataloger cataloger, PackageFile file, GapKind kind, string reason, string message) =>
        gaps.Add(new(kind, Scope(cataloger, file), reason, message));

    /// <summary>Code that no cataloger can name; not seeing into it is a gap.</summary>
    public void Opaque(string path, string? layer, string reason, string message, string? ecosystem = null)
    {
        OpaqueAlready(path, layer, reason);
        gaps.Add(new(
            GapKind.Unread,
            new() { Evidence = Evidence.Inventory, Path = path.Length == 0 ? null : path, Layer = layer, Ecosystem = ecosystem },
            reason,
            message));
    }

    /// <summary>Opaque for a reason that is a gap of the tree already; an empty path is the whole package.</summary>
    internal void OpaqueAlready(string path, string? layer, string reason)
    {
        if (opaque.Count < 1_000) opaque.Add(new(path, layer, reason));
        Unexplained(path, reason);
    }

    /// <summary>As <see cref="OpaqueAlready"/>, of code that is counted but not listed.</summary>
    internal void Unexplained(string path, string reason)
    {
        var file = CodeAccount.Outermost(path);
        if (file.Length == 0) return;
        opaqueReasons.TryAdd(file, reason);
        HasOpaqueFolders |= tree.Find(file) is null;
    }

    internal static GapScope Scope(Cataloger cataloger, PackageFile file) => new()
    {
        Evidence = Evidence.Inventory,
        Path = file.Path,
        Layer = file.Layer,
        Cataloger = cataloger.Name,
        Ecosystem = cataloger.Ecosystem.Length == 0 ? null : cataloger.Ecosystem,
    };

    /// <param name="completeness">Null where not everything was looked at.</param>
    internal PackageInventory ToInventory(int codeFiles, Completeness? completeness)
    {
        Relate();
        foreach (var (from, to) in edges)
        {
            if (!byKey.TryGetValue(from, out var source)) continue;
            if (to.FirstOrDefault(byKey.ContainsKey) is { } there && byKey[there] is var target && target != source)
                source.DependsOn.Add(target.Purl);
        }

        var all = new GapList(int.MaxValue);
        all.AddRange(tree.Gaps);
        all.AddRange(gaps.ToImmutable());
        return new()
        {
            Components = [.. byPurl.Values.OrderBy(draft => draft.Purl, StringComparer.Ordinal).Select(draft => draft.ToComponent())],
            Opaque = [.. opaque.OrderBy(file => file.Path, StringComparer.Ordinal)],
            Gaps = all.ToImmutable(),
            Files = tree.Files.Length,
            CodeFiles = codeFiles,
            Completeness = completeness,
        };
    }

    private void Relate()
    {
        foreach (var (key, draft) in byKey)
        {
            if (direct.Contains(key)) draft.Relate(Relation.Direct);
            else if (rooted.Count > 0 && IsRooted(key)) draft.Relate(Relation.Transitive);
        }
    }

    private bool IsRooted(string key)
    {
        for (var end = key.IndexOf('/', StringComparison.Ordinal); end >= 0; end = key.IndexOf('/', end + 1))
        {
            if (rooted.Contains(key[..(end + 1)])) return true;
        }

        return false;
    }
}

/// <summary>A package that a manifest asks for.</summary>
/// <param name="Purl">Without version.</param>
internal sealed record DeclaredPackage(PackageFile Manifest, Purl Purl, string Name);

/// <summary>What an installer wrote down about a file it installed.</summary>
/// <param name="Purl">Of the component that brought it.</param>
internal readonly record struct RecordedFile(string Purl, RecordedDigest Digest, long? Size);
