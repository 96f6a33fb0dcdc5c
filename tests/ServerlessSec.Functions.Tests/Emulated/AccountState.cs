using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessSec.Emulation;

namespace ServerlessSec.Functions.Emulated;

/// <summary>All that the scanner has left behind, a line each, but for times: rows, objects, and findings in Security Hub.</summary>
internal static partial class AccountState
{
    /// <summary>The row that paces calls is about nothing but time.</summary>
    private const string Pace = "BUDGET#";

    public static async Task<List<string>> LinesAsync(EmulatedCloud cloud)
    {
        var shown = await cloud.ShowAsync();
        var lines = shown["rows"]!.AsArray().Select(static r => r!.AsObject()).Where(static r => !Key(r).StartsWith(Pace, StringComparison.Ordinal)).Select(Row)
            .Concat(shown["objects"]!.AsObject().Select(static o => $"object {o.Key} {o.Value}"))
            .Concat(shown["findings"]!.AsArray().Select(static f => $"told {Sorted(f)}"))
            .Select(static line => Generation.Replace(Instant.Replace(line, "TIME"), "GENERATION"));
        return [.. lines.Order(StringComparer.Ordinal)];
    }

    /// <summary>What only one of them has, its beginnings; empty where they are the same.</summary>
    public static string Difference(List<string> expected, List<string> actual) => string.Join(
        '\n', expected.Except(actual).Select(static l => $"- {l}").Concat(actual.Except(expected).Select(static l => $"+ {l}")).Select(static l => l[..Math.Min(600, l.Length)]));

    private static string Key(JsonObject row) => row["PK"]!["S"]!.GetValue<string>();

    private static string Row(JsonObject row)
    {
        if (row.ContainsKey("ExpiresAt")) row["ExpiresAt"] = "TIME";
        return $"row {Key(row)} {row["SK"]!["S"]} {Sorted(row)}";
    }

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject json => "{" + string.Join(", ", json.OrderBy(static p => p.Key, StringComparer.Ordinal).Select(static p => $"{p.Key}: {Sorted(p.Value)}")) + "}",
        JsonArray list => "[" + string.Join(", ", list.Select(Sorted)) + "]",
        null => "null",
        _ => node.ToJsonString(),
    };

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", RegexOptions.None, 1000)]
    private static partial Regex Instant { get; }

    /// <summary>Of advisories: a time, too.</summary>
    [GeneratedRegex(@"\bg\d{19}\b", RegexOptions.None, 1000)]
    private static partial Regex Generation { get; }
}
