using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Reports.CycloneDx;

/// <summary>CycloneDX 1.6 as JSON. Equal input gives equal bytes, the serial number included: it is derived from the content.</summary>
public static class CycloneDxReport
{
    /// <summary>Everything a scan found in its functions, with the vulnerabilities among the findings.</summary>
    public static void Write(ScanReport report, Stream output) => Write(Bom.Of(report), output);

    /// <summary>What one package holds.</summary>
    public static void Write(string target, DateOnly today, PackageInventory inventory, Stream output) =>
        Write(Bom.Of(target, today, inventory), output);

    private static void Write(Bom bom, Stream output)
    {
        using var sha = SHA256.Create();
        using (var digest = new CryptoStream(Stream.Null, sha, CryptoStreamMode.Write)) WriteOnce(bom, null, digest);
        WriteOnce(bom, SerialNumber(sha.Hash!), output);
    }

    private static void WriteOnce(Bom bom, string? serialNumber, Stream output)
    {
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using var json = new Utf8JsonWriter(new UnflushedStream(output), options);
        json.WriteStartObject();
        json.WriteString("$schema", "http://cyclonedx.org/schema/bom-1.6.schema.json");
        json.WriteString("bomFormat", "CycloneDX");
        json.WriteString("specVersion", "1.6");
        if (serialNumber is not null) json.WriteString("serialNumber", serialNumber);
        json.WriteNumber("version", 1);
        BomMetadata.Write(json, bom);
        BomComponents.Write(json, bom);
        BomComponents.WriteDependencies(json, bom);
        BomCompleteness.Write(json, bom);
        BomVulnerabilities.Write(json, bom);
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);
    }

    /// <summary>RFC 9562 §5.8: a digest of our own choice under version 8.</summary>
    private static string SerialNumber(ReadOnlySpan<byte> digest)
    {
        Span<byte> bytes = stackalloc byte[16];
        digest[..16].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return $"urn:uuid:{new Guid(bytes, bigEndian: true)}";
    }
}
