using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ServerlessSec.Secrets;

/// <summary>What formats say of themselves.</summary>
internal static class Checksums
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The last six characters of a GitHub token are the CRC-32 of those before, in base 62.</summary>
    public static bool FitsGitHub(string token)
    {
        var body = token.AsSpan(token.IndexOf('_', StringComparison.Ordinal) + 1);
        if (body.Length != 36) return !Placeholders.IsPlaceholder(token);
        var checksum = Crc32(body[..^6]);
        for (var i = 0; i < 6; i++, checksum /= 62)
        {
            if (body[^(i + 1)] != Digits[(int)(checksum % 62)]) return false;
        }

        return true;
    }

    /// <summary>The head of a JSON web token names its algorithm.</summary>
    public static bool IsTokenHeader(string token)
    {
        var head = token.AsSpan(0, token.IndexOf('.', StringComparison.Ordinal));
        if (head.Length > 4_000 || !Base64Url.IsValid(head)) return false;
        var bytes = new byte[Base64Url.GetMaxDecodedLength(head.Length)];
        return Base64Url.DecodeFromChars(head, bytes, out _, out var written) == OperationStatus.Done
            && Encoding.UTF8.GetString(bytes, 0, written) is var text
            && text.StartsWith('{')
            && text.EndsWith('}')
            && text.Contains("\"alg\"", StringComparison.Ordinal);
    }

    private static uint Crc32(ReadOnlySpan<char> text)
    {
        var crc = uint.MaxValue;
        foreach (var c in text)
        {
            crc ^= (byte)c;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
