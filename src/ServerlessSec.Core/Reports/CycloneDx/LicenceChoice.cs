using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>Licences as CycloneDX wants them: one expression, or a list of SPDX ids and names.</summary>
internal static class LicenceChoice
{
    public static void Write(Utf8JsonWriter json, ImmutableArray<string> licences)
    {
        if (licences.IsEmpty) return;

        json.WriteStartArray("licenses");
        if (licences is [var only] && SpdxIds.Find(only) is null && IsExpression(only))
        {
            json.WriteStartObject();
            json.WriteString("expression", only);
            json.WriteEndObject();
        }
        else
        {
            foreach (var licence in licences) WriteOne(json, licence);
        }

        json.WriteEndArray();
    }

    private static void WriteOne(Utf8JsonWriter json, string licence)
    {
        json.WriteStartObject();
        json.WriteStartObject("license");
        if (SpdxIds.Find(licence) is { } id) json.WriteString("id", id);
        else json.WriteString("name", licence);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>SPDX 2.3, annex D: known ids joined by operators, brackets balanced.</summary>
    internal static bool IsExpression(string text)
    {
        var open = 0;
        var wantsId = true;
        foreach (var token in text
            .Replace("(", " ( ", StringComparison.Ordinal)
            .Replace(")", " ) ", StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            switch (token)
            {
                case "(" when wantsId:
                    open++;
                    break;
                case ")" when !wantsId && open > 0:
                    open--;
                    break;
                case "AND" or "OR" or "WITH" when !wantsId:
                    wantsId = true;
                    break;
                case not ("(" or ")" or "AND" or "OR" or "WITH") when wantsId && IsKnown(token):
                    wantsId = false;
                    break;
                default:
                    return false;
            }
        }

        return open == 0 && !wantsId;
    }

    private static bool IsKnown(string token) =>
        SpdxIds.Find(token) is not null
            || SpdxIds.Find(token.TrimEnd('+')) is not null
            || token.StartsWith("LicenseRef-", StringComparison.Ordinal);
}
