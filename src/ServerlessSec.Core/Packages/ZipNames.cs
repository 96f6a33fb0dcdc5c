using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace ServerlessSec.Packages;

/// <summary>Decodes entry names. Unless a name says that it is UTF-8 it is code page 437 (APPNOTE.TXT, appendix D),
/// though many writers leave UTF-8 unmarked.</summary>
internal static class ZipNames
{
    private const ushort UnicodePathExtra = 0x7075;

    private const string UpperHalf =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
        + "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

    public static string Decode(ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        if (Ascii.IsValid(name)) return Encoding.ASCII.GetString(name);
        if (UnicodePath(name, extra) is { } unicode) return unicode;
        return Utf8.IsValid(name) ? Encoding.UTF8.GetString(name) : FromCodePage437(name);
    }

    /// <summary>Walks the extra field's blocks to the one with <paramref name="id"/>; empty where there is none.</summary>
    public static ReadOnlySpan<byte> Extra(ReadOnlySpan<byte> extra, ushort id)
    {
        while (extra.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (size > extra.Length - 4) break;
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == id) return extra.Slice(4, size);
            extra = extra[(4 + size)..];
        }

        return [];
    }

    private static string? UnicodePath(ReadOnlySpan<byte> name, ReadOnlySpan<byte> extra)
    {
        var block = Extra(extra, UnicodePathExtra);
        if (block.Length < 6 || block[0] != 1 || !Utf8.IsValid(block[5..])) return null;
        return BinaryPrimitives.ReadUInt32LittleEndian(block[1..]) == Crc32.Append(0, name) ? Encoding.UTF8.GetString(block[5..]) : null;
    }

    private static string FromCodePage437(ReadOnlySpan<byte> name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var value in name) text.Append(value < 0x80 ? (char)value : UpperHalf[value - 0x80]);
        return text.ToString();
    }
}
