using System.Text.Json;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>Reads what a source map says of packages: the paths of sources, and what those said. No part of it is kept.</summary>
internal sealed class SourceMapReader(BundleFinds finds, ScanLimits limits)
{
    private const int SmallestBuffer = 64 << 10;

    private readonly List<ModulePath?> sources = [];
    private string? list;
    private int listDepth;
    private int index;
    private int count;

    /// <summary>Whether it says which code came from which source.</summary>
    public bool HasMappings { get; private set; }

    /// <summary>Where the packages were installed whose files it names.</summary>
    public HashSet<string> Places { get; } = new(StringComparer.Ordinal);

    /// <summary>Throws <see cref="FormatException"/> on what is no JSON.</summary>
    public void Read(Stream stream)
    {
        var buffer = new byte[SmallestBuffer];
        var filled = 0;
        var state = new JsonReaderState(new() { MaxDepth = 64 });
        try
        {
            while (true)
            {
                // Whole buffers, as what is unfinished at the end of one is looked at again in the next.
                var count = stream.ReadAtLeast(buffer.AsSpan(filled), buffer.Length - filled, throwOnEndOfStream: false);
                filled += count;
                var start = sources.Count == 0 && list is null && filled >= 3 && buffer.AsSpan(0, filled).StartsWith("\uFEFF"u8) ? 3 : 0;
                var reader = new Utf8JsonReader(buffer.AsSpan(start, filled - start), isFinalBlock: count == 0, state);
                while (reader.Read()) Take(ref reader);
                if (count == 0 || (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 0)) return;

                state = reader.CurrentState;
                var used = start + (int)reader.BytesConsumed;
                buffer.AsSpan(used, filled - used).CopyTo(buffer);
                filled -= used;
                if (filled < buffer.Length) continue;
                if (buffer.Length >= limits.ManifestBytes) throw new LimitReachedException($"more than {limits.ManifestBytes} bytes in one source");
                Array.Resize(ref buffer, (int)Math.Min(2L * buffer.Length, limits.ManifestBytes));
            }
        }
        catch (JsonException malformed)
        {
            throw new FormatException("the source map is malformed", malformed);
        }
        catch (InvalidOperationException malformed)
        {
            throw new FormatException("malformed text in the source map", malformed);
        }
    }

    private void Take(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                list = reader.ValueTextEquals("sources"u8) ? "sources" : reader.ValueTextEquals("sourcesContent"u8) ? "content"
                    : reader.ValueTextEquals("mappings"u8) ? "mappings" : null;
                listDepth = reader.CurrentDepth + 1;
                break;
            case JsonTokenType.StartArray when list is not null && reader.CurrentDepth == listDepth - 1:
                index = 0;
                if (list == "sources") sources.Clear();
                break;
            case JsonTokenType.EndArray when reader.CurrentDepth == listDepth - 1:
                list = null;
                break;
            case JsonTokenType.String when list is "mappings":
                HasMappings |= count > 0 && reader.ValueSpan.Length > 0;
                list = null;
                break;
            case JsonTokenType.String or JsonTokenType.Null when list is not null && reader.CurrentDepth == listDepth:
                if (list == "sources") Source(ref reader);
                else Content(ref reader);
                break;
        }
    }

    private void Source(ref Utf8JsonReader reader)
    {
        if (++count > limits.Entries) throw new LimitReachedException($"more than {limits.Entries} sources");
        var path = reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= ModulePath.Longest ? ModulePath.Parse(reader.GetString()!) : null;
        sources.Add(path);
        if (path is not { } known) return;
        Places.Add(known.Place);
        finds.Add(known, null, new(Technique.SourceMap, 0.95, $"{known.Place}/{known.File}"));
    }

    private void Content(ref Utf8JsonReader reader)
    {
        if (index < sources.Count && sources[index] is { } path && reader.TokenType == JsonTokenType.String)
            SourceText.Read(path, reader.GetString()!, Technique.SourceMap, finds);
        index++;
    }
}
