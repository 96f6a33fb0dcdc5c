using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports.OpenVex;

/// <summary>
/// OpenVEX 0.2.0: of every vulnerability found, what is known and decided about it. Equal input gives equal bytes, the document's id
/// included: it is derived from the content.
/// </summary>
/// <remarks>Where no vulnerability was found the list of statements is empty; the official schema wants one at least.</remarks>
public static class OpenVexReport
{
    public static void Write(ScanReport report, Stream output)
    {
        var statements = OpenVexStatement.Of(report);
        using var sha = SHA256.Create();
        using (var digest = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write)) WriteOnce(report, statements, "", digest);
        WriteOnce(report, statements, "urn:serverlesssec:vex:" + Convert.ToHexStringLower(sha.Hash!), output);
    }

    private static void WriteOnce(ScanReport report, List<OpenVexStatement> statements, string id, Stream output)
    {
        using var json = new Utf8JsonWriter(output, Wire.Options);
        json.WriteStartObject();
        json.WriteString("@context", "https://openvex.dev/ns/v0.2.0");
        json.WriteString("@id", id);
        json.WriteString("author", Tool.Name);
        json.WriteString("role", "Scanner");
        json.WriteString("timestamp", report.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00Z");
        json.WriteNumber("version", 1);
        json.WriteString("tooling", $"{Tool.Name}/{Tool.Version}");
        json.WriteStartArray("statements");
        foreach (var statement in statements) statement.Write(json);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }
}
