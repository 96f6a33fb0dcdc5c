using System.Collections.Immutable;
using System.Security.Cryptography;
using ServerlessSec.Advisories;

namespace ServerlessSec.Sources.Advisories;

/// <summary>What a directory of advisories holds, each file checked whole.</summary>
public sealed record AdvisoryStatus
{
    public required string Directory { get; init; }

    /// <summary>As <c>AdvisorySet.Id</c> of a scan that uses all of it.</summary>
    public required string Id { get; init; }

    public ImmutableArray<EcosystemStatus> Ecosystems { get; init; } = [];

    /// <summary>CISA's catalogue; null where it was never had.</summary>
    public AdvisoryExtra? Exploited { get; init; }

    /// <summary>EPSS scores; null where they were never had.</summary>
    public AdvisoryExtra? Scores { get; init; }

    /// <summary>Why nothing can be said; null where it can.</summary>
    public string? Problem { get; init; }

    public static async Task<AdvisoryStatus> ReadAsync(string directory, TimeProvider? time = null, CancellationToken stop = default)
    {
        var now = (time ?? TimeProvider.System).GetUtcNow();
        try
        {
            var manifest = AdvisoryManifest.Read(directory);
            var ecosystems = ImmutableArray.CreateBuilder<EcosystemStatus>();
            foreach (var file in manifest.Ecosystems)
                ecosystems.Add(await EcosystemAsync(directory, file, now, stop).ConfigureAwait(false));
            return new()
            {
                Directory = directory,
                Id = AdvisoryManifest.Digest(manifest.Ecosystems),
                Ecosystems = ecosystems.ToImmutable(),
                Exploited = manifest.Exploited,
                Scores = manifest.Scores,
            };
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return new() { Directory = directory, Id = AdvisoryManifest.Digest([]), Problem = e.Message };
        }
    }

    private static async Task<EcosystemStatus> EcosystemAsync(
        string directory,
        AdvisoryFile file,
        DateTimeOffset now,
        CancellationToken stop) => new()
        {
            Ecosystem = file.Ecosystem,
            Path = Path.Combine(directory, file.File),
            Records = file.Records,
            Packages = file.Packages,
            Rejected = file.Rejected,
            Newest = file.Newest,
            Checked = file.Checked,
            Age = AdvisoryAge.Of(file.Ecosystem, file.Newest, file.Checked, now).Age,
            Origins = file.Origins,
            Bytes = file.Bytes,
            Problem = await CheckAsync(directory, file, stop).ConfigureAwait(false),
        };

    private static async Task<string?> CheckAsync(string directory, AdvisoryFile file, CancellationToken stop)
    {
        try
        {
            AdvisoryDatabase.Open(directory, file).Dispose();
            using var stream = File.OpenRead(Path.Combine(directory, file.File));
            var digest = await SHA256.HashDataAsync(stream, stop).ConfigureAwait(false);
            return Convert.ToHexStringLower(digest) == file.Sha256 ? null : $"'{file.File}' is damaged: its checksum is another";
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }
}

public sealed record EcosystemStatus
{
    public required string Ecosystem { get; init; }

    public required string Path { get; init; }

    public required int Records { get; init; }

    public required int Packages { get; init; }

    public int Rejected { get; init; }

    public DateTimeOffset? Newest { get; init; }

    /// <summary>When the source was last asked and had nothing newer.</summary>
    public DateTimeOffset? Checked { get; init; }

    /// <summary>Since then, else since the newest record.</summary>
    public TimeSpan? Age { get; init; }

    public ImmutableArray<AdvisoryOrigin> Origins { get; init; } = [];

    public required long Bytes { get; init; }

    public bool IsIntact => Problem is null;

    public string? Problem { get; init; }
}
