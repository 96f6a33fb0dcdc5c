using System.Buffers.Binary;
using System.Text;
using ServerlessSec.Inventory.Binaries;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>Writes assemblies that hold nothing but a version resource, and single-file bundles.</summary>
internal static class Assemblies
{
    private static readonly byte[] BundleMark =
        Convert.FromHexString("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae");

    /// <param name="isManaged">Whether it says that it holds managed code.</param>
    public static byte[] Of(string name, string informational, string file, string company = "Acme", string product = "Thing", bool isManaged = true)
    {
        var info = Block("VS_VERSION_INFO", new byte[52], Block("StringFileInfo", [], Block("000004b0", [],
            Text("CompanyName", company), Text("FileVersion", file), Text("InternalName", name), Text("ProductName", product), Text("ProductVersion", informational))));
        return Programs.Pe(Resources(info), ".rsrc", (2, Programs.PeSection, 88 + info.Length), (14, isManaged ? Programs.PeSection : 0, isManaged ? 72 : 0));
    }

    /// <summary>A host with a bundle behind it.</summary>
    public static byte[] Bundle(uint version, string? list, params string[] others)
    {
        byte[] Host(long header) => Programs.Elf([.. new byte[64], .. BitConverter.GetBytes(header), .. BundleMark, .. new byte[32]]);
        var start = Host(0).Length;
        var content = Encoding.UTF8.GetBytes(list ?? "");
        var manifest = new MemoryStream();
        using (var writer = new BinaryWriter(manifest, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(version);
            writer.Write(0u);
            writer.Write((list is null ? 0 : 1) + others.Length);
            writer.Write("bundle-id");
            if (version >= 2) writer.Write(new byte[40]);
            if (list is not null) Entry(writer, version, start, content.Length, 3, "Fn.deps.json");
            foreach (var other in others) Entry(writer, version, start, 1, 1, other);
        }

        return [.. Host(start + content.Length), .. content, .. manifest.ToArray()];
    }

    private static void Entry(BinaryWriter writer, uint version, long offset, long size, byte type, string path)
    {
        writer.Write(offset);
        writer.Write(size);
        if (version >= 6) writer.Write(0L);
        writer.Write(type);
        writer.Write(path);
    }

    /// <summary>Three directories, of type, name and language, of one entry each, and where the data is.</summary>
    private static byte[] Resources(byte[] info)
    {
        var bytes = new byte[88 + info.Length];
        var to = new Programs.Writer(bytes, false, true);
        to.U16(14, 1).U32(16, 16).U32(20, unchecked((int)0x80000018));
        to.U16(24 + 14, 1).U32(24 + 16, 1).U32(24 + 20, unchecked((int)0x80000030));
        to.U16(48 + 14, 1).U32(48 + 16, 0).U32(48 + 20, 72);
        to.U32(72, Programs.PeSection + 88).U32(76, info.Length);
        info.CopyTo(bytes, 88);
        return bytes;
    }

    private static byte[] Text(string name, string value) => Block(name, Encoding.Unicode.GetBytes(value + "\0"), type: 1);

    private static byte[] Block(string name, byte[] value, params byte[][] children) => Block(name, value, 0, children);

    private static byte[] Block(string name, byte[] value, int type, params byte[][] children)
    {
        var block = new List<byte>(new byte[6]);
        block.AddRange(Encoding.Unicode.GetBytes(name + "\0"));
        Pad(block);
        block.AddRange(value);
        foreach (var child in children)
        {
            Pad(block);
            block.AddRange(child);
        }

        var bytes = block.ToArray();
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(2), (ushort)(type == 1 ? value.Length / 2 : value.Length));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(4), (ushort)type);
        return bytes;
    }

    private static void Pad(List<byte> block)
    {
        while (block.Count % 4 != 0) block.Add(0);
    }
}
