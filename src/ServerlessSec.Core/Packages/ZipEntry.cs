namespace ServerlessSec.Packages;

/// <summary>One record of a zip's central directory.</summary>
/// <param name="Offset">Of the local header, in the file.</param>
/// <param name="NameLength">Bytes of the name as recorded.</param>
internal readonly record struct ZipEntry(
    string Path,
    long Size,
    long CompressedSize,
    uint Crc,
    ushort Method,
    ushort Flags,
    long Offset,
    ushort NameLength,
    bool IsLink)
{
    public const ushort Stored = 0;
    public const ushort Deflated = 8;

    private const ushort EncryptedFlag = 1 << 0;

    /// <summary>Why its bytes cannot be had; empty where they can.</summary>
    public string Obstacle =>
        (Flags & EncryptedFlag) != 0 ? "encrypted entry"
        : Method is not (Stored or Deflated) ? $"compression method {Method}"
        : "";
}
