using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation;

/// <summary>What a policy must allow for a call.</summary>
public sealed record Grant(string Action, string Resource);

/// <summary>A request that somebody other than the harness made.</summary>
/// <param name="Caller">The ARN of the role, else the access key.</param>
public sealed record LoggedCall(string Service, string Operation, string Caller, int Status, IReadOnlyList<Grant> Grants)
{
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
                [.. json["grants"]!.AsArray().Select(static g => new Grant(g!["action"]!.GetValue<string>(), g["resource"]!.GetValue<string>()))])
            {
                At = DateTimeOffset.UnixEpoch.AddSeconds(json["time"]!.GetValue<double>()),
            };
        }
    }
}
