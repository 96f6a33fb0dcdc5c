using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessSec.Shared;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ServerlessSec.Functions.Stack;

/// <summary>template.yaml as JSON, short intrinsics written long: <c>!Ref X</c> is <c>{"Ref": "X"}</c>.</summary>
internal static class StackTemplate
{
    private static readonly Lazy<JsonObject> Loaded = new(static () => Read(Repository.Path("template.yaml")));

    public static JsonObject Root => Loaded.Value;

    public static IEnumerable<Resource> Resources => Root[nameof(Resources)]!.AsObject().Select(static r => new Resource(r.Key, r.Value!.AsObject()));

    public static Resource Get(string id) => new(id, Root[nameof(Resources)]![id]?.AsObject() ?? throw new KeyNotFoundException($"no resource '{id}'"));

    public static IEnumerable<Resource> OfType(string type) => Resources.Where(r => r.Type == type);

    public static IEnumerable<Resource> Functions => OfType("AWS::Serverless::Function");

    public static JsonObject Read(string file)
    {
        using var text = File.OpenText(file);
        var yaml = new YamlStream();
        yaml.Load(text);
        return Convert(yaml.Documents[0].RootNode)!.AsObject();
    }

    /// <summary>Every node below, each with its path.</summary>
    public static IEnumerable<(string Path, JsonNode? Node)> Walk(JsonNode? node, string path = "")
    {
        yield return (path, node);
        var children = node switch
        {
            JsonObject map => map.Select(p => ($"{path}/{p.Key}", p.Value)),
            JsonArray list => list.Select((n, i) => ($"{path}/{i}", n)),
            _ => [],
        };
        foreach (var (below, child) in children)
        {
            foreach (var found in Walk(child, below)) yield return found;
        }
    }

    /// <summary>The logical id that a <c>Ref</c> or <c>GetAtt</c> names.</summary>
    public static string? Target(JsonNode? node) => node switch
    {
        JsonObject map when map["Ref"] is { } id => id.GetValue<string>(),
        JsonObject map when map["Fn::GetAtt"] is JsonArray path => path[0]!.GetValue<string>(),
        _ => null,
    };

    private static JsonNode? Convert(YamlNode node)
    {
        var tag = node.Tag.IsEmpty || node.Tag.IsNonSpecific ? "" : node.Tag.Value;
        var value = Untagged(node, tag.Length > 0);
        return tag switch
        {
            "" => value,
            "!Ref" or "!Condition" => new JsonObject { [tag[1..]] = value },
            "!GetAtt" => new JsonObject { ["Fn::GetAtt"] = new JsonArray([.. value!.GetValue<string>().Split('.', 2).Select(static p => (JsonNode)p)]) },
            _ => new JsonObject { ["Fn::" + tag[1..]] = value },
        };
    }

    private static JsonNode? Untagged(YamlNode node, bool isText) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(static p => KeyValuePair.Create(((YamlScalarNode)p.Key).Value!, Convert(p.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag when !isText => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when !isText && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => throw new FormatException($"'{node}' is no YAML of a template"),
    };
}

internal sealed record Resource(string Id, JsonObject Json)
{
    public string Type => Json[nameof(Type)]!.GetValue<string>();

    public string? Condition => Json[nameof(Condition)]?.GetValue<string>();

    public JsonObject Properties => Json[nameof(Properties)]?.AsObject() ?? [];

    public JsonNode? this[string property] => Properties[property];

    public long Number(string property) => Properties[property]!.GetValue<long>();

    public override string ToString() => Id;
}
