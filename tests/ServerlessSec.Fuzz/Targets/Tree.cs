using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Inventory;
using ServerlessSec.Packages;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>Packages for catalogers to read.</summary>
internal static class Tree
{
    private static readonly ScanLimits Limits = ScanLimits.Default;

    /// <summary>
    /// Files in one input: each begins with a line <c>-- PATH --</c>. What stands before the first is the file at
    /// <paramref name="path"/>.
    /// </summary>
    public static ImmutableArray<(string Path, byte[] Content)> Files(byte[] input, string path)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var start = 0;
        for (var at = 0; at < input.Length;)
        {
            var end = input.AsSpan(at).IndexOf((byte)'\n') is var newline and >= 0 ? at + newline + 1 : input.Length;
            var line = input.AsSpan(at, end - at).TrimEnd("\r\n"u8);
            if (line.Length > 6 && line.StartsWith("-- "u8) && line.EndsWith(" --"u8) && EntryPath.TryClean(Encoding.UTF8.GetString(line[3..^3]), out var next, out _) && next.Length > 0)
            {
                if (at > start) files[path] = input[start..at];
                (path, start) = (next, end);
            }

            at = end;
        }

        files[path] = input[start..];
        return [.. files.Select(static file => (file.Key, file.Value))];
    }

    public static void Inventory(byte[] input, string path) => Inventory(new MemoryContainer(Files(input, path), []));

    /// <summary>Whatever the files hold, reading them gives an inventory whose components are named in a way that can be read again.</summary>
    public static void Inventory(FileContainer container)
    {
        using var tree = new PackageTree(container, Limits);
        var inventory = InventoryReader.Read(tree, Limits, CancellationToken.None);
        foreach (var component in inventory.Components)
        {
            var text = component.Purl.ToString();
            if (Purl.Parse(text).ToString() != text) throw new BrokenPromiseException($"a component's purl is read as another: {text}");
        }
    }
}
