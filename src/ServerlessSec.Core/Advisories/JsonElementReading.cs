using System.Text.Json;

namespace ServerlessSec.Advisories;

/// <summary>Reads members that may be absent or of another kind than expected.</summary>
internal static class JsonElementReading
{
    extension(JsonElement element)
    {
        public JsonElement Member(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) ? member : default;

        public string? Text(string name) => element.Member(name).AsText();

        public bool Flag(string name) => element.Member(name).ValueKind == JsonValueKind.True;

        public IEnumerable<JsonElement> Items(string name)
        {
            var member = element.Member(name);
            return member.ValueKind == JsonValueKind.Array ? member.EnumerateArray() : [];
        }

        public IEnumerable<string> Texts(string name) => element.Items(name).Select(AsText).OfType<string>();
    }

    private static string? AsText(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // Bytes that are not UTF-8, or half of a surrogate pair.
            return null;
        }
    }
}
