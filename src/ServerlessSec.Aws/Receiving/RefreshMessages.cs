using System.Text.Json;
using ServerlessSec.Advisories;

namespace ServerlessSec.Aws.Receiving;

/// <summary><c>{"kind":"refresh"}</c> from the schedule; with an ecosystem, that one's share of it.</summary>
public static class RefreshMessages
{
    public static string Write(string ecosystem) => $$"""{"kind":"refresh","ecosystem":"{{JsonEncodedText.Encode(ecosystem)}}"}""";

    /// <summary>The ecosystem, or null for all.</summary>
    /// <exception cref="UnreadableMessageException">It is no such message.</exception>
    public static string? Read(string body)
    {
        try
        {
            using var json = JsonText.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("kind", out var kind) || kind.ValueKind != JsonValueKind.String || !kind.ValueEquals("refresh"))
                throw new UnreadableMessageException("it is no message to refresh");
            if (!json.RootElement.TryGetProperty("ecosystem", out var named)) return null;
            return named.ValueKind == JsonValueKind.String && Ecosystems.IsKnown(named.GetString()!)
                ? Ecosystems.Base(named.GetString()!)
                : throw new UnreadableMessageException("it names no ecosystem that is known");
        }
        catch (JsonException malformed)
        {
            throw new UnreadableMessageException("the message is not JSON", malformed);
        }
    }
}
