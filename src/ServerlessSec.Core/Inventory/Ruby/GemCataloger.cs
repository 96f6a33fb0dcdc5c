using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Ruby;

/// <summary>
/// Installed gems, by the specifications that RubyGems keeps: <c>…/specifications/NAME-VERSION.gemspec</c>. RubyGems writes
/// them; its second line, <c># stub: NAME VERSION PLATFORM PATHS</c>, says what is needed without running Ruby. Gems of git
/// repositories lie in <c>bundler/gems/NAME-REVISION/</c>, where Bundler writes their specifications anew in the same way.
/// </summary>
internal sealed class GemCataloger : Cataloger
{
    private const string Extension = ".gemspec";
    private const string Checkouts = "bundler/gems/";

    private static readonly string[] Specifications = ["specifications/", "specifications/default/"];

    public override string Name => "ruby-gem";

    public override string Ecosystem => Gem.Ecosystem;

    public override bool Wants(string path) =>
        path.EndsWith(Extension, StringComparison.Ordinal) && (IsSpecification(path) || Checkout(path) is not null);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var text = Encoding.UTF8.GetString(sink.Bytes(file));
        var full = EntryPath.Name(file.Path)[..^Extension.Length];
        var checkout = IsSpecification(file.Path) ? null : Checkout(file.Path);
        var stub = Stub(text);
        // A repository may have specifications of its own further down, of examples and the like.
        if (stub is null && checkout is not null && EntryPath.Folder(file.Path) != checkout) return;
        var (name, version) = stub ?? FromName(full);
        var gem = Gem.Component(name, version) ?? throw new FormatException("no name and version");
        sink.Add(file.Path, gem with
        {
            Occurrences = [new(file.Path, file.Layer, OccurrenceKind.Installed, Name)],
            Licences = [.. Licences(text)],
        });
        var home = Home(file.Path, checkout);
        sink.Alias(Key(home, name), file.Path);
        sink.OwnFolder(checkout ?? $"{home}gems/{full}/");
        foreach (var need in Needs(text)) sink.Edge(file.Path, Key(home, need));
    }

    private static bool IsSpecification(string path) =>
        Array.Exists(Specifications, place => EntryPath.Folder(path).EndsWith(place, StringComparison.Ordinal));

    /// <summary>The folder of the repository that the file lies in, at most two folders down as Bundler looks for it; null outside of any.</summary>
    private static string? Checkout(string path)
    {
        var start = path.IndexOf(Checkouts, StringComparison.Ordinal);
        var slash = start < 0 ? -1 : path.IndexOf('/', start + Checkouts.Length);
        return slash > 0 && path.AsSpan(slash + 1).Count('/') <= 2 ? path[..(slash + 1)] : null;
    }

    /// <summary>Where the gems of one Ruby lie, with its slash.</summary>
    private static string Home(string path, string? checkout)
    {
        if (checkout is not null) return path[..path.IndexOf(Checkouts, StringComparison.Ordinal)];
        var folder = EntryPath.Folder(path);
        return folder[..^Specifications.First(place => folder.EndsWith(place, StringComparison.Ordinal)).Length];
    }

    private static string Key(string home, string name) => $"gem:{home}:{name}";

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
