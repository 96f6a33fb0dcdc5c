using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// A bucket of advisories, much as a directory of them: one file for each ecosystem, named by its content, and a
/// manifest that alone decides which counts. The manifest is swapped under the condition that it is still the one read.
/// </summary>
public sealed class AdvisoryBucket(IAmazonS3 client, string bucket, TimeProvider time)
{
    private const string Manifest = AdvisoryManifest.FileName;

    /// <summary>The bucket forgets what lies here after a while.</summary>
    private const string Files = "files/";
    private const int Attempts = 10;

    /// <summary>A file is written anew when it is older than this, so that the bucket can expire what nobody renews.</summary>
    private static readonly TimeSpan Renewed = TimeSpan.FromDays(7);

    /// <summary>Brings the manifest, where it is not <paramref name="known"/>, into the directory; gives its tag, null where there is none.</summary>
    public async Task<string?> BringManifestAsync(string directory, string? known, CancellationToken stop)
    {
        var path = Path.Combine(directory, AdvisoryManifest.FileName);
        try
        {
            using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = Manifest, EtagToNotMatch = known }, stop).ConfigureAwait(false);
            await SaveAsync(answer.ResponseStream, path, stop).ConfigureAwait(false);
            return answer.ETag;
        }
        catch (AmazonS3Exception same) when (known is not null && same.StatusCode == HttpStatusCode.NotModified)
        {
            return known;
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            File.Delete(path);
            return null;
        }
    }

    /// <summary>Brings a file of the manifest into the directory, unless it is there.</summary>
    /// <exception cref="FormatException">The bucket has it not, or damaged.</exception>
    public Task BringFileAsync(string directory, AdvisoryFile file, CancellationToken stop) => BringAsync(directory, file.File, file.Sha256, stop);

    /// <inheritdoc cref="BringFileAsync"/>
    public Task BringExtraAsync(string directory, AdvisoryExtra extra, CancellationToken stop) => BringAsync(directory, extra.File, extra.Sha256, stop);

    private async Task BringAsync(string directory, string name, string sha256, CancellationToken stop)
    {
        var path = Path.Combine(directory, name);
        if (File.Exists(path)) return;
        try
        {
            using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = Files + name }, stop).ConfigureAwait(false);
            await SaveAsync(answer.ResponseStream, path + ".part", stop).ConfigureAwait(false);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            throw new FormatException($"'{name}' is not to be had from the bucket: {absent.ErrorCode}", absent);
        }

        using (var stream = File.OpenRead(path + ".part"))
        {
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop).ConfigureAwait(false)) != sha256)
                throw new FormatException($"'{name}' in the bucket is damaged: its checksum is another");
        }

        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>
    /// Makes the directory's file of one ecosystem the bucket's; gives the generation by which it is there, null where the bucket's is
    /// newer by now. Also the same file gets a new one: it was not to be read before.
    /// </summary>
    public async Task<long?> PutAsync(string directory, AdvisoryFile file, CancellationToken stop)
    {
        await PutFileAsync(directory, file.File, stop).ConfigureAwait(false);
        var now = time.GetUtcNow();
        var next = await SwapAsync(directory, present => present.Find(file.Ecosystem)?.Outdates(file.Newest, now) == true ? null : present.With(file).Raised(now), stop).ConfigureAwait(false);
        return next?.Generation;
    }

    /// <summary>Notes that the bucket's file was checked against its source; one that is another by now is left alone.</summary>
    public Task CheckAsync(string directory, AdvisoryFile file, CancellationToken stop) => SwapAsync(
        directory,
        present => present.Find(file.Ecosystem) is { } same && same.Sha256 == file.Sha256 && !(same.Checked > file.Checked) ? Following(present, present.With(file)) : null,
        stop);

    /// <summary>The generation of what the bucket has now; 0 where it has nothing that can be read.</summary>
    public async Task<long> GenerationAsync(string directory, CancellationToken stop)
    {
        await BringManifestAsync(directory, null, stop).ConfigureAwait(false);
        return Read(directory).Generation;
    }

    /// <summary>Makes the directory's catalogue of exploited vulnerabilities and its scores the bucket's, where those are no newer.</summary>
    public async Task PutExtrasAsync(string directory, AdvisoryManifest manifest, CancellationToken stop)
    {
        foreach (var extra in new[] { manifest.Exploited, manifest.Scores }.OfType<AdvisoryExtra>())
        {
            if (File.Exists(Path.Combine(directory, extra.File))) await PutFileAsync(directory, extra.File, stop).ConfigureAwait(false);
        }

        await SwapAsync(
            directory,
            present => Following(present, present with { Exploited = Newer(present.Exploited, manifest.Exploited), Scores = Newer(present.Scores, manifest.Scores) }),
            stop).ConfigureAwait(false);
    }

    private static AdvisoryExtra? Newer(AdvisoryExtra? present, AdvisoryExtra? other) => other is null || present?.Date > other.Date ? present : other;

    /// <summary>A manifest of before generations gets its first.</summary>
    private AdvisoryManifest Following(AdvisoryManifest present, AdvisoryManifest next) =>
        present.Generation > 0 && next.MeansTheSameAs(present) ? next : next.Raised(time.GetUtcNow());

    /// <summary>Replaces the manifest, if it is still the one that was read; gives the new one, null where <paramref name="change"/> gives nothing.</summary>
    private async Task<AdvisoryManifest?> SwapAsync(string directory, Func<AdvisoryManifest, AdvisoryManifest?> change, CancellationToken stop)
    {
        var workplace = Path.Combine(directory, ".swap");
        Directory.CreateDirectory(workplace);
        for (var attempt = 1; ; attempt++)
        {
            var tag = await BringManifestAsync(workplace, null, stop).ConfigureAwait(false);
            if (change(Read(workplace)) is not { } next) return null;
            try
            {
                using var body = new MemoryStream(next.ToBytes(), writable: false);
                await client.PutObjectAsync(
                    new PutObjectRequest { BucketName = bucket, Key = Manifest, InputStream = body, ContentType = "application/json", IfMatch = tag, IfNoneMatch = tag is null ? "*" : null },
                    stop).ConfigureAwait(false);
                return next;
            }
            catch (AmazonS3Exception lost) when (attempt < Attempts && lost.StatusCode is HttpStatusCode.PreconditionFailed or HttpStatusCode.Conflict)
            {
                // Another ecosystem's file was entered meanwhile.
            }
        }
    }

    /// <summary>Keeps a file that is still in use from expiring.</summary>
    public async Task RenewAsync(string directory, AdvisoryFile file, DateTimeOffset now, CancellationToken stop)
    {
        using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = Files + file.File, ByteRange = new(0, 0) }, stop).ConfigureAwait(false);
        if (answer.LastModified is { } written && now - written.ToUniversalTime() > Renewed) await PutFileAsync(directory, file.File, stop).ConfigureAwait(false);
    }

    private async Task PutFileAsync(string directory, string name, CancellationToken stop)
    {
        using var content = File.OpenRead(Path.Combine(directory, name));
        await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = Files + name, InputStream = content, ContentType = name.EndsWith(".db", StringComparison.Ordinal) ? "application/vnd.sqlite3" : "application/octet-stream", AutoCloseStream = false }, stop).ConfigureAwait(false);
    }

    private static AdvisoryManifest Read(string directory)
    {
        try
        {
            return AdvisoryManifest.Read(directory);
        }
        catch (FormatException)
        {
            // What cannot be read protects nothing.
            return AdvisoryManifest.Empty;
        }
    }

    private static async Task SaveAsync(Stream content, string path, CancellationToken stop)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write);
        await content.CopyToAsync(file, stop).ConfigureAwait(false);
    }
}
