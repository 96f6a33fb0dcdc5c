using System.Formats.Tar;
using System.Text;

namespace ServerlessSec.Packages.Images;

/// <summary>One entry of a layer; a link has a target instead of content, and a name with a slash at its end is a folder.</summary>
internal sealed record Entry(string Name, string? Content = null, string? Symbolic = null, string? Hard = null);

/// <summary>Layers, written by the framework.</summary>
internal static class Tars
{
    public static byte[] Of(params Entry[] entries) => As(TarEntryFormat.Pax, entries);

    public static byte[] As(TarEntryFormat format, params Entry[] entries)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, format, leaveOpen: true))
        {
            foreach (var entry in entries) writer.WriteEntry(Make(format, entry));
        }

        return bytes.ToArray();
    }

    private static System.Formats.Tar.TarEntry Make(TarEntryFormat format, Entry entry)
    {
        var type = entry switch
        {
            { Symbolic: not null } => TarEntryType.SymbolicLink,
            { Hard: not null } => TarEntryType.HardLink,
            _ when entry.Name.EndsWith('/') => TarEntryType.Directory,
            _ when format == TarEntryFormat.V7 => TarEntryType.V7RegularFile,
            _ => TarEntryType.RegularFile,
        };
        System.Formats.Tar.TarEntry made = format switch
        {
            TarEntryFormat.Pax => new PaxTarEntry(type, entry.Name),
            TarEntryFormat.Gnu => new GnuTarEntry(type, entry.Name),
            TarEntryFormat.Ustar => new UstarTarEntry(type, entry.Name),
            _ => new V7TarEntry(type, entry.Name),
        };
        if (entry.Symbolic is { } symbolic) made.LinkName = symbolic;
        else if (entry.Hard is { } hard) made.LinkName = hard;
        else if (!entry.Name.EndsWith('/')) made.DataStream = new MemoryStream(Encoding.UTF8.GetBytes(entry.Content ?? ""));
        return made;
    }
}
