using System.Buffers;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// Paths of modules that bundlers write beside their code: as the key of a module, or as all of a line's comment. Any other
/// path in a bundle may be anything.
/// </summary>
internal static class ModuleMarks
{
    private static readonly SearchValues<char> Ends = SearchValues.Create("\"'`\r\n\t *|<>\\");

    /// <param name="text">Code, with something before <paramref name="from"/> and behind <paramref name="to"/> if there is any.</param>
    /// <param name="take">Gets each path with the place in the text where it ends.</param>
    public static void Find(ReadOnlySpan<char> text, int from, int to, Action<ModulePath, int> take)
    {
        for (var at = from; at < to;)
        {
            var next = text[at..].IndexOf(NpmPaths.Modules);
            if (next < 0 || (at += next) >= to) return;

            var left = Start(text, at);
            var right = at + Length(text[at..]);
            if (right > at + NpmPaths.Modules.Length && IsMark(text, left, right) && ModulePath.Parse(Path(text[left..right])) is { } path) take(path, right);
            at = Math.Max(right, at + 1);
        }
    }

    /// <summary>
    /// Where the text of the module ends whose path ends at <paramref name="start"/>: with the function behind a key, or
    /// before the next line that names a file, be it the application's own.
    /// </summary>
    public static int End(ReadOnlySpan<char> text, int start, int end)
    {
        var module = text[start..end];
        if (module is ['"' or '\'', ..]) return start + Braces(module);
        for (var at = 0; at < module.Length; at++)
        {
            var next = module[at..].IndexOf('\n');
            if (next < 0) break;
            at += next;
            if (IsNextFile(module[(at + 1)..Math.Min(module.Length, at + ModulePath.Longest)])) return start + at;
        }

        return end;
    }

    /// <summary>Up to the brace that closes the first; strings are not told apart, as they are seldom unbalanced.</summary>
    private static int Braces(ReadOnlySpan<char> module)
    {
        var depth = 0;
        for (var at = 0; at < module.Length; at++)
        {
            var next = module[at..].IndexOfAny('{', '}');
            if (next < 0) break;
            at += next;
            depth += module[at] == '{' ? 1 : -1;
            if (depth <= 0) return at + 1;
        }

        return module.Length;
    }

    private static bool IsNextFile(ReadOnlySpan<char> line)
    {
        if (line.IndexOfAny('\r', '\n') is var end and >= 0) line = line[..end];
        if (IsNextNumber(line) || line.StartsWith("/***/", StringComparison.Ordinal)) return true;
        if (line.StartsWith("//#", StringComparison.Ordinal) || line.StartsWith("  !*** ", StringComparison.Ordinal)) return true;
        if (line.StartsWith(";", StringComparison.Ordinal)) line = line[1..];
        if (!line.StartsWith("// ", StringComparison.Ordinal)) return false;
        var path = line[(line.LastIndexOf(' ') + 1)..];
        return path.LastIndexOf('.') is var dot and > 0 && path[(dot + 1)..] is "js" or "mjs" or "cjs" or "jsx" or "ts" or "mts" or "cts" or "tsx" or "json" or "vue" or "svelte";
    }

    /// <summary><c>4692(module) {</c>, of webpack and its like.</summary>
    private static bool IsNextNumber(ReadOnlySpan<char> line) => line.IndexOfAnyExceptInRange('0', '9') is > 0 and var end && line[end] is '(' or ':';

    private static int Start(ReadOnlySpan<char> text, int at)
    {
        var first = Math.Max(0, at - ModulePath.Longest);
        return first + text[first..at].LastIndexOfAny(Ends) + 1;
    }

    private static int Length(ReadOnlySpan<char> text)
    {
        var length = text[..Math.Min(text.Length, ModulePath.Longest)].IndexOfAny(Ends);
        return length < 0 ? Math.Min(text.Length, ModulePath.Longest) : length;
    }

    /// <summary>webpack's loaders stand before the path, each with an exclamation mark.</summary>
    private static string Path(ReadOnlySpan<char> text) => text[(text.LastIndexOf('!') + 1)..].ToString();

    private static bool IsMark(ReadOnlySpan<char> text, int left, int right)
    {
        if (text[left..].StartsWith("sourceURL=", StringComparison.Ordinal)) return true;
        if (left == 0) return false;
        return text[left - 1] switch
        {
            '"' or '\'' => IsKey(text, text[left - 1], right),
            ' ' or '\t' => IsComment(text, left, right),
            _ => false,
        };
    }

    /// <summary><c>"PATH"(exports) {</c> and <c>"PATH": function</c>, as object literals of modules have them.</summary>
    private static bool IsKey(ReadOnlySpan<char> text, char quote, int right)
    {
        if (right >= text.Length || text[right] != quote) return false;
        var after = text[(right + 1)..Math.Min(text.Length, right + 32)].TrimStart();
        if (after.StartsWith("\n", StringComparison.Ordinal)) after = after.TrimStart();
        return after.StartsWith("(", StringComparison.Ordinal) || after is [':', _, ..] && after[1..].TrimStart() is not ['"' or '\'', ..];
    }

    private static bool IsComment(ReadOnlySpan<char> text, int left, int right)
    {
        var line = Math.Max(0, left - 80);
        line += text[line..left].LastIndexOf('\n') + 1;
        var before = text[line..left].Trim();
        var after = text[right..Math.Min(text.Length, right + 8)];
        if (before is "!***") return after.StartsWith(" ***!", StringComparison.Ordinal);
        if (!(after.IsEmpty || after[0] is '\n' or '\r')) return false;
        return before is "//" or ";//" or "//#region" or "// CONCATENATED MODULE:" or ";// CONCATENATED MODULE:" or "// EXTERNAL MODULE:" or "// MODULE:" or "/* harmony import */";
    }
}
