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
public sealed class AdvisoryBucket(IAmazonS3 client, string bucket)
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
    public async Task BringFileAsync(string directory, AdvisoryFile file, CancellationToken stop)
    {
        var path = Path.Combine(directory, file.File);
        if (File.Exists(path)) return;
        try
        {
            using var answer = await client.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = Files + file.File }, stop).ConfigureAwait(false);
            await SaveAsync(answer.ResponseStream, path + ".part", stop).ConfigureAwait(false);
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            throw new FormatException($"'{file.File}' is not to be had from the bucket: {absent.ErrorCode}", absent);
        }

        using (var stream = File.OpenRead(path + ".part"))
        {
            if (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, stop).ConfigureAwait(false)) != file.Sha256)
                throw new FormatException($"'{file.File}' in the bucket is damaged: its checksum is another");
        }

        File.Move(path + ".part", path, overwrite: true);
    }

    /// <summary>Makes the directory's file of one ecosystem the bucket's; false where the bucket's is newer by now.</summary>
    public async Task<bool> PutAsync(string directory, AdvisoryFile file, CancellationToken stop)
    {
        await PutFileAsync(directory, file, stop).ConfigureAwait(false);
        var workplace = Path.Combine(directory, ".swap");
        Directory.CreateDirectory(workplace);
        for (var attempt = 1; ; attempt++)
        {
            var tag = await BringManifestAsync(workplace, null, stop).ConfigureAwait(false);
            var present = Read(workplace);
            if (present.Find(file.Ecosystem) is { } other && other.Newest > file.Newest) return false;
            var merged = present.With(file);
            try
            {
                using var body = new MemoryStream(merged.ToBytes(), writable: false);
                await client.PutObjectAsync(
                    new PutObjectRequest { BucketName = bucket, Key = Manifest, InputStream = body, ContentType = "application/json", IfMatch = tag, IfNoneMatch = tag is null ? "*" : null },
                    stop).ConfigureAwait(false);
                return true;
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
        if (answer.LastModified is { } written && now - written.ToUniversalTime() > Renewed) await PutFileAsync(directory, file, stop).ConfigureAwait(false);
    }

    private async Task PutFileAsync(string directory, AdvisoryFile file, CancellationToken stop)
    {
        using var content = File.OpenRead(Path.Combine(directory, file.File));
        await client.PutObjectAsync(new PutObjectRequest { BucketName = bucket, Key = Files + file.File, InputStream = content, ContentType = "application/vnd.sqlite3", AutoCloseStream = false }, stop).ConfigureAwait(false);
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
