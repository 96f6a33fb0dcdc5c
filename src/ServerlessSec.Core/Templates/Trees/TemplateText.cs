using System.Text;
using System.Text.Json;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates.Trees;

/// <summary>Bytes or text of unknown kind to a tree.</summary>
internal static class TemplateText
{
    /// <summary>UTF-8 or UTF-16 by its byte order mark; refuses what is no text at all.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string file)
    {
        var text = bytes switch
        {
            [0xEF, 0xBB, 0xBF, ..] => Encoding.UTF8.GetString(bytes[3..]),
            [0xFF, 0xFE, ..] => Encoding.Unicode.GetString(bytes[2..]),
            [0xFE, 0xFF, ..] => Encoding.BigEndianUnicode.GetString(bytes[2..]),
            _ => Encoding.UTF8.GetString(bytes),
        };
        if (text.AsSpan().ContainsAny(Binary)) throw new FormatException($"'{file}' is binary, not a template");
        return text;
    }

    public static TemplateTree Parse(string text, ScanLimits limits, string file)
    {
        if (text.Length > limits.ManifestBytes) throw new LimitReachedException($"'{file}' is larger than {limits.ManifestBytes} bytes");
        // A literal bracket of ours must not pass for a hole.
        text = text.TrimStart('\uFEFF').Replace(Text.Open, '‹').Replace(Text.Close, '›');
        if (text.AsSpan().ContainsAny(Binary)) throw new FormatException($"'{file}' is binary, not a template");
        if (text.AsSpan().TrimStart() is ['{', ..])
        {
            try
            {
                return JsonTree.Read(Encoding.UTF8.GetBytes(text), limits, file);
            }
            catch (JsonException)
            {
                // A flow mapping of YAML begins the same way.
            }
        }

        return YamlTree.Read(text, limits, file);
    }

    private static readonly System.Buffers.SearchValues<char> Binary =
        System.Buffers.SearchValues.Create(
            "\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000E\u000F\u0010\u0011"
            + "\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001C\u001D\u001E\u001F");
}
