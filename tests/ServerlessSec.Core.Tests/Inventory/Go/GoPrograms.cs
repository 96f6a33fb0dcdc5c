using System.Text;
using ServerlessSec.Inventory.Binaries;

namespace ServerlessSec.Inventory.Go;

/// <summary>Writes build info as linkers of both ages do.</summary>
internal static class GoPrograms
{
    private static readonly byte[] Mark = [0xff, .. " Go buildinf:"u8];

    // Any sixteen bytes will do before and after the list.
    private static readonly byte[] Frame = [.. Enumerable.Range(0x30, 16).Select(value => (byte)value)];

    public static byte[] Inline(string toolchain, string? modules)
    {
        byte[] list = modules is null ? [] : [.. Frame, .. Encoding.UTF8.GetBytes(modules), .. Frame];
        byte[] name = Encoding.UTF8.GetBytes(toolchain);
        return [.. Mark, 8, 2, .. new byte[16], .. Length(name.Length), .. name, .. Length(list.Length), .. list];
    }

    /// <summary>Before Go 1.18: the mark points at two strings.</summary>
    public static byte[] Pointed(string toolchain, string modules, bool isWide, bool isBig)
    {
        byte[] list = [.. Frame, .. Encoding.UTF8.GetBytes(modules), .. Frame];
        byte[] name = Encoding.UTF8.GetBytes(toolchain);
        var data = new byte[128 + name.Length + list.Length];
        var to = new Programs.Writer(data, isBig, isWide);
        var size = isWide ? 8 : 4;
        Mark.CopyTo(data, 0);
        data[14] = (byte)size;
        data[15] = (byte)(isBig ? 1 : 0);
        to.Word(16, (long)Programs.Address + 64).Word(16 + size, (long)Programs.Address + 96);
        to.Word(64, (long)Programs.Address + 128).Word(64 + size, name.Length);
        to.Word(96, (long)Programs.Address + 128 + name.Length).Word(96 + size, list.Length);
        name.CopyTo(data, 128);
        list.CopyTo(data, 128 + name.Length);
        return data;
    }

    private static byte[] Length(int value) => value < 0x80 ? [(byte)value] : [(byte)(value | 0x80), .. Length(value >> 7)];
}
