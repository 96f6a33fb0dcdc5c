using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>
/// Which branches the instrumented assemblies went through. They count edges in <see cref="Trace.SharedMem"/> as AFL's
/// programs do; without instrumentation it stays zero.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int Size = 1 << 16;

    // As long as the process lives: threads and finalizers may run instrumented code at any time.
    private static readonly byte* counts = (byte*)NativeMemory.AllocZeroed(Size);

    private readonly byte[] seen = new byte[Size];

    /// <summary>Edges gone through by any input so far.</summary>
    public int Edges { get; private set; }

    /// <summary>Before anything that is instrumented runs.</summary>
    public static void Attach() => Trace.SharedMem = counts;

    public static void Begin()
    {
        new Span<byte>(counts, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Whether the run went through an edge that none did, or so many times as none did, in powers of two.</summary>
    public bool End()
    {
        var isNew = false;
        for (var at = 0; at < Size; at += 8)
        {
            if (*(ulong*)(counts + at) == 0) continue;
            for (var i = at; i < at + 8; i++)
            {
                if (counts[i] == 0) continue;
                var times = (byte)(1 << Math.Min(7, BitOperations.Log2(counts[i])));
                if ((seen[i] & times) != 0) continue;
                if (seen[i] == 0) Edges++;
                seen[i] |= times;
                isNew = true;
            }
        }

        return isNew;
    }
}
