using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Linux;

/// <summary>What the catalogers of distributions' databases have in common: each also wants to know which distribution it is.</summary>
internal abstract class SystemCataloger : Cataloger
{
    public sealed override string Ecosystem => "";

    public sealed override bool Wants(string path) => Distribution.IsDescription(path) || IsPart(path);

    public sealed override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (!Distribution.IsDescription(file.Path)) ReadPart(tree, file, sink);
    }

    protected abstract bool IsPart(string path);

    protected abstract void ReadPart(PackageTree tree, PackageFile file, Sink sink);

    /// <summary>The folder that the file system begins at, for a file that lies at <paramref name="place"/> in it; null for others.</summary>
    protected static string? RootOf(string path, string place) =>
        path.EndsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[^(place.Length + 1)] == '/') ? path[..^place.Length] : null;

    /// <summary>Says that the system brought the file, under whichever of its names it is there: since folders moved to
    /// <c>/usr</c>, databases name them by both.</summary>
    protected static void Own(PackageTree tree, Sink sink, string root, string path)
    {
        path = path.TrimStart('/');
        if (tree.Find(root + path) is { } file) sink.OwnBySystem(file.Path);
        else if (tree.Find($"{root}usr/{path}") is { } moved) sink.OwnBySystem(moved.Path);
    }

    protected static string Key(string cataloger, string root, string name) => $"{cataloger}:{root}:{name}";

    /// <summary>Lines of a text that may be of any encoding.</summary>
    protected static IEnumerable<string> Lines(byte[] text)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = text.AsSpan(at).IndexOf((byte)'\n');
            var end = length < 0 ? text.Length : at + length;
            yield return Encoding.UTF8.GetString(text, at, end - at).TrimEnd('\r');
            at = end + 1;
        }
    }

    protected static bool IsWord(string? text) => text is { Length: > 0 and <= 256 } && !text.AsSpan().ContainsAny(" \t\0/");
}
