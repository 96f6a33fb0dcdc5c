using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation;

/// <summary>What a policy must allow for a call, or for what a service does with a role by itself.</summary>
/// <param name="Context">Condition keys and their values: all that the request has.</param>
/// <param name="IsOptional">Without it the answer says what it lacks.</param>
public sealed record Grant(string Action, string Resource, ImmutableSortedDictionary<string, ImmutableArray<string>> Context, bool IsOptional)
{
    internal static ImmutableArray<Grant> Read(JsonNode list) =>
    [
        .. list.AsArray().Select(static g => new Grant(
            g!["action"]!.GetValue<string>(),
            g["resource"]!.GetValue<string>(),
            g["context"]!.AsObject().ToImmutableSortedDictionary(static k => k.Key, static k => k.Value!.AsArray().Select(static v => v!.GetValue<string>()).ToImmutableArray()),
            g["optional"]!.GetValue<bool>())),
    ];
}

/// <summary>A request that somebody other than the harness made.</summary>
/// <param name="Caller">The ARN of the role, else the access key.</param>
public sealed record LoggedCall(string Service, string Operation, string Caller, int Status, IReadOnlyList<Grant> Grants)
{
    /// <summary>How many items, messages or findings it holds.</summary>
    public int Items { get; init; } = 1;

    /// <summary>When it was answered.</summary>
    public DateTimeOffset At { get; init; }

    internal static IEnumerable<LoggedCall> Read(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            var json = JsonNode.Parse(line)!;
            yield return new(
                json["service"]!.GetValue<string>(),
                json["operation"]!.GetValue<string>(),
                json["caller"]!.GetValue<string>(),
                json["status"]!.GetValue<int>(),
                Grant.Read(json["grants"]!))
            {
                Items = json["items"]!.GetValue<int>(),
                At = DateTimeOffset.UnixEpoch.AddSeconds(json["time"]!.GetValue<double>()),
            };
        }
    }
}
