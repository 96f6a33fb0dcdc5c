using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace ServerlessSec.Inventory;

/// <summary>Reads lock files in TOML.</summary>
internal static class ManifestToml
{
    // The parser goes down by one call for each bracket.
    private const int Brackets = 256;

    /// <exception cref="FormatException">It is no TOML.</exception>
    public static ManifestNode Read(string text, ScanLimits limits)
    {
        GuardDepth(text);
        var document = Parse(text);
        if (document.HasErrors) throw new FormatException($"malformed TOML at line {document.Diagnostics.First().Span.Start.Line + 1}");
        var root = new ManifestNode();
        Fill(root, document.KeyValues, limits);
        foreach (var table in document.Tables)
        {
            var path = Words(table.Name, limits);
            var at = root;
            for (var i = 0; i < path.Count; i++)
            {
                at = at.Open(path[i]);
                if (i < path.Count - 1 && at.Items.Count > 0) at = at.Items[^1];
            }

            if (table is TableArraySyntax) at.Items.Add(new());
            Fill(at.Items.Count > 0 ? at.Items[^1] : at, table.Items, limits);
        }

        return root;
    }

    private static DocumentSyntax Parse(string text)
    {
        try
        {
            return SyntaxParser.Parse(text);
        }
        catch (TomlException unread)
        {
            throw new FormatException("malformed TOML", unread);
        }
        catch (ArgumentOutOfRangeException unread)
        {
            // So the parser ends where it would name a character that is none.
            throw new FormatException("malformed TOML", unread);
        }
    }

    private static void GuardDepth(ReadOnlySpan<char> text)
    {
        var (depth, quote) = (0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var letter = text[i];
            if (quote != '\0')
            {
                if (letter == '\\' && quote == '"') i++;
                else if (letter == quote || letter == '\n') quote = '\0';
            }
            else if (letter is '"' or '\'')
            {
                quote = letter;
            }
            else if (letter is '[' or '{')
            {
                if (++depth > Brackets) throw new LimitReachedException("TOML nested too deeply");
            }
            else if (letter is ']' or '}')
            {
                depth--;
            }
        }
    }

    private static void Fill(ManifestNode node, SyntaxList<KeyValueSyntax> pairs, ScanLimits limits)
    {
        foreach (var pair in pairs) Fill(node, pair, limits);
    }

    private static void Fill(ManifestNode node, KeyValueSyntax pair, ScanLimits limits)
    {
        var path = Words(pair.Key, limits);
        for (var i = 0; i < path.Count - 1; i++) node = node.Open(path[i]);
        node.Put(path[^1], Value(pair.Value, limits));
    }

    private static ManifestNode Value(ValueSyntax? value, ScanLimits limits)
    {
        var node = new ManifestNode();
        switch (value)
        {
            case StringValueSyntax text:
                return new() { Text = text.Value ?? "" };
            case ArraySyntax list:
                foreach (var item in list.Items) node.Items.Add(Value(item.Value, limits));
                return node;
            case InlineTableSyntax map:
                foreach (var item in map.Items)
                {
                    if (item.KeyValue is { } pair) Fill(node, pair, limits);
                }

                return node;
            default:
                return new() { Text = value?.ToString()?.Trim() ?? "" };
        }
    }

    private static List<string> Words(KeySyntax? key, ScanLimits limits)
    {
        var words = new List<string> { Word(key?.Key) };
        foreach (var dot in key?.DotKeys ?? Enumerable.Empty<DottedKeyItemSyntax>()) words.Add(Word(dot.Key));
        return words.Count <= limits.DocumentDepth ? words : throw new LimitReachedException("TOML nested too deeply");
    }

    private static string Word(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax text => text.Value ?? "",
        _ => "",
    };
}
