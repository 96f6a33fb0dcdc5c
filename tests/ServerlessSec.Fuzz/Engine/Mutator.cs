using System.Buffers.Binary;

namespace ServerlessSec.Fuzz.Engine;

/// <summary>Makes inputs of inputs. Equal seeds make equal inputs.</summary>
internal sealed class Mutator(int seed, byte[][] words, int longest)
{
    private static readonly long[] Odd =
    [
        0, 1, -1, 2, 7, 8, 15, 16, 31, 32, 63, 64, 100, 127, 128, 255, 256, 511, 512, 1023, 1024, 4095, 4096, 32767, 32768, 65535, 65536,
        int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue, (1L << 40) + 1,
    ];

    private readonly Random random = new(seed);

    /// <summary>A few changes, one upon the other; <paramref name="other"/> lends parts.</summary>
    public byte[] Change(byte[] input, byte[] other)
    {
        var bytes = new List<byte>(input);
        for (var changes = 1 << random.Next(5); changes > 0; changes--) Once(bytes, other);
        if (bytes.Count > longest) bytes.RemoveRange(longest, bytes.Count - longest);
        return [.. bytes];
    }

    public int Below(int limit) => random.Next(limit);

    private void Once(List<byte> bytes, byte[] other)
    {
        if (bytes.Count == 0)
        {
            bytes.Add((byte)random.Next(256));
            return;
        }

        var at = random.Next(bytes.Count);
        switch (random.Next(13))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] += (byte)random.Next(-35, 36);
                break;
            case 3:
                Number(bytes, at);
                break;
            case 4:
                bytes.RemoveRange(at, Length(bytes.Count - at));
                break;
            case 5:
                Insert(bytes, at, [.. bytes.GetRange(at, Length(bytes.Count - at))]);
                break;
            case 6:
                Overwrite(bytes, random.Next(bytes.Count), [.. bytes.GetRange(at, Length(bytes.Count - at))]);
                break;
            case 7:
                Insert(bytes, at, [.. Enumerable.Repeat((byte)random.Next(256), Length(64))]);
                break;
            case 8 when other.Length > 0:
                var from = random.Next(other.Length);
                var part = other.AsSpan(from, Length(other.Length - from)).ToArray();
                if (random.Next(2) == 0) Insert(bytes, at, part);
                else Overwrite(bytes, at, part);
                break;
            case 9 when other.Length > 0:
                bytes.RemoveRange(at, bytes.Count - at);
                bytes.AddRange(other[random.Next(other.Length)..]);
                break;
            case 10:
                Digits(bytes, at);
                break;
            default:
                if (words.Length == 0) break;
                var word = words[random.Next(words.Length)];
                if (random.Next(3) == 0) Overwrite(bytes, at, word);
                else Insert(bytes, at, word);
                break;
        }
    }

    private void Number(List<byte> bytes, int at)
    {
        Span<byte> number = stackalloc byte[8];
        var value = Odd[random.Next(Odd.Length)] + (random.Next(4) == 0 ? random.Next(-2, 3) : 0);
        var size = 1 << random.Next(4);
        if (random.Next(2) == 0) BinaryPrimitives.WriteInt64LittleEndian(number, value);
        else BinaryPrimitives.WriteInt64BigEndian(number, value << (64 - (8 * size)));
        Overwrite(bytes, at, number[..size].ToArray());
    }

    /// <summary>Another number in the place of one in letters.</summary>
    private void Digits(List<byte> bytes, int at)
    {
        var start = bytes.FindIndex(at, static letter => letter is >= (byte)'0' and <= (byte)'9');
        if (start < 0) return;
        var end = start;
        while (end < bytes.Count && bytes[end] is >= (byte)'0' and <= (byte)'9') end++;
        bytes.RemoveRange(start, end - start);
        bytes.InsertRange(start, System.Text.Encoding.ASCII.GetBytes($"{Odd[random.Next(Odd.Length)]}"));
    }

    private int Length(int most) => random.Next(4) == 0 ? random.Next(most + 1) : Math.Min(most, 1 + random.Next(16));

    private void Insert(List<byte> bytes, int at, byte[] part)
    {
        if (bytes.Count + part.Length <= longest) bytes.InsertRange(at, part);
    }

    private static void Overwrite(List<byte> bytes, int at, byte[] part)
    {
        for (var i = 0; i < part.Length && at + i < bytes.Count; i++) bytes[at + i] = part[i];
    }
}
