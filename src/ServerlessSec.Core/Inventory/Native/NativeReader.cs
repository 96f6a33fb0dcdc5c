using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Inventory.Binaries;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Native;

/// <summary>What one program file says of the libraries in it.</summary>
/// <param name="Marks">By library and version, with the text that says so.</param>
/// <param name="Lone">Versions that stand by themselves, where they were asked for.</param>
internal sealed record NativeTraces(ImmutableArray<(NativeMark Mark, string Version, string Trace)> Marks, ImmutableArray<string> Lone);

/// <summary>
/// Searches a file for the marks of libraries, in one pass, with nothing kept but a window. Of its headers only those of segments
/// count, by which code is passed over.
/// </summary>
internal sealed class NativeReader(PackageTree tree)
{
    private const int Window = 128 << 10;
    private const int Context = 256;
    private const int Most = 64;
    private const int MostLone = 8;

    // Of two letters there are too many in machine code to look for them together with others.
    private const int Short = 2;

    private static readonly ImmutableArray<(NativeMark Mark, byte[] Whole)> ShortMarks =
        [.. NativeMarks.All.Where(static mark => mark.Sought.Length <= Short).Select(static mark => (mark, Encoding.Latin1.GetBytes(mark.Text + mark.Lead)))];

    private static readonly SearchValues<string> Sought = SearchValues.Create(
        [.. NativeMarks.All.SelectMany(static mark => new[] { mark.Sought, mark.Anchor }).OfType<string>().Where(static text => text.Length > Short).Distinct()],
        StringComparison.Ordinal);

    private static readonly SearchValues<char> Numbers = SearchValues.Create("0123456789.");

    private readonly char[] letters = new char[Window];
    private readonly byte[] bytes = new byte[Window];
    private readonly Dictionary<(string Library, string Version), (NativeMark Mark, string Trace)> found = [];
    private readonly HashSet<string> anchors = new(StringComparer.Ordinal);
    private readonly SortedSet<string> lone = new(StringComparer.Ordinal);

    /// <summary>Null where the file is no ELF image.</summary>
    /// <param name="lead">How versions begin that may stand by themselves; null where none is of interest.</param>
    public NativeTraces? Read(PackageFile file, string? lead)
    {
        found.Clear();
        anchors.Clear();
        lone.Clear();
        using var stream = tree.Open(file);
        var (filled, from) = (0, 1);
        List<ImagePart>? code = null;
        for (var (isFirst, start) = (true, -1L); ; isFirst = false)
        {
            // What was there before the file is the end of nothing.
            if (isFirst) bytes[filled++] = 0;
            var wanted = bytes.Length - filled;
            var count = stream.ReadAtLeast(bytes.AsSpan(filled, isFirst ? Math.Min(wanted, 4) : wanted), isFirst ? Math.Min(wanted, 4) : wanted, throwOnEndOfStream: false);
            filled += count;
            if (isFirst)
            {
                if (!bytes.AsSpan(1, count).StartsWith("\u007fELF"u8)) return null;
                continue;
            }

            var isLast = filled < bytes.Length;
            Encoding.Latin1.GetChars(bytes.AsSpan(0, filled), letters);
            var to = isLast ? filled : filled - Context;
            code ??= Code();
            foreach (var (first, end) in Texts(code, start + from, start + to)) Look(letters.AsSpan(0, filled), (int)(first - start), (int)(end - start));
            LookForShort(letters.AsSpan(0, filled), from, to);
            if (lead is not null) LookForLone(letters.AsSpan(0, filled), from, to, lead);
            if (isLast) return Traces();

            bytes.AsSpan(to - 1).CopyTo(bytes);
            (filled, from, start) = (filled - to + 1, 1, start + to - 1);
        }

        List<ImagePart> Code()
        {
            try
            {
                using var head = ByteSource.Of(new MemoryStream(bytes, 1, filled - 1, writable: false));
                var segments = ElfHeaders.Read(head).Segments;

                // Older linkers put code and constants into one segment, the first.
                return segments is [{ IsCode: false }, ..] ? [.. segments.Where(static part => part.IsCode).OrderBy(static part => part.Offset)] : [];
            }
            catch (FormatException)
            {
                return [];
            }
        }
    }

