namespace ServerlessSec.Packages.Images;

public enum TarKind
{
    File,
    HardLink,
    SymbolicLink,
    Folder,

    /// <summary>A file whose bytes are stored with holes.</summary>
    Sparse,

    /// <summary>Pipes, devices and what only one tool knows.</summary>
    Other,
}

/// <summary>One entry of a tar archive.</summary>
/// <param name="Name">As the archive writes it: it may lead anywhere.</param>
/// <param name="Target">Of links; empty otherwise.</param>
/// <param name="Size">Bytes that follow.</param>
public readonly record struct TarEntry(string Name, string Target, TarKind Kind, long Size);
