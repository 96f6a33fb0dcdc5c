using System.Text;
using System.Text.Json;

namespace ServerlessSec.Templates.Trees;

/// <summary>JSON text to the same tree as YAML gives, with lines and columns.</summary>
internal static class JsonTree
{
    public static TemplateTree Read(ReadOnlySpan<byte> utf8, ScanLimits limits, string file)
    {
        var builder = new TreeBuilder(limits, file);
        var options = new JsonReaderOptions
        {
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            MaxDepth = TreeBuilder.MaximumDepth(limits) + 1,
        };
        JsonText.Check(utf8, options);
        var reader = new Utf8JsonReader(utf8, options);
        var position = new Position();
        while (reader.Read())
        {
            position.MoveTo(utf8, (int)reader.TokenStartIndex);
            Take(builder, ref reader, position);
        }

        return builder.Tree;
    }

    private static void Take(TreeBuilder builder, ref Utf8JsonReader reader, Position at)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                builder.Open(reader.TokenType == JsonTokenType.StartObject, null, null, at.Line, at.Column);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                builder.Close();
                break;
            case JsonTokenType.PropertyName or JsonTokenType.String:
                builder.Add(new Scalar(reader.GetString()!, ScalarKind.Text, Marks.None, at.Line, at.Column), null, at.Line, at.Column);
                break;
            default:
                var kind = reader.TokenType switch
                {
                    JsonTokenType.Number => ScalarKind.Number,
                    JsonTokenType.Null => ScalarKind.Null,
                    _ => ScalarKind.Boolean,
                };
                var text = kind == ScalarKind.Null ? "" : Encoding.UTF8.GetString(reader.ValueSpan);
                builder.Add(new Scalar(text, kind, Marks.None, at.Line, at.Column), null, at.Line, at.Column);
                break;
        }
    }

    private sealed class Position
    {
        private int offset;

        public int Line { get; private set; } = 1;

        public int Column { get; private set; } = 1;

        public void MoveTo(ReadOnlySpan<byte> utf8, int target)
        {
            for (; offset < target; offset++)
            {
                if (utf8[offset] == (byte)'\n') (Line, Column) = (Line + 1, 1);
                else if ((utf8[offset] & 0xC0) != 0x80) Column++;
            }
        }
    }
}
