namespace ServerlessSec.Fuzz.Engine;

/// <summary>One parser and what it may do with an input.</summary>
/// <param name="Name">Folder of its kept inputs.</param>
/// <param name="Run">Reads the input; whatever it throws is a find.</param>
internal sealed record Target(string Name, Action<byte[]> Run)
{
    /// <summary>Words of the format, put into inputs whole.</summary>
    public byte[][] Words { get; init; } = [];

    /// <summary>Valid inputs that code makes; those in text lie in the folder.</summary>
    public Func<IEnumerable<byte[]>> Seeds { get; init; } = static () => [];

    /// <summary>Of mutated inputs, each time that the tests run; fewer where one takes long.</summary>
    public int Executions { get; init; } = 4_000;

    /// <summary>Bytes that reading one input may allocate.</summary>
    public long Allocation { get; init; } = 256 << 20;
}

/// <summary>Something that is true of every input is not of this one.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
