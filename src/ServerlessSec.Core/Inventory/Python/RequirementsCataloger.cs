using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

/// <summary>
/// <c>requirements.txt</c> with the files that it includes (https://pip.pypa.io/en/stable/reference/requirements-file-format/):
/// what is pinned with <c>==</c> is a component, and what is not, is said.
/// </summary>
internal sealed class RequirementsCataloger : Cataloger
{
    private const int IncludedFiles = 100;

    public override string Name => "python-requirements";

    public override string Ecosystem => PythonPackage.Ecosystem;

    public override bool Wants(string path) => EntryPath.Name(path) == "requirements.txt" && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        // What is installed says more, and with certainty.
        if (sink.HasInstalled(Ecosystem)) return;

        var seen = new HashSet<string>(StringComparer.Ordinal) { file.Path };
        var open = new Queue<PackageFile>([file]);
        while (open.TryDequeue(out var next))
        {
            foreach (var included in Read(next, sink))
            {
                if (tree.Find(included) is not { } there)
                    sink.Gap(this, next, GapKind.Missing, "included file is missing", $"'{next.Path}' includes '{Shown(included)}', which is not in the package.");
                else if (seen.Count < IncludedFiles && seen.Add(included))
                    open.Enqueue(there);
            }
        }
    }

    /// <summary>Gives the paths of the files that it includes.</summary>
    private List<string> Read(PackageFile file, Sink sink)
    {
        var graph = new LockedGraph();
        var (included, loose) = (new List<string>(), new List<string>());
        foreach (var line in Lines(Text(sink.Bytes(file))))
        {
            if (Option(line, "-r", "--requirement") is { } include) included.Add(EntryPath.Join(EntryPath.Folder(file.Path), include));
            else if (Option(line, "-e", "--editable") is { } editable) graph.Add(line, new() { Name = editable });
            else if (line[0] != '-') Keep(graph, line, loose, file, sink);
        }

        graph.Tell(this, file, sink, isInstalled: false, PythonPackage.Locked);
        if (loose.Count > 0)
        {
            sink.Opaque(
                file.Path,
                file.Layer,
                "version not pinned",
                $"'{file.Path}' asks for {string.Join(", ", loose.Take(5).Select(static n => $"'{Shown(n)}'"))}{(loose.Count > 5 ? $" and {loose.Count - 5} more" : "")} "
                    + "without an exact version: which one is deployed is unknown.",
                Ecosystem);
        }

        return included;
    }

    private static void Keep(LockedGraph graph, string line, List<string> loose, PackageFile file, Sink sink)
    {
        var name = PythonPackage.NameOf(line);
        var rest = line[name.Length..].TrimStart();
        if (rest.StartsWith('[') && rest.IndexOf(']', StringComparison.Ordinal) is var end and > 0) rest = rest[(end + 1)..].TrimStart();
        if (name.Length == 0 || rest.StartsWith('@') || rest.StartsWith(':') || rest.StartsWith('/'))
        {
            graph.Add(line, new() { Name = name.Length > 0 && rest.StartsWith('@') ? name : line });
            return;
        }

        var hashes = rest.Split("--hash=").Skip(1).Select(static h => h.Split(' ')[0].Trim()).ToArray();
        if (Pinned(rest.Split("--")[0].Split(';')[0]) is { } version)
            graph.Add($"{Purl.PythonName(name)}@{version}", new() { Name = name, Version = version, Hashes = PythonPackage.Hashes(hashes) });
        else if (sink.Runtime?.BringsPython(Purl.PythonName(name)) == true)
            sink.Declare(new(file, Purl.PyPi(name, null), name));
        else
            loose.Add(name);
    }

    /// <summary>The version of <c>==1.0</c> or <c>===1.0</c> among the clauses; none where it ends in a wildcard.</summary>
    private static string? Pinned(string clauses)
    {
        foreach (var clause in clauses.Trim('(', ')', ' ').Split(',', StringSplitOptions.TrimEntries))
        {
            if (clause.StartsWith("==", StringComparison.Ordinal) && !clause.Contains('*', StringComparison.Ordinal)) return clause.TrimStart('=').Trim();
        }

        return null;
    }

    private static string? Option(string line, string brief, string full)
    {
        foreach (var option in new[] { full + "=", full + " ", brief + " ", brief })
        {
            if (line.StartsWith(option, StringComparison.Ordinal) && (option != brief || !line.StartsWith("--", StringComparison.Ordinal))) return line[option.Length..].Trim();
        }

        return null;
    }

    /// <summary>As pip does, by the byte order mark: what PowerShell writes is UTF-16.</summary>
    private static string Text(byte[] bytes)
    {
        using var reader = new StreamReader(new MemoryStream(bytes), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    /// <summary>Lines that say something, continued ones as one, without comments.</summary>
    private static IEnumerable<string> Lines(string text)
    {
        var whole = new StringBuilder();
        foreach (var raw in text.Split('\n'))
        {
            var line = raw.TrimEnd('\r');
            var isComment = line.AsSpan().TrimStart().StartsWith("#");
            if (!isComment && line.EndsWith('\\'))
            {
                whole.Append(line.AsSpan(0, line.Length - 1)).Append(' ');
                continue;
            }

            if (!isComment) whole.Append(line);
            var full = whole.ToString();
            whole.Clear();
            if (full.Replace('\t', ' ').IndexOf(" #", StringComparison.Ordinal) is var comment and >= 0) full = full[..comment];
            if (full.Trim() is { Length: > 0 } said) yield return said;
        }

        if (whole.ToString().Trim() is { Length: > 0 } last) yield return last;
    }

    private static string Shown(string text) => text.Length > 80 ? text[..80] : text;
}
