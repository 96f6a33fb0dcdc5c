using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ServerlessSec.Packages;

/// <summary>Writes archives, the impossible ones too.</summary>
internal sealed class Zips
{
    private readonly MemoryStream bytes = new();
    private readonly MemoryStream directory = new();
    private int count;
    private int origin;

    public static byte[] Of(params (string Path, string Text)[] files)
    {
        var zip = new Zips();
        foreach (var (path, text) in files) zip.Add(path, Encoding.UTF8.GetBytes(text));
        return zip.ToArray();
    }

    public static byte[] OfBytes(params (string Path, byte[] Content)[] files)
    {
        var zip = new Zips();
        foreach (var (path, content) in files) zip.Add(path, content);
        return zip.ToArray();
    }

    public static PackageTree Tree(params (string Path, string Text)[] files) => Tree(Of(files));

    public static PackageTree Tree(byte[] zip, ScanLimits? limits = null) =>
        new(ZipContainer.Open(new MemoryStream(zip), limits ?? ScanLimits.Default), limits ?? ScanLimits.Default);

    /// <param name="adjusted">Offsets count from the start of the file, not of the archive.</param>
    public Zips Prefix(byte[] program, bool adjusted)
    {
        bytes.Write(program);
        origin = adjusted ? 0 : program.Length;
        return this;
    }

    public Zips Add(string name, string text, bool stored = false) => Add(name, Encoding.UTF8.GetBytes(text), stored: stored);

    public Zips Add(
        string name, byte[] content, bool stored = false, byte[]? rawName = null, long? size = null, uint? crc = null,
        ushort flags = 0, ushort? method = null, uint attributes = 0, byte[]? extra = null, bool zip64 = false)
    {
        var label = rawName ?? Encoding.UTF8.GetBytes(name);
        if (rawName is null && name.Any(letter => letter > 127)) flags |= 1 << 11;
        var data = stored ? content : Deflate(content);
        var declared = size ?? content.Length;
        method ??= (ushort)(stored ? 0 : 8);
        crc ??= Crc32.Append(0, content);
        var offset = bytes.Length - origin;

        Write(bytes, 0x04034b50, 4);
        Write(bytes, 20, 2);
        Fields(bytes, flags, method.Value, crc.Value, data.Length, declared);
        Write(bytes, label.Length, 2);
        Write(bytes, 0, 2);
        bytes.Write(label);
        bytes.Write(data);

        if (zip64)
        {
            var wide = new byte[28];
            BinaryPrimitives.WriteUInt16LittleEndian(wide, 1);
            BinaryPrimitives.WriteUInt16LittleEndian(wide.AsSpan(2), 24);
            BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(4), declared);
            BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(12), data.Length);
            BinaryPrimitives.WriteInt64LittleEndian(wide.AsSpan(20), offset);
            extra = wide;
        }

        extra ??= [];
        Write(directory, 0x02014b50, 4);
        Write(directory, attributes == 0 ? 20 : 0x0314, 2);
        Write(directory, 20, 2);
        Fields(directory, flags, method.Value, crc.Value, zip64 ? uint.MaxValue : data.Length, zip64 ? uint.MaxValue : declared);
        Write(directory, label.Length, 2);
        Write(directory, extra.Length, 2);
        Write(directory, 0, 2 + 2 + 2);
        Write(directory, attributes, 4);
        Write(directory, zip64 ? uint.MaxValue : offset, 4);
        directory.Write(label);
        directory.Write(extra);
        count++;
        return this;
    }

    public Zips AddLink(string name, string target) => Add(name, Encoding.UTF8.GetBytes(target), stored: true, attributes: 0xa1ffu << 16);

    public byte[] ToArray(int? announced = null, bool zip64 = false)
    {
        var result = new MemoryStream();
        bytes.WriteTo(result);
        var start = result.Length;
        directory.WriteTo(result);
        if (zip64) WriteZip64End(result, start);

        Write(result, 0x06054b50, 4);
        Write(result, 0, 4);
        Write(result, zip64 ? ushort.MaxValue : announced ?? count, 2);
        Write(result, zip64 ? ushort.MaxValue : announced ?? count, 2);
        Write(result, zip64 ? uint.MaxValue : directory.Length, 4);
        Write(result, zip64 ? uint.MaxValue : start - origin, 4);
        Write(result, 0, 2);
        return result.ToArray();
    }

    private void WriteZip64End(MemoryStream result, long start)
    {
        var position = result.Length;
        Write(result, 0x06064b50, 4);
        Write(result, 44, 8);
        Write(result, 45 | (45 << 16), 4);
        Write(result, 0, 8);
        Write(result, count, 8);
        Write(result, count, 8);
        Write(result, directory.Length, 8);
        Write(result, start, 8);
        Write(result, 0x07064b50, 4);
        Write(result, 0, 4);
        Write(result, position, 8);
        Write(result, 1, 4);
    }

    private static void Fields(MemoryStream stream, ushort flags, ushort method, uint crc, long compressed, long size)
    {
        Write(stream, flags, 2);
        Write(stream, method, 2);
        Write(stream, 0, 4);
        Write(stream, crc, 4);
        Write(stream, compressed, 4);
        Write(stream, size, 4);
    }

    private static byte[] Deflate(byte[] content)
    {
        var result = new MemoryStream();
        using (var deflate = new DeflateStream(result, CompressionLevel.Optimal)) deflate.Write(content);
        return result.ToArray();
    }

    private static void Write(MemoryStream stream, long value, int size)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, value);
        stream.Write(buffer[..size]);
    }
}
