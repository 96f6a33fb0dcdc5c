using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlScanner = YamlDotNet.Core.Scanner;

namespace ServerlessSec.Findings;

internal sealed record WaiverMember(string Key, WaiverNode Name, WaiverNode Value);

/// <summary>A waiver file as written, whichever of the two languages it is in.</summary>
internal sealed record WaiverNode(int Line, int Column)
{
    // A waiver file is a mapping of a list of mappings.
    private const int Depth = 8;

    public string? Text { get; init; }

    public ImmutableArray<WaiverNode>? Items { get; init; }

    public ImmutableArray<WaiverMember>? Members { get; init; }

    public bool IsNull => Text is null && Items is null && Members is null;

    public static FormatException Wrong(string file, long line, string message, Exception? cause = null) =>
        new($"waiver file '{file}', line {line}: {message}", cause);

    public static WaiverNode FromYaml(string file, string text)
    {
        var parser = new Parser(new YamlScanner(new StringReader(text), skipComments: true));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _)) return new(1, 1);
            parser.Consume<DocumentStart>();
            var root = Yaml(file, parser, 0);
            parser.Consume<DocumentEnd>();
            if (!parser.Accept<StreamEnd>(out var more)) throw Wrong(file, parser.Current?.Start.Line ?? 1, "a second document");
            return root;
        }
        catch (YamlException e)
        {
            throw Wrong(file, e.Start.Line, "this is not YAML", e);
        }
        catch (InvalidOperationException e)
        {
            // So YamlDotNet's scanner refuses some braces within plain text,
            throw Wrong(file, parser.Current?.End.Line ?? 1, "this is not YAML", e);
        }
        catch (ArgumentException e)
        {
            // and so its parser refuses some tags.
            throw Wrong(file, parser.Current?.End.Line ?? 1, "this is not YAML", e);
        }
    }

    private static WaiverNode Yaml(string file, Parser parser, int depth)
    {
        var at = parser.Consume<ParsingEvent>();
        WaiverNode node = new((int)at.Start.Line, (int)at.Start.Column);
        if (depth > Depth) throw Wrong(file, node.Line, "nested too deep");
        switch (at)
        {
            case YamlDotNet.Core.Events.Scalar scalar:
                return scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null" ? node : node with { Text = scalar.Value };
            case SequenceStart:
                return node with { Items = [.. YamlItems(file, parser, depth + 1)] };
            case MappingStart:
                return node with { Members = [.. YamlMembers(file, parser, depth + 1)] };
            default:
                throw Wrong(file, node.Line, "aliases are not read here");
        }
    }

    private static List<WaiverNode> YamlItems(string file, Parser parser, int depth)
    {
        List<WaiverNode> items = [];
        while (!parser.TryConsume<SequenceEnd>(out _)) items.Add(Yaml(file, parser, depth));
        return items;
    }

    private static List<WaiverMember> YamlMembers(string file, Parser parser, int depth)
    {
        List<WaiverMember> members = [];
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var name = Yaml(file, parser, depth);
            members.Add(new(name.Text ?? throw Wrong(file, name.Line, "a key is not a text"), name, Yaml(file, parser, depth)));
        }

        return members;
    }

    public static WaiverNode FromJson(string file, string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var reader = new Utf8JsonReader(utf8, new() { MaxDepth = Depth, CommentHandling = JsonCommentHandling.Skip });
        try
        {
            reader.Read();
            var root = Json(file, new(utf8), ref reader);
            reader.Read();
            return root;
        }
        catch (JsonException e)
        {
            throw Wrong(file, e.LineNumber + 1 ?? 1, "this is not JSON, or nested too deep", e);
        }
        catch (InvalidOperationException e)
        {
            throw Wrong(file, 1, "half of a surrogate pair is no text", e);
        }
    }

    private static WaiverNode Json(string file, Lines lines, ref Utf8JsonReader reader)
    {
        var node = lines.At(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return node;
            case JsonTokenType.String:
                return node with { Text = reader.GetString() };
            case JsonTokenType.StartArray:
                List<WaiverNode> items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) items.Add(Json(file, lines, ref reader));
                return node with { Items = [.. items] };
            case JsonTokenType.StartObject:
                List<WaiverMember> members = [];
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = lines.At(reader.TokenStartIndex) with { Text = reader.GetString() };
                    reader.Read();
                    members.Add(new(name.Text!, name, Json(file, lines, ref reader)));
                }

                return node with { Members = [.. members] };
            default:
                throw Wrong(file, node.Line, "a number or truth value where a text is expected");
        }
    }

    /// <summary>Turns growing offsets into lines and columns.</summary>
    private sealed class Lines(byte[] utf8)
    {
        private int seen;
        private int line = 1;
        private int start;

        public WaiverNode At(long offset)
        {
            for (; seen < offset; seen++)
            {
                if (utf8[seen] != (byte)'\n') continue;
                line++;
                start = seen + 1;
            }

            return new(line, (int)offset - start + 1);
        }
    }
}