    /// <summary>The stretches of the file from <paramref name="from"/> to <paramref name="to"/> that are no code, where marks are not looked for.</summary>
    private static IEnumerable<(long From, long To)> Texts(List<ImagePart> code, long from, long to)
    {
        foreach (var part in code)
        {
            if (from < Math.Min(part.Offset, to)) yield return (from, Math.Min(part.Offset, to));
            from = Math.Max(from, part.Offset + part.Size);
        }

        if (from < to) yield return (from, to);
    }

    private NativeTraces Traces() => new(
        [
            .. found
                .Where(find => find.Value.Mark.Anchor is not { } anchor || anchors.Contains(anchor))
                .Where(find => !find.Value.Mark.IsLone || found.Count(other => other.Value.Mark == find.Value.Mark) == 1)
                .Select(static find => (find.Value.Mark, find.Key.Version, find.Value.Trace))
                .OrderBy(static find => find.Mark.Library, StringComparer.Ordinal).ThenBy(static find => find.Version, StringComparer.Ordinal),
        ],
        [.. lone]);

    private void Look(ReadOnlySpan<char> text, int from, int to)
    {
        while (from < to && text[from..Math.Min(text.Length, to + Context)].IndexOfAny(Sought) is var next and >= 0)
        {
            from += next;
            if (from >= to) return;
            foreach (var mark in NativeMarks.All)
            {
                if (mark.Anchor is { } anchor && text[from..].StartsWith(anchor, StringComparison.Ordinal)) anchors.Add(anchor);
                if (text[from..].StartsWith(mark.Sought, StringComparison.Ordinal)) Judge(mark, text, from);
            }

            from++;
        }
    }

    /// <summary>In bytes, where searching for the end of the text before costs little.</summary>
    private void LookForShort(ReadOnlySpan<char> text, int from, int to)
    {
        foreach (var (mark, whole) in ShortMarks)
        {
            var skipped = whole.Length - mark.Sought.Length;
            for (var at = from; at < to && bytes.AsSpan((at - skipped)..text.Length).IndexOf(whole) is var next and >= 0; at++)
            {
                at += next;
                if (at < to) Judge(mark, text, at);
            }
        }
    }

    private void Judge(NativeMark mark, ReadOnlySpan<char> text, int from)
    {
        var rest = text[from..Math.Min(text.Length, from + Context)];
        if (mark.Version(text[from - 1], rest) is { } version && found.Count < Most) found.TryAdd((mark.Library, version), (mark, Trace(rest)));
    }

    /// <summary>The first line of the text that the mark stands in.</summary>
    private static string Trace(ReadOnlySpan<char> text)
    {
        const int most = 120;
        text = text.TrimStart("\0 ");
        var end = text.IndexOfAnyExceptInRange(' ', '~');
        if (end < 0 || end > most) end = Math.Min(most, text.Length);
        return text[..end].TrimEnd().ToString();
    }

    private void LookForLone(ReadOnlySpan<char> text, int from, int to, string lead)
    {
        for (; from < to && Next(text[from..], lead) is var next and >= 0; from++)
        {
            from += next;
            if (from >= to || lone.Count == MostLone) return;
            if (text[from - 1] is >= ' ' and <= '~') continue;
            var rest = text[from..Math.Min(text.Length, from + Context)];
            var length = rest.IndexOf('\0');
            if (length is > 0 and < 24 && rest[..length].IndexOfAnyExcept(Numbers) < 0 && NativeVersion.Of(rest[..length]) is { } version) lone.Add(version);
        }
    }

    private static int Next(ReadOnlySpan<char> text, string lead) =>
        lead.Length == 0 ? text.IndexOfAnyInRange('0', '9') : text.IndexOf(lead, StringComparison.Ordinal);
}
