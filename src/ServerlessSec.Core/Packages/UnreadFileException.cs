namespace ServerlessSec.Packages;

/// <summary>Thrown when a file of a tree cannot be read; the tree has recorded the gap by then, so whoever catches this need not.</summary>
public sealed class UnreadFileException(string path, FormatException cause)
    : FormatException($"'{path}' was not read: {cause.Message}", cause)
{
    public string Path { get; } = path;
}
