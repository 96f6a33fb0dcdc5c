using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// A package's own manifest within code: an object with a name, a version, and at least two more members that only
/// manifests have, as a literal or within <c>JSON.parse</c>'s text.
/// </summary>
internal sealed class ManifestFragments(StepBudget budget)
{
    private const int LookBack = 1_024;
    private const int LookAhead = 16 << 10;
    private const string Key = "version";

    private static readonly ImmutableArray<string> Members =
    [
        "main", "dependencies", "devDependencies", "peerDependencies", "scripts", "repository", "license", "licenses", "engines", "description", "author",
        "keywords", "bugs", "homepage", "files", "module", "exports", "types", "typings", "sideEffects", "browser", "bin", "maintainers",
        "contributors", "publishConfig", "optionalDependencies", "dist", "jsdelivr", "unpkg", "funding", "directories", "browserify", "jspm",
        "_id", "_resolved", "_integrity", "gitHead", "packageManager", "volta", "tshy", "sponsor", "collective",
    ];

    /// <param name="take">Gets name, version and the place of the fragment.</param>
    public void Find(ReadOnlySpan<char> text, int from, int to, Action<string, string, int> take)
    {
        for (var at = from; at < to; at += Key.Length)
        {
            var next = text[at..].IndexOf(Key);
            if (next < 0 || (at += next) >= to) return;
            if (Value(text, at + Key.Length) is not { Length: > 0 } version) continue;

            var start = ObjectStart(text, at);
            if (start < 0) continue;
            var (name, others) = Outline(text[start..Math.Min(text.Length, start + LookAhead)]);
            if (name is not null && others >= 2) take(name, version, start);
        }
    }

    /// <summary>The full version that is the value of a key whose name ends at <paramref name="at"/>.</summary>
    private static string? Value(ReadOnlySpan<char> text, int at)
    {
        text = text[at..Math.Min(text.Length, at + 64)];
        if (text is ['"' or '\'', ..]) text = text[1..];
        text = text.TrimStart();
        return text is [':', ..] ? VersionText.Quoted(text[1..].TrimStart()).ToString() : null;
    }

    /// <summary>The brace that opens the object in which <paramref name="at"/> lies.</summary>
    private int ObjectStart(ReadOnlySpan<char> text, int at)
    {
        var depth = 0;
        for (var back = at - 1; back >= 0 && at - back < LookBack; back--)
        {
            budget.Spend();
            if (text[back] == '}') depth++;
            else if (text[back] == '{' && depth-- == 0) return back;
        }

        return -1;
    }

    /// <summary>The object's name, and how many of its own keys are those of a manifest; of what breaks off, what came before.</summary>
    private (string? Name, int Others) Outline(ReadOnlySpan<char> text)
    {
        string? name = null;
        var others = 0;
        var depth = 0;
        var isPrivate = false;
        for (var at = 0; at < text.Length; at++)
        {
            budget.Spend();
            var letter = text[at];
            if (letter is '{' or '[' or '(') depth++;
            else if (letter is '}' or ']' or ')' && --depth == 0) break;
            else if (letter is '"' or '\'' or '`' || (depth == 1 && char.IsAsciiLetter(letter)) || letter == '_')
            {
                var word = Word(text[at..]);
                if (word.IsEmpty) break;
                at += word.Length - 1;
                if (depth != 1 || at + 1 >= text.Length) continue;
                var after = text[(at + 1)..Math.Min(text.Length, at + 280)].TrimStart();
                if (after is not [':', ..]) continue;
                var key = word.Trim("\"'`");
                if (key is "name") name ??= Text(after[1..].TrimStart());
                else if (key is "private") isPrivate |= after[1..].TrimStart() is ['t' or '!', ..];
                else if (IsMember(key)) others++;
            }
        }

        return isPrivate ? default : (name, others);
    }

    private static bool IsMember(ReadOnlySpan<char> key)
    {
        foreach (var member in Members)
        {
            if (key.SequenceEqual(member)) return true;
        }

        return false;
    }

    private static string? Text(ReadOnlySpan<char> value)
    {
        if (value is not ['"' or '\'' or '`', ..]) return null;
        var end = value[1..].IndexOf(value[0]);
        return end > 0 && value[1..(end + 1)].ToString() is var name && NpmPackage.IsName(name) ? name : null;
    }

    /// <summary>A string literal with its quotes, or a bare word; empty where it breaks off.</summary>
    private ReadOnlySpan<char> Word(ReadOnlySpan<char> text)
    {
        if (text[0] is not ('"' or '\'' or '`'))
        {
            var length = 1;
            while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || text[length] is '_' or '$')) length++;
            return text[..length];
        }

        for (var at = 1; at < text.Length; at++)
        {
            budget.Spend();
            if (text[at..].StartsWith("\\\\\"", StringComparison.Ordinal) && text[0] == '"') at += 2; // a quote, within JSON within a literal
            else if (text[at] == '\\') at++;
            else if (text[at] == text[0]) return text[..(at + 1)];
        }

        return [];
    }
}
