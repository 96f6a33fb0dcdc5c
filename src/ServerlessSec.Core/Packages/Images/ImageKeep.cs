namespace ServerlessSec.Packages.Images;

/// <summary>How much of a file of an image is kept.</summary>
public enum ImageKeep
{
    Nothing,

    /// <summary>The first 64 bytes, which tell what it is.</summary>
    Mark,

    /// <summary>All of it if its first bytes are a program's, else those.</summary>
    Program,

    Whole,
}
