using System.Collections.Immutable;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace ServerlessSec.Templates;

/// <summary>Reads <c>samconfig.toml</c>: the parameters that one environment deploys with.</summary>
public static class SamConfig
{
    private static readonly string[] Sections = ["global", "validate", "build", "deploy"];

    /// <exception cref="FormatException">It is no TOML.</exception>
    public static ImmutableSortedDictionary<string, string> ParameterOverrides(string file, string text, string environment = "default")
    {
        var document = Parse(file, text);
        if (document.HasErrors) throw new FormatException($"'{file}' is no TOML: {document.Diagnostics.First().Message}");
        var overrides = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        var tables = document.Tables.OfType<TableSyntax>().ToList();
        foreach (var section in Sections)
        {
            foreach (var table in tables.Where(table => Words(table.Name).SequenceEqual([environment, section, "parameters"])))
            {
                foreach (var pair in table.Items.Where(pair => Words(pair.Key) is ["parameter_overrides"])) Read(pair.Value, overrides);
            }
        }

        return overrides.ToImmutable();
    }

    private static DocumentSyntax Parse(string file, string text)
    {
        try
        {
            return SyntaxParser.Parse(text, file);
        }
        catch (TomlException unread)
        {
            throw new FormatException($"'{file}' is no TOML that can be read: {unread.Message}", unread);
        }
        catch (ArgumentOutOfRangeException unread)
        {
            // So the parser ends where it would name a character that is none.
            throw new FormatException($"'{file}' is no TOML that can be read", unread);
        }
    }

    private static void Read(ValueSyntax? value, ImmutableSortedDictionary<string, string>.Builder overrides)
    {
        switch (value)
        {
            case StringValueSyntax text:
                foreach (var word in Split(text.Value ?? "")) Add(word, overrides);
                break;
            case ArraySyntax list:
                foreach (var item in list.Items) if (item.Value is StringValueSyntax { Value: { } text }) Add(text, overrides);
                break;
            case InlineTableSyntax map:
                foreach (var item in map.Items)
                    if (item.KeyValue is { } pair && Words(pair.Key) is [var name]) overrides[name] = TextOf(pair.Value);
                break;
        }
    }

    private static void Add(string word, ImmutableSortedDictionary<string, string>.Builder overrides)
    {
        // The older form: ParameterKey=Name,ParameterValue=Value
        const string Key = "ParameterKey=", Value = ",ParameterValue=";
        if (word.StartsWith(Key, StringComparison.Ordinal) && word.IndexOf(Value, StringComparison.Ordinal) is > 0 and var comma)
        {
            overrides[word[Key.Length..comma]] = Unquoted(word[(comma + Value.Length)..]);
            return;
        }

        var equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals > 0) overrides[word[..equals].Trim('"')] = Unquoted(word[(equals + 1)..]);
    }

    private static string Unquoted(string text) =>
        text is ['"', .., '"'] or ['\'', .., '\''] ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal) : text;

    /// <summary>Words at spaces that stand outside of quotes, as a shell splits them.</summary>
    private static IEnumerable<string> Split(string text)
    {
        var (start, quote) = (0, '\0');
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            if (quote != '\0' && i < text.Length)
            {
                if (c == quote && text[i - 1] != '\\') quote = '\0';
                continue;
            }

            if (c is '"' or '\'') quote = c;
            if (!char.IsWhiteSpace(c)) continue;
            if (i > start) yield return text[start..i];
            start = i + 1;
        }
    }

    private static string TextOf(ValueSyntax? value) => value switch
    {
        StringValueSyntax text => text.Value ?? "",
        null => "",
        _ => value.ToString()!.Trim(),
    };

    private static List<string> Words(KeySyntax? key)
    {
        if (key?.Key is null) return [];
        var words = new List<string> { Word(key.Key) };
        words.AddRange(key.DotKeys.Select(dot => dot.Key is null ? "" : Word(dot.Key)));
        return words;
    }

    private static string Word(BareKeyOrStringValueSyntax key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax text => text.Value ?? "",
        _ => "",
    };
}
