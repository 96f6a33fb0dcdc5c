using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Native;

/// <summary>
/// Native libraries that no package manager speaks of: in wheels, npm packages, layers and programs, recognised by what they say
/// of themselves. What a distribution's package brought is that package's.
/// </summary>
internal static class NativeLibraries
{
    /// <summary>Of the components, as long as no source of advisories speaks of upstream versions.</summary>
    public const string Ecosystem = "generic";

    internal const string Name = "native";

    private const int SmallestProgram = 256 << 10;
    private const double ByMark = 0.95;
    private const double ByText = 0.8;
    private const double ByFileName = 0.7;

    /// <summary>Whether the file at <paramref name="path"/> is a shared library or an extension module, by its name.</summary>
    public static bool IsLibrary(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        return name.EndsWith(".so", StringComparison.Ordinal) || name.EndsWith(".node", StringComparison.Ordinal)
            || name.Contains(".so.", StringComparison.Ordinal);
    }

    public static void Look(PackageTree tree, Sink sink, CancellationToken stop)
    {
        var (reader, nameless, known) = (new NativeReader(tree), new List<(PackageFile File, string Library)>(), new HashSet<string>(StringComparer.Ordinal));
        var away = 0;
        foreach (var file in tree.Files)
        {
            if (stop.IsCancellationRequested) return;
            if (!MayHold(file) || sink.IsOfSystem(file.Path)) continue;
            if (!tree.IsAtHand(file))
            {
                away++;
                continue;
            }

            // Half of what may be read in all is left to others.
            if (tree.BytesRead + Math.Max(0, file.Size) > sink.Limits.TotalBytes / 2)
            {
                Say(sink, GapKind.Limit, "native library limit", $"From '{file.Path}' on, programs were not searched for native libraries: there is too much of them.");
                break;
            }

            Read(file, reader, sink, nameless, known);
        }

        if (away > 0) Say(sink, GapKind.Missing, "not fetched", $"{away} {(away == 1 ? "program was" : "programs were")} not searched for native libraries: only what tells of components was fetched.");
        AddNameless(sink, nameless, known);
    }

    private static bool MayHold(PackageFile file)
    {
        if (IsLibrary(file.Path)) return true;
        return file.Size >= SmallestProgram && !EntryPath.Name(file.Path).Contains('.', StringComparison.Ordinal);
    }

    private static void Read(PackageFile file, NativeReader reader, Sink sink, List<(PackageFile File, string Library)> nameless, HashSet<string> known)
    {
        var named = NativeNames.Of(file.Path);
        NativeTraces? traces;
        try
        {
            traces = reader.Read(file, named?.Name.Lead);
        }
        catch (UnreadFileException)
        {
            // The tree has the gap.
            return;
        }

        if (traces is null) return;
        foreach (var (mark, version, trace) in traces.Marks)
            Add(sink, file, known, mark.Library, version, new(Technique.VersionString, mark.IsLone ? ByText : ByMark, trace));
        if (named is not var (name, tail)) return;
        if (!traces.Marks.Any(find => find.Mark.Library == name.Library) && !AddNamed(file, sink, known, name, tail, traces)) nameless.Add((file, name.Library));
        else sink.Explain(file.Path);
    }

    /// <summary>By a version that stands in the file by itself, else by the file's name.</summary>
    private static bool AddNamed(PackageFile file, Sink sink, HashSet<string> known, NativeName name, string tail, NativeTraces traces)
    {
        var byName = name.VersionOf(tail);
        if (traces.Lone.Contains(byName ?? "") || (byName is null && traces.Lone.Length == 1))
            Add(sink, file, known, name.Library, byName ?? traces.Lone[0], new(Technique.VersionString, ByText, byName ?? traces.Lone[0]));
        else if (byName is not null)
            Add(sink, file, known, name.Library, byName, new(Technique.FileName, ByFileName, EntryPath.Name(file.Path)));
        else
            return false;
        return true;
    }

    private static void Add(Sink sink, PackageFile file, HashSet<string> known, string library, string? version, Recognition why)
    {
        if (version is not null) known.Add(library);
        sink.Add($"{file.Path}/{library}@{version}", new()
        {
            Purl = Purl.Generic(library, version),
            Ecosystem = Ecosystem,
            Name = library,
            Version = version ?? "",
            Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Recognised, Name) { Recognition = why }],
        });
    }

    /// <summary>A library of which another part tells the version needs no mention without.</summary>
    private static void AddNameless(Sink sink, List<(PackageFile File, string Library)> nameless, HashSet<string> known)
    {
        var left = nameless.Where(find => !known.Contains(find.Library)).ToArray();
        foreach (var (file, library) in left) Add(sink, file, known, library, null, new(Technique.FileName, ByFileName, EntryPath.Name(file.Path)));
        if (left.Length == 0) return;
        var names = left.Select(static find => find.Library).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var listed = string.Join(", ", names.Take(5)) + (names.Length > 5 ? $" and {names.Length - 5} more" : "");
        Say(sink, GapKind.Unread, "native libraries without versions", $"Of these native libraries nothing tells the version: {listed}.");
    }

    private static void Say(Sink sink, GapKind kind, string reason, string message) =>
        sink.Gap(new(kind, new() { Evidence = Evidence.Inventory, Cataloger = Name }, reason, message));
}
