using System.Text;

namespace ServerlessSec.Inventory.Java;

/// <summary>The main section of a <c>MANIFEST.MF</c> (JAR File Specification): names in any case, long lines continued by a space.</summary>
internal sealed class JarManifest
{
    private const int Lines = 20_000;
    private const int LongestValue = 4096;

    private readonly Dictionary<string, string> attributes = new(StringComparer.OrdinalIgnoreCase);

    public static JarManifest Empty { get; } = new();

    /// <summary>What is no attribute is passed over: programs that read manifests do so too.</summary>
    public static JarManifest Read(ReadOnlySpan<byte> bytes)
    {
        var manifest = new JarManifest();
        var text = Encoding.UTF8.GetString(bytes).TrimStart('\ufeff').ReplaceLineEndings("\n");
        var name = "";
        var value = new StringBuilder();
        var lines = 0;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range];
            if (line.IsEmpty || lines++ == Lines) break;
            if (line[0] == ' ')
            {
                if (value.Length < LongestValue) value.Append(line[1..]);
                continue;
            }

            manifest.Take(name, value);
            if (line.IndexOf(':') is not (var colon and > 0)) continue;
            name = line[..colon].ToString();
            value.Append(line[(colon + 1)..]);
        }

        manifest.Take(name, value);
        return manifest;
    }

    /// <summary>Trimmed; empty where there is none.</summary>
    public string this[string name] => attributes.GetValueOrDefault(name, "");

    /// <summary>The symbolic name of an OSGi bundle, without its directives.</summary>
    public string SymbolicName => this["Bundle-SymbolicName"].Split(';')[0].Trim();

    private void Take(string name, StringBuilder value)
    {
        if (name.Length > 0) attributes.TryAdd(name, value.ToString().Trim());
        value.Clear();
    }
}
