using System.Text;
using System.Xml;

namespace ServerlessSec.Inventory.Java;

/// <summary>One <c>dependency</c> of a project model, as written.</summary>
internal sealed record PomDependency(string Group, string Artifact, string Version, string Scope, string Type);

/// <summary>A Maven project model, <c>pom.xml</c>: what stands in this one file, parents and imports not followed.</summary>
internal sealed class Pom
{
    private const int Steps = 20;
    private const int Expansions = 100_000;

    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    private int expansions;

    public List<PomDependency> Dependencies { get; } = [];

    public List<PomDependency> Managed { get; } = [];

    /// <summary>The project's own; a part that is not written here is its parent's.</summary>
    public Coordinates Coordinates => new(
        Resolve(Value("groupId", "parent/groupId")),
        Resolve(Value("artifactId")),
        Resolve(Value("version", "parent/version")));

    /// <summary>Throws <see cref="FormatException"/> where it is no project model.</summary>
    public static Pom Read(byte[] bytes, ScanLimits limits)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        };
        try
        {
            using var reader = XmlReader.Create(new MemoryStream(bytes), settings);
            var pom = new Pom();
            pom.Read(reader, limits);
            return pom;
        }
        catch (XmlException malformed)
        {
            throw new FormatException($"malformed XML at line {malformed.LineNumber}", malformed);
        }
    }

    /// <summary>The text with its <c>${…}</c> filled in from this file; holes stay where it does not say.</summary>
    public string Resolve(string text)
    {
        for (var step = 0; step < Steps && text.IndexOf("${", StringComparison.Ordinal) is var start and >= 0; step++)
        {
            var end = text.IndexOf('}', start);
            if (end < 0 || Lookup(text[(start + 2)..end]) is not { Length: < 4096 } value || text.Length > 4096) break;
            if (expansions++ == Expansions) throw new LimitReachedException($"more than {Expansions} properties to fill in");
            text = text[..start] + value + text[(end + 1)..];
        }

        return text;
    }

    private string? Lookup(string name)
    {
        if (values.GetValueOrDefault("properties/" + name) is { } property) return property;

        var own = name.StartsWith("project.", StringComparison.Ordinal) ? name[8..]
            : name.StartsWith("pom.", StringComparison.Ordinal) ? name[4..]
            : name;
        return own switch
        {
            "groupId" => Value("groupId", "parent/groupId"),
            "version" => Value("version", "parent/version"),
            "artifactId" or "parent.version" or "parent.groupId" => Value(own.Replace('.', '/')),
            _ => null,
        } is { Length: > 0 } found ? found : null;
    }

    private string Value(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (values.TryGetValue(name, out var value)) return value;
        }

        return "";
    }

    private void Read(XmlReader reader, ScanLimits limits)
    {
        var path = new List<string>();
        var text = new StringBuilder();
        Dictionary<string, string>? dependency = null;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth >= limits.DocumentDepth) throw new LimitReachedException($"nested deeper than {limits.DocumentDepth}");
                    if (reader.Depth == 0 && reader.LocalName != "project") throw new FormatException("no project model");
                    if (reader.IsEmptyElement) break;
                    path.Add(reader.LocalName);
                    text.Clear();
                    if (IsDependency(path)) dependency = new(StringComparer.Ordinal);
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    text.Append(reader.Value);
                    break;
                case XmlNodeType.EndElement:
                    if (dependency is not null && IsDependency(path)) Take(path, dependency);
                    else if (dependency is not null && path.Count > 1 && IsDependency(path[..^1])) dependency.TryAdd(path[^1], text.ToString().Trim());
                    else Take(path, text.ToString().Trim());
                    path.RemoveAt(path.Count - 1);
                    text.Clear();
                    break;
            }
        }
    }

    private static bool IsDependency(List<string> path) => path switch
    {
        [_, "dependencies", "dependency"] or [_, "dependencyManagement", "dependencies", "dependency"] => true,
        _ => false,
    };

    private void Take(List<string> path, string value)
    {
        var name = path switch
        {
            [_, "groupId" or "artifactId" or "version"] => path[1],
            [_, "parent", "groupId" or "artifactId" or "version"] => $"parent/{path[2]}",
            [_, "properties", _] => $"properties/{path[2]}",
            _ => "",
        };
        if (name.Length > 0) values[name] = value;
    }

    private void Take(List<string> path, Dictionary<string, string> parts) =>
        (path.Count == 3 ? Dependencies : Managed).Add(new(
            parts.GetValueOrDefault("groupId", ""),
            parts.GetValueOrDefault("artifactId", ""),
            parts.GetValueOrDefault("version", ""),
            parts.GetValueOrDefault("scope", ""),
            parts.GetValueOrDefault("type", "")));
}
