using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessSec.Inventory.Python;

/// <summary>A digest that an installer wrote down.</summary>
internal readonly record struct RecordedDigest(HashAlgorithmName Algorithm, ImmutableArray<byte> Bytes);

/// <summary>One line of a <c>RECORD</c>.</summary>
/// <param name="Path">Relative to the folder that holds the <c>.dist-info</c>.</param>
/// <param name="Digest">Null where the line has none, or one of an algorithm that is not trusted.</param>
/// <param name="Size">Bytes; null where the line has none.</param>
internal readonly record struct RecordRow(string Path, RecordedDigest? Digest, long? Size);

/// <summary>Reads <c>*.dist-info/RECORD</c>: CSV of path, <c>ALGORITHM=URLSAFE-BASE64</c> without padding, and size
/// (https://packaging.python.org/specifications/recording-installed-packages/#the-record-file).</summary>
internal static class RecordFile
{
    public static IEnumerable<RecordRow> Read(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var fields = new List<string>(3);
        for (var at = text.StartsWith('\uFEFF') ? 1 : 0; at < text.Length;)
        {
            at = Line(text, at, fields);
            if (fields is not [{ Length: > 0 } path, ..]) continue;
            yield return new(
                path.Replace('\\', '/'),
                fields.Count > 1 ? Digest(fields[1]) : null,
                fields.Count > 2 && long.TryParse(fields[2], out var size) && size >= 0 ? size : null);
        }
    }

    /// <summary>One line's fields; gives where the next line begins (RFC 4180).</summary>
    private static int Line(string text, int at, List<string> fields)
    {
        fields.Clear();
        while (true)
        {
            if (at < text.Length && text[at] == '"')
            {
                at = Quoted(text, at + 1, out var field);
                fields.Add(field);
            }
            else
            {
                var end = text.AsSpan(at).IndexOfAny(',', '\n') is var found and >= 0 ? at + found : text.Length;
                fields.Add(text[at..end].TrimEnd('\r'));
                at = end;
            }

            // Whatever follows a closing quote belongs to nothing.
            while (at < text.Length && text[at] is not (',' or '\n')) at++;
            if (at >= text.Length || text[at] == '\n') return at + 1;
            at++;
        }
    }

    private static int Quoted(string text, int at, out string field)
    {
        var value = new StringBuilder();
        while (at < text.Length)
        {
            if (text[at] != '"') value.Append(text[at++]);
            else if (at + 1 < text.Length && text[at + 1] == '"') { value.Append('"'); at += 2; }
            else break;
        }

        field = value.ToString();
        return Math.Min(text.Length, at + 1);
    }

    private static RecordedDigest? Digest(string text)
    {
        var cut = text.IndexOf('=', StringComparison.Ordinal);
        (HashAlgorithmName Algorithm, int Length)? known = (cut < 0 ? "" : text[..cut]) switch
        {
            "sha256" => (HashAlgorithmName.SHA256, 32),
            "sha384" => (HashAlgorithmName.SHA384, 48),
            "sha512" => (HashAlgorithmName.SHA512, 64),
            _ => null,
        };
        if (known is not { } digest) return null;
        var base64 = text[(cut + 1)..].TrimEnd('=').Replace('-', '+').Replace('_', '/');
        if (base64.Length > 96) return null;
        Span<byte> bytes = stackalloc byte[72];
        return Convert.TryFromBase64String(base64.PadRight((base64.Length + 3) / 4 * 4, '='), bytes, out var length) && length == digest.Length
            ? new(digest.Algorithm, [.. bytes[..length]])
            : null;
    }
}
