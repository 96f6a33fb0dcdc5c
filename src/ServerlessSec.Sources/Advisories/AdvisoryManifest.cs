using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Advisories;

/// <summary>What a directory of advisories holds: <c>manifest.json</c>, replaced as a whole.</summary>
public sealed record AdvisoryManifest
{
    public const string FileName = "manifest.json";

    public const int CurrentSchema = 1;

    public static AdvisoryManifest Empty { get; } = new();

    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>By ecosystem, sorted.</summary>
    public ImmutableArray<AdvisoryFile> Ecosystems { get; init; } = [];

    public AdvisoryFile? Find(string ecosystem) => Ecosystems.FirstOrDefault(file => file.Ecosystem == ecosystem);

    /// <summary>The directory's manifest, empty where there is none; throws <see cref="FormatException"/> where it
    /// cannot be read.</summary>
    public static AdvisoryManifest Read(string directory)
    {
        try
        {
            using var stream = SmallFile.Open(Path.Combine(directory, FileName));
            if (stream.Length > 16 << 20) throw new FormatException("the manifest of the advisories is too large");
            var manifest = JsonSerializer.Deserialize(stream, ManifestJson.Default.AdvisoryManifest);
            if (manifest is null) throw new FormatException("the manifest of the advisories is empty");
            if (manifest.SchemaVersion != CurrentSchema)
                throw new FormatException($"the advisories have schema {manifest.SchemaVersion}, not {CurrentSchema}: build them again");
            if (manifest.Ecosystems.IsDefault || manifest.Ecosystems.Any(file => file is not { IsComplete: true }))
                throw new FormatException("the manifest of the advisories is incomplete");
            return manifest;
        }
        catch (JsonException e)
        {
            throw new FormatException("the manifest of the advisories is not JSON", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Empty;
        }
    }

    /// <summary>This manifest with the file in place of the ecosystem's former one.</summary>
    public AdvisoryManifest With(AdvisoryFile file) =>
        this with { Ecosystems = [.. Ecosystems.Where(other => other.Ecosystem != file.Ecosystem).Append(file).OrderBy(static f => f.Ecosystem, StringComparer.Ordinal)] };

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, ManifestJson.Default.AdvisoryManifest);

    /// <summary>Replaces the directory's manifest in one step.</summary>
    internal void Write(string directory)
    {
        var temporary = Path.Combine(directory, $".manifest-{Guid.NewGuid():N}");
        using (var stream = new FileStream(temporary, FileMode.CreateNew))
        {
            JsonSerializer.Serialize(stream, this, ManifestJson.Default.AdvisoryManifest);
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, Path.Combine(directory, FileName), overwrite: true);
    }

    /// <summary>Digest over the content of the files; equal content has an equal one, whatever order it came in.</summary>
    public static string Digest(IEnumerable<AdvisoryFile> files)
    {
        var text = string.Concat(files
            .OrderBy(file => file.Ecosystem, StringComparer.Ordinal)
            .Select(file => $"{file.Ecosystem} {file.Content}\n"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}

/// <summary>One ecosystem's advisories.</summary>
public sealed record AdvisoryFile
{
    public required string Ecosystem { get; init; }

    /// <summary>Name of the SQLite file in the directory.</summary>
    public required string File { get; init; }

    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>Digest over the records, whatever the file's layout.</summary>
    public required string Content { get; init; }

    public required int Records { get; init; }

    public required int Packages { get; init; }

    /// <summary>Records of the sources that could not be read.</summary>
    public int Rejected { get; init; }

    public DateTimeOffset? Newest { get; init; }

    public ImmutableArray<AdvisoryOrigin> Origins { get; init; } = [];

    [JsonIgnore]
    internal bool IsComplete =>
        Ecosystem is { Length: > 0 } && IsFileName(File) && Sha256 is { Length: 64 } && Content is { Length: 64 };

    // No path, no device, nothing that a file system reads in its own way.
    private static bool IsFileName(string? name) =>
        name is [not '.', ..]
            && name.EndsWith(".db", StringComparison.Ordinal)
            && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ' ' or ':');
}

/// <summary>Where records came from.</summary>
public sealed record AdvisoryOrigin(string Address, string? ETag);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdvisoryManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
