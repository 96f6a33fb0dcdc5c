namespace ServerlessSec.Cli.Corpus;

/// <summary>Where two copies of an application differ: by template resource, and by file.</summary>
internal static class TwinDifference
{
    private const string Template = "template.yaml";
    private const string LabelFile = "labels.json";

    public static SortedSet<string> Between(string left, string right)
    {
        var differences = Compare(Parts(left), Parts(right));
        differences.UnionWith(Compare(Files(left), Files(right)));
        return differences;
    }

    private static SortedSet<string> Compare(Dictionary<string, string> left, Dictionary<string, string> right) =>
        new(left.Keys.Union(right.Keys).Where(key => left.GetValueOrDefault(key) != right.GetValueOrDefault(key)), StringComparer.Ordinal);

    private static Dictionary<string, string> Files(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(static path => path is not (Template or LabelFile))
            .ToDictionary(static path => path, path => Hex(Path.Combine(folder, path)), StringComparer.Ordinal);

    private static string Hex(string path) => Convert.ToHexString(File.ReadAllBytes(path));

    /// <summary>A template's text by the resource that it belongs to; what stands outside of resources is one part.</summary>
    private static Dictionary<string, string> Parts(string folder)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        var inResources = false;
        var part = "";
        foreach (var line in File.ReadLines(Path.Combine(folder, Template)))
        {
            if (line.Length > 0 && line[0] is not (' ' or '#')) (inResources, part) = (line == "Resources:", "");
            else if (inResources && line is [' ', ' ', not (' ' or '#'), ..]) part = line.Trim().TrimEnd(':');
            if (line.Trim() is [not '#', ..]) parts[part] = parts.GetValueOrDefault(part) + line + "\n";
        }

        return parts;
    }
}
