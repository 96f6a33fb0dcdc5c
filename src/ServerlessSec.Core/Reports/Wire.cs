using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;

namespace ServerlessSec.Reports;

/// <summary>How every JSON format is put into bytes.</summary>
internal static class Wire
{
    private const int Piece = 64 << 10;

    public static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n", Encoder = Encoder() };

    public static void Write<T>(Stream output, T value, JsonTypeInfo<T> type)
    {
        using (var writer = new Utf8JsonWriter(new UnflushedStream(output), Options)) JsonSerializer.Serialize(writer, value, type);
        output.Write("\n"u8);
    }

    /// <summary>Passes on what is written so far, so that a long report is never in memory as a whole.</summary>
    public static void PassOn(this Utf8JsonWriter json)
    {
        if (json.BytesPending >= Piece) json.Flush();
    }

    /// <summary>An enum's member as JSON names it: <c>ResourcePolicy</c> as <c>resourcePolicy</c>.</summary>
    public static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    public static string Day(DateOnly day) => day.ToString("O", null);

    public static string Instant(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", null);

    /// <summary>
    /// Letters of all scripts stay readable. What HTML would take for markup is escaped, so that a report may be
    /// embedded, and so is what hides or turns text, so that it may be read in a terminal.
    /// </summary>
    private static JavaScriptEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([.. Shown.Invisible]);
        return JavaScriptEncoder.Create(settings);
    }
}
