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

    public const int CurrentSchema = 2;

    private const long MaximumGeneration = 1L << 60;

    public static AdvisoryManifest Empty { get; } = new();

    public int SchemaVersion { get; init; } = CurrentSchema;

    /// <summary>
    /// Grows whenever the manifest comes to mean other files; 0 where it was written before there was such a number. By it scans
    /// know which of two sets is the later one, which no date in the records tells: an advisory that comes today may be of last week.
    /// </summary>
    public long Generation { get; init; }

    /// <summary>By ecosystem, sorted.</summary>
    public ImmutableArray<AdvisoryFile> Ecosystems { get; init; } = [];

    /// <summary>The vulnerabilities known to be exploited, of CISA's catalogue.</summary>
    public AdvisoryExtra? Exploited { get; init; }

    /// <summary>EPSS scores.</summary>
    public AdvisoryExtra? Scores { get; init; }

    /// <summary>Names of all files that the manifest means.</summary>
    internal IEnumerable<string> FileNames =>
        Ecosystems.Select(static file => file.File).Concat(new[] { Exploited, Scores }.OfType<AdvisoryExtra>().Select(static extra => extra.File));

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
            if (manifest.Generation is < 0 or > MaximumGeneration) throw new FormatException("the manifest of the advisories has an impossible generation");
            if (manifest is { Exploited.IsComplete: false } or { Scores.IsComplete: false })
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

    /// <summary>
    /// This manifest with the next generation. It is the time in milliseconds, or one more than the last where clocks differ: so it
    /// also outgrows the generations of a manifest that was lost, or in whose place an older one was put back.
    /// </summary>
    public AdvisoryManifest Raised(DateTimeOffset now) => this with { Generation = Math.Max(Generation + 1, now.ToUnixTimeMilliseconds()) };

    /// <summary>Whether both mean the same files, which are named by their content.</summary>
    public bool MeansTheSameAs(AdvisoryManifest other) => FileNames.SequenceEqual(other.FileNames);

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

    /// <summary>When the source was last asked and had nothing newer; null where there is none to ask.</summary>
    public DateTimeOffset? Checked { get; init; }

    /// <summary>Tag of the source's list of modifications that was held against the file.</summary>
    public string? Listed { get; init; }

    /// <summary>Digest of the vulnerabilities that were marked as exploited.</summary>
    public string? Exploited { get; init; }

    /// <summary>The only releases of a distribution that records were kept of (<c>Debian:12</c>); empty for all.</summary>
    public ImmutableArray<string> Releases { get; init; } = [];

    /// <summary>Whether a set of which that is the newest modification is older than this one; a date that is still to come protects nothing.</summary>
    public bool Outdates(DateTimeOffset? newest, DateTimeOffset now) => newest < Newest && Newest <= now;

    /// <summary>What age is counted from.</summary>
    [JsonIgnore]
    public DateTimeOffset? Date => Checked ?? Newest;

    [JsonIgnore]
    internal bool IsComplete =>
        Ecosystem is { Length: > 0 } && IsFileName(File, ".db") && Sha256 is { Length: 64 } && Content is { Length: 64 }
            && !Origins.IsDefault && !Releases.IsDefault;

    // No path, no device, nothing that a file system reads in its own way.
    internal static bool IsFileName(string? name, string extension) =>
        name is [not '.', ..]
            && name.EndsWith(extension, StringComparison.Ordinal)
            && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ' ' or ':');
}

/// <summary>A file of what others say of the advisories' vulnerabilities.</summary>
public sealed record AdvisoryExtra
{
    /// <summary>Its name in the directory, which changes with its content.</summary>
    public required string File { get; init; }

    public required long Bytes { get; init; }

    public required string Sha256 { get; init; }

    /// <summary>Vulnerabilities in it.</summary>
    public required int Count { get; init; }

    /// <summary>The day that its publisher wrote on it.</summary>
    public DateTimeOffset? Date { get; init; }

    public required string Address { get; init; }

    public DateTimeOffset? Checked { get; init; }

    [JsonIgnore]
    internal bool IsComplete =>
        (AdvisoryFile.IsFileName(File, ".txt") || AdvisoryFile.IsFileName(File, ".bin")) && Sha256 is { Length: 64 };
}

/// <summary>Where records came from.</summary>
public sealed record AdvisoryOrigin(string Address, string? ETag);

[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AdvisoryManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext;
