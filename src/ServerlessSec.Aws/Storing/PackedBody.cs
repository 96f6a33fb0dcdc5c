using System.IO.Compression;
using Amazon.DynamoDBv2.Model;

namespace ServerlessSec.Aws.Storing;

/// <summary>A row's body: JSON, compressed where that is worth it. A row holds at most 400 kB.</summary>
internal static class PackedBody
{
    public const string Name = "Body";

    /// <summary>Leaves room for a row's other attributes.</summary>
    public const int Limit = 360_000;

    private const int WorthIt = 1_024;

    // JSON begins with a brace, so this cannot be its first byte.
    private const byte Brotli = 1;

    public static AttributeValue Of(byte[] json)
    {
        var body = json.Length <= WorthIt ? json : Compress(json);
        return body.Length <= Limit ? new() { B = new(body) } : throw new FormatException($"a body of {json.Length} bytes does not fit into a row");
    }

    public static byte[] Read(IReadOnlyDictionary<string, AttributeValue> row)
    {
        var body = row.GetValueOrDefault(Name)?.B?.ToArray() ?? throw new FormatException($"the row '{RowKey.Of(row)}' has no body");
        if (body is not [Brotli, ..]) return body;
        using var input = new BrotliStream(new MemoryStream(body, 1, body.Length - 1), CompressionMode.Decompress);
        using var output = new MemoryStream();
        input.CopyTo(output);
        return output.ToArray();
    }

    private static byte[] Compress(byte[] json)
    {
        using var output = new MemoryStream();
        output.WriteByte(Brotli);
        using (var brotli = new BrotliStream(output, CompressionLevel.Optimal, leaveOpen: true)) brotli.Write(json);
        return output.ToArray();
    }
}
