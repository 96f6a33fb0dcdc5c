using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessSec.Shared;

namespace ServerlessSec.Reports.Asff;

/// <summary>Holds a document against a shape of an AWS service model: members, types, enums, patterns, bounds.</summary>
internal sealed class ServiceShapes
{
    private readonly JsonElement shapes = JsonDocument
        .Parse(File.ReadAllText(Repository.Path("tests/ServerlessSec.Core.Tests/Reports/Asff/securityhub-shapes.json")))
        .RootElement.GetProperty("shapes");

    public IEnumerable<string> Faults(string shape, JsonElement value, string path = "")
    {
        var model = shapes.GetProperty(shape);
        return model.GetProperty("type").GetString() switch
        {
            "structure" => Structure(model, value, path),
            "list" => List(model, value, path),
            "map" => Map(model, value, path),
            "string" or "timestamp" => Text(model, value, path),
            "integer" or "long" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? [] : [$"{path} is no integer"],
            "double" => value.ValueKind == JsonValueKind.Number ? [] : [$"{path} is no number"],
            "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False ? [] : [$"{path} is no truth value"],
            var other => [$"{path} has the unknown type {other}"],
        };
    }

    private IEnumerable<string> Structure(JsonElement model, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return [$"{path} is no structure"];
        var known = model.TryGetProperty("members", out var members) ? members : default;
        var lacking = model.TryGetProperty("required", out var required)
            ? required.EnumerateArray().Select(name => name.GetString()!).Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path}/{name} is lacking")
            : [];
        return lacking.Concat(value.EnumerateObject().SelectMany(member => known.ValueKind == JsonValueKind.Object && known.TryGetProperty(member.Name, out var shape)
            ? Faults(shape.GetString()!, member.Value, $"{path}/{member.Name}")
            : [$"{path}/{member.Name} is not known"]));
    }

    private IEnumerable<string> List(JsonElement model, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Array) return [$"{path} is no list"];
        var item = model.GetProperty("member").GetString()!;
        return Bounds(model, value.GetArrayLength(), path).Concat(value.EnumerateArray().SelectMany((element, i) => Faults(item, element, $"{path}/{i}")));
    }

    private IEnumerable<string> Map(JsonElement model, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) return [$"{path} is no map"];
        var item = model.GetProperty("value").GetString()!;
        return Bounds(model, value.EnumerateObject().Count(), path).Concat(value.EnumerateObject().SelectMany(member => Faults(item, member.Value, $"{path}/{member.Name}")));
    }

    private static IEnumerable<string> Text(JsonElement model, JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String) return [$"{path} is no text"];
        var text = value.GetString()!;
        var faults = Bounds(model, text.Length, path);
        if (model.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.GetString() == text)) faults = faults.Append($"{path} is '{text}'");
        if (model.TryGetProperty("pattern", out var pattern) && !Regex.IsMatch(text, pattern.GetString()!)) faults = faults.Append($"{path} does not match {pattern}");
        return faults;
    }

    private static IEnumerable<string> Bounds(JsonElement model, int size, string path)
    {
        if (model.TryGetProperty("min", out var min) && size < min.GetDouble()) yield return $"{path} has {size}, less than {min}";
        if (model.TryGetProperty("max", out var max) && size > max.GetDouble()) yield return $"{path} has {size}, more than {max}";
    }
}
