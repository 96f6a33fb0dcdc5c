using System.Text;

namespace ServerlessSec.Inventory.Java;

/// <summary><c>META-INF/maven/GROUP/ARTIFACT/pom.properties</c>, which Maven writes into each jar.</summary>
internal static class PomProperties
{
    public const string Folder = "META-INF/maven/";

    /// <summary>Throws <see cref="FormatException"/> where it names no package; what it leaves out its path says.</summary>
    public static Coordinates Read(ReadOnlySpan<byte> bytes, string path)
    {
        var (group, artifact) = FromPath(path);
        var version = "";
        foreach (var line in Encoding.UTF8.GetString(bytes).Split(['\n', '\r']))
        {
            var text = line.TrimStart();
            if (text.StartsWith('#') || text.StartsWith('!')) continue;
            if (text.IndexOfAny(['=', ':']) is not (var split and > 0)) continue;

            var value = text[(split + 1)..].Trim();
            switch (text[..split].TrimEnd())
            {
                case "groupId": group = value; break;
                case "artifactId": artifact = value; break;
                case "version": version = value; break;
            }
        }

        var it = new Coordinates(group, artifact, version);
        return MavenPackage.IsWhole(it) ? it : throw new FormatException("no group, artifact and version");
    }

    /// <summary>Group and artifact of a file below <see cref="Folder"/>, wherever that lies; empty where there are none.</summary>
    public static (string Group, string Artifact) FromPath(string path)
    {
        var start = path.LastIndexOf(Folder, StringComparison.Ordinal);
        if (start < 0) return ("", "");

        var parts = path[(start + Folder.Length)..].Split('/');
        return parts.Length == 3 ? (parts[0], parts[1]) : ("", "");
    }

    /// <summary>Whether the file is <paramref name="name"/> of a package, in a jar's folder for them.</summary>
    public static bool Is(string path, string name)
    {
        var start = path.LastIndexOf(Folder, StringComparison.Ordinal);
        return start >= 0
            && (start == 0 || path[start - 1] == '/')
            && path.EndsWith(name, StringComparison.Ordinal)
            && path[^(name.Length + 1)] == '/'
            && path.AsSpan(start + Folder.Length).Count('/') == 2;
    }
}
