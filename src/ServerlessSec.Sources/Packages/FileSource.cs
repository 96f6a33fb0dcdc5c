using Microsoft.Win32.SafeHandles;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages;

/// <summary>A file on disk, read by position.</summary>
internal sealed class FileSource : ByteSource
{
    private readonly SafeFileHandle handle;

    public FileSource(string path)
    {
        handle = File.OpenHandle(path, options: FileOptions.RandomAccess);
        Length = RandomAccess.GetLength(handle);
    }

    public override long Length { get; }

    public override int Read(long offset, Span<byte> buffer)
    {
        try
        {
            return RandomAccess.Read(handle, buffer, offset);
        }
        catch (IOException failed)
        {
            throw new FormatException("the disk gave an error", failed);
        }
    }

    protected override void Dispose(bool disposing) => handle.Dispose();
}
