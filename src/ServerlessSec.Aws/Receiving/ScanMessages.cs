using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Receiving;

/// <summary>A job as it travels: the function's ARN, why, and the least that it wants to be seen. The queue says which scan.</summary>
public static class ScanMessages
{
    public static string Write(ScanJob job) => JsonSerializer.Serialize(
        new()
        {
            Function = job.Function.Arn,
            EventId = job.EventId,
            Attempt = job.Attempt,
            NotBefore = job.Wish.NotBefore,
            Generation = job.Wish.Advisories,
            Schema = job.Wish.Schema,
            Absent = job.Absent ? true : null,
            Bulk = job.Bulk ? true : null,
        },
        MessageJson.Default.ScanMessage);

    /// <exception cref="UnreadableMessageException">It is no such message.</exception>
    public static ScanJob Read(string body, ScanKind scan)
    {
        var message = Json(body, MessageJson.Default.ScanMessage);
        var owner = Function(message.Function ?? "");
        if (owner.Function is null || message.EventId is null) throw new UnreadableMessageException("it is no scan message: 'function' or 'eventId' is missing");
        return new()
        {
            Function = owner,
            Scan = scan,
            EventId = message.EventId,
            Attempt = message.Attempt ?? 1,
            Wish = new(message.NotBefore ?? default, message.Generation, message.Schema ?? ApplicationRecord.CurrentSchema),
            Absent = message.Absent ?? false,
            Bulk = message.Bulk ?? false,
        };
    }

    /// <summary>Of event, function, scan and attempt; never of content.</summary>
    public static string DeduplicationId(ScanJob job) => DeduplicationId(job.EventId, job.Function.Arn, job.Scan.ToString(), $"{job.Attempt}");

    internal static string DeduplicationId(params IEnumerable<string> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts))));

    private static Owner Function(string arn)
    {
        try
        {
            return Owner.Parse(arn);
        }
        catch (FormatException malformed)
        {
            throw new UnreadableMessageException("it is no scan message: 'function' is no ARN of a function", malformed);
        }
    }

    internal static T Json<T>(string body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new UnreadableMessageException("the message is 'null'");
        }
        catch (JsonException malformed)
        {
            throw new UnreadableMessageException("the message is not JSON of the expected shape", malformed);
        }
    }
}

/// <summary>What waits in the deployments queue to be looked at again, beside events: a job put back, or a changed role's or policy's second look.</summary>
internal static class AgainMessages
{
    public const string Kind = "again";

    public static string Write(ScanJob job) => JsonSerializer.Serialize(
        new() { Kind = Kind, Scan = job.Scan.ToString(), Job = ScanMessages.Write(job) }, MessageJson.Default.AgainMessage);

    public static string Write(DeploymentHint hint, DateTimeOffset notBefore) => JsonSerializer.Serialize(
        new() { Kind = Kind, EventId = hint.EventId, NotBefore = notBefore, Roles = [.. hint.Roles], Policies = [.. hint.Policies] }, MessageJson.Default.AgainMessage);

    /// <summary>Null where the message is of another kind.</summary>
    public static AgainMessage? Read(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("kind", out var kind) && kind.ValueKind == JsonValueKind.String && kind.ValueEquals(Kind)
            ? ScanMessages.Json(root.GetRawText(), MessageJson.Default.AgainMessage)
            : null;
}

internal sealed record ScanMessage
{
    public string? Function { get; init; }

    public string? EventId { get; init; }

    public int? Attempt { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Of advisories.</summary>
    public long? Generation { get; init; }

    public int? Schema { get; init; }

    public bool? Absent { get; init; }

    public bool? Bulk { get; init; }
}

internal sealed record AgainMessage
{
    public string? Kind { get; init; }

    public string? Scan { get; init; }

    /// <summary>A <see cref="ScanMessage"/>.</summary>
    public string? Job { get; init; }

    public string? EventId { get; init; }

    public DateTimeOffset? NotBefore { get; init; }

    public string[]? Roles { get; init; }

    public string[]? Policies { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ScanMessage))]
[JsonSerializable(typeof(AgainMessage))]
internal sealed partial class MessageJson : JsonSerializerContext;
