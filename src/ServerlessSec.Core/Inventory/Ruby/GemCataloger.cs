using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Ruby;

/// <summary>
/// Installed gems, by the specifications that RubyGems keeps: <c>…/specifications/NAME-VERSION.gemspec</c>. RubyGems writes
/// them; its second line, <c># stub: NAME VERSION PLATFORM PATHS</c>, says what is needed without running Ruby.
/// </summary>
internal sealed class GemCataloger : Cataloger
{
    private const string Extension = ".gemspec";

    public override string Name => "ruby-gem";

    public override string Ecosystem => Gem.Ecosystem;

    public override bool Wants(string path)
    {
        var folder = path[..Math.Max(0, path.LastIndexOf('/'))];
        return path.EndsWith(Extension, StringComparison.Ordinal)
            && (folder.EndsWith("specifications", StringComparison.Ordinal) || folder.EndsWith("specifications/default", StringComparison.Ordinal));
    }

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var text = Encoding.UTF8.GetString(sink.Bytes(file));
        var (name, version) = Stub(text) ?? FromName(EntryPath.Name(file.Path)[..^Extension.Length]);
        var gem = Gem.Component(name, version) ?? throw new FormatException("no name and version");
        sink.Add(file.Path, gem with
        {
            Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Installed, Name)],
            Licences = [.. Licences(text)],
        });
        var folder = EntryPath.Folder(file.Path);
        sink.Alias(Key(folder, name), file.Path);
        sink.OwnFolder($"{EntryPath.Folder(folder[..^1])}gems/{EntryPath.Name(file.Path)[..^Extension.Length]}/");
        foreach (var need in Needs(text)) sink.Edge(file.Path, Key(folder, need));
    }

    private static string Key(string folder, string name) => $"gem:{folder}:{name}";

    private static (string Name, string Version)? Stub(string text)
    {
        foreach (var line in text.AsSpan(0, Math.Min(text.Length, 2_000)).EnumerateLines())
        {
            if (!line.StartsWith("# stub: ")) continue;
            var words = line[8..].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 2) return (words[0], words[1]);
        }

        return null;
    }

    /// <summary><c>NAME-VERSION[-PLATFORM]</c>: the version is the first part that begins with a digit.</summary>
    private static (string Name, string Version) FromName(string name)
    {
        for (var at = name.IndexOf('-', StringComparison.Ordinal); at > 0 && at + 1 < name.Length; at = name.IndexOf('-', at + 1))
        {
            if (char.IsAsciiDigit(name[at + 1])) return (name[..at], name[(at + 1)..]);
        }

        return (name, "");
    }

    private static IEnumerable<string> Licences(string text)
    {
        var start = text.IndexOf(".licenses = [", StringComparison.Ordinal);
        if (start < 0) return [];
        var end = text.IndexOf(']', start);
        return end < 0 ? [] : text[start..end].Split('"').Where(static (_, i) => i % 2 == 1).Where(static l => l.Length is > 0 and <= 200).Take(16);
    }

    private static IEnumerable<string> Needs(string text)
    {
        foreach (var call in new[] { "add_runtime_dependency(%q<", "add_dependency(%q<" })
        {
            for (var at = text.IndexOf(call, StringComparison.Ordinal); at >= 0; at = text.IndexOf(call, at + 1, StringComparison.Ordinal))
            {
                var start = at + call.Length;
                var end = text.IndexOf('>', start);
                if (end > start && end - start <= 200) yield return text[start..end];
            }
        }
    }
}
