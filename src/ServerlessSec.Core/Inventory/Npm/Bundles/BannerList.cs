using System.Collections.Frozen;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>Lists of licences that bundlers make of what they left out of the code.</summary>
internal static class BannerList
{
    /// <summary>What esbuild's list begins with.</summary>
    public const string Heading = "Bundled license information:";

    /// <summary>Reads one file of a kind.</summary>
    public delegate void Reader(ReadOnlySpan<char> text, BundleFinds finds);

    // What ncc writes under a name is what its manifest says; these are nearly all there are.
    private static readonly FrozenSet<string> Licences = new[]
    {
        "MIT", "ISC", "BSD", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Clear", "Apache-2.0", "0BSD", "MIT-0", "Unlicense", "CC0-1.0", "CC-BY-3.0", "CC-BY-4.0",
        "MPL-2.0", "MPL-1.1", "LGPL-2.1", "LGPL-3.0", "GPL-2.0", "GPL-3.0", "AGPL-3.0", "BlueOak-1.0.0", "Python-2.0", "Zlib", "WTFPL", "Artistic-2.0", "AFL-2.1",
        "Apache 2.0", "Apache License 2.0", "MIT/X11", "Public Domain", "SEE LICENSE IN LICENSE", "UNLICENSED",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary><c>index.js.LICENSE.txt</c> of webpack and <c>index.js.LEGAL.txt</c> of esbuild.</summary>
    public static void ReadComments(ReadOnlySpan<char> text, BundleFinds finds)
    {
        if (text.TrimStart("\uFEFF \t\r\n").StartsWith(Heading, StringComparison.Ordinal)) Read(text, finds);
        else Banners.Find(text, 0, text.Length, finds);
    }

    /// <summary>Comments each under the path of its file: <c>safe-buffer/index.js:</c>.</summary>
    public static void Read(ReadOnlySpan<char> body, BundleFinds finds)
    {
        string? owner = null;
        while (!body.IsEmpty)
        {
            var line = Banners.TakeLine(ref body);
            if (line.Length > 2 && line[0] is not (' ' or '\t') && line[^1] == ':' && ModulePath.Parse(string.Concat(NpmPaths.Modules, line[..^1])) is { } path)
            {
                owner = path.Name;
                finds.Add(path.Name, null, new(Technique.Banner, 0.8, line[..^1].ToString()));
            }
            else if (owner is not null && line.TrimStart() is ['(' or '/', '*', ..])
            {
                var comment = line.TrimStart()[2..];
                var first = Banners.Identity(comment.Length > 2 ? comment : body[..Math.Min(body.Length, Banners.Longest)], owner);
                if (first.Name == owner && first.Version is { } version) finds.Add(owner, version, new(Technique.Banner, 0.8, line.Trim().ToString()));
            }
        }
    }

    /// <summary><c>licenses.txt</c> of ncc: a name, the licence that its manifest says, the licence's text, an empty line.</summary>
    public static void ReadNames(ReadOnlySpan<char> text, BundleFinds finds)
    {
        var (before, name) = ("", "");
        while (!text.IsEmpty)
        {
            var line = Banners.TakeLine(ref text).Trim();
            if (before.Length == 0 && IsLicence(line) && NpmPackage.IsName(name)) finds.Add(name, null, new(Technique.Banner, 0.8, $"{name}, {line}"));
            (before, name) = (name, line.ToString());
        }
    }

    private static bool IsLicence(ReadOnlySpan<char> line) =>
        line.Length is > 1 and < 60 && (line[0] == '(' || Licences.GetAlternateLookup<ReadOnlySpan<char>>().Contains(line));
}
