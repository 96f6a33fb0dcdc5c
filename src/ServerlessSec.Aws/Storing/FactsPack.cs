using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessSec.Facts;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// Facts records of many functions in one object beside their own ones, a line of JSON each, so that joining reads one
/// object and what changed since. A line is known by its content: a pack that is old or cut short only holds less.
/// </summary>
internal sealed class FactsPack(IAmazonS3 client, string bucket)
{
    /// <summary>A write costs as much as about so many reads: for fewer no pack is read or written.</summary>
    public const int Worth = 12;

    public const string Key = "packs/facts.jsonl.br";

    private const int Most = 256 << 20;

    /// <summary>Of a record with this content.</summary>
    public static string Address(ReadOnlySpan<byte> json) => $"v{ApplicationRecord.CurrentSchema}/{Digest(json)}";

    public static string Digest(ReadOnlySpan<byte> json) => Convert.ToHexStringLower(SHA256.HashData(json));

    /// <summary>Those of the wanted records that are in the pack, by address.</summary>
    public async Task<Dictionary<string, byte[]>> ReadAsync(HashSet<string> wanted, CancellationToken stop)
    {
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        try
        {
            using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = Key }, stop).ConfigureAwait(false);
            using var lines = new BrotliStream(answer.ResponseStream, CompressionMode.Decompress);
            await ReadAsync(lines, wanted, found, stop).ConfigureAwait(false);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            // None was worth it yet.
        }
        catch (InvalidDataException)
        {
            // What came before is what its address says.
        }
        catch (InvalidOperationException corrupt) when (corrupt is not ObjectDisposedException)
        {
            // Which is how the decoder says that the data is none of its own.
        }

        return found;
    }

    public async Task WriteAsync(IEnumerable<byte[]> records, CancellationToken stop)
    {
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var length = 0L;
            foreach (var record in records)
            {
                if ((length += record.Length + 1) > Most) break;
                brotli.Write(record);
                brotli.WriteByte((byte)'\n');
            }
        }

        packed.Position = 0;
        await client.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = Key, InputStream = packed, ContentType = "application/jsonl", AutoCloseStream = false },
            stop).ConfigureAwait(false);
    }

    private static async Task ReadAsync(Stream lines, HashSet<string> wanted, Dictionary<string, byte[]> found, CancellationToken stop)
    {
        var line = new ArrayBufferWriter<byte>();
        var buffer = new byte[81_920];
        var length = 0L;
        for (int read; (read = await lines.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0;)
        {
            if ((length += read) > Most) return;
            Split(buffer.AsSpan(0, read), line, wanted, found);
        }
    }

    private static void Split(ReadOnlySpan<byte> read, ArrayBufferWriter<byte> line, HashSet<string> wanted, Dictionary<string, byte[]> found)
    {
        for (int end; (end = read.IndexOf((byte)'\n')) >= 0; read = read[(end + 1)..])
        {
            line.Write(read[..end]);
            if (Address(line.WrittenSpan) is var address && wanted.Contains(address)) found[address] = line.WrittenSpan.ToArray();
            line.ResetWrittenCount();
        }

        line.Write(read);
    }
}
