using System.Security.Cryptography;

namespace ServerlessSec.Sources.Advisories;

/// <summary>
/// Brings what others say of vulnerabilities into the directory: CISA's catalogue and EPSS scores. What is broken, older or
/// not to be had leaves what is there.
/// </summary>
internal sealed class ExtrasBuild(AdvisoryDownload download, string directory, Func<string, string> newPath, TimeProvider time, Action<string> problem)
{
    /// <summary>What the manifest is to say, and the CVEs.</summary>
    public async Task<(AdvisoryExtra? Extra, HashSet<string> Cves)> ExploitedAsync(string? source, AdvisoryExtra? present, CancellationToken stop)
    {
        var extra = await BringAsync(source, present, "exploited", ".txt", "The catalogue of known exploited vulnerabilities", static path =>
        {
            var catalogue = KnownExploited.Read(path);
            return (KnownExploited.ToBytes(catalogue.Cves), catalogue.Cves.Count, catalogue.Released);
        }, stop).ConfigureAwait(false);
        try
        {
            return (extra, extra is null ? [] : KnownExploited.Open(directory, extra));
        }
        catch (FormatException damaged)
        {
            problem($"The catalogue of known exploited vulnerabilities could not be read: {damaged.Message}.");
            return (null, []);
        }
    }

    public Task<AdvisoryExtra?> ScoresAsync(string? source, AdvisoryExtra? present, CancellationToken stop) =>
        BringAsync(source, present, "scores", ".bin", "The EPSS scores", static path =>
        {
            var feed = EpssFeed.Read(path);
            return (EpssScores.ToBytes(feed), feed.Scores.Count, feed.Date);
        }, stop);

    private async Task<AdvisoryExtra?> BringAsync(
        string? source,
        AdvisoryExtra? present,
        string name,
        string extension,
        string what,
        Func<string, (byte[] Bytes, int Count, DateTimeOffset? Date)> read,
        CancellationToken stop)
    {
        if (source is null) return present;
        var isAddress = AdvisoryStoreBuilder.IsAddress(source);
        try
        {
            var path = source;
            if (isAddress)
            {
                path = newPath("extra");
                await download.FetchAsync(new(source), path, null, static (_, _) => { }, stop, 64 << 20).ConfigureAwait(false);
            }

            var (bytes, count, date) = read(path);
            if (present is not null && present.Date > (date ?? DateTimeOffset.MinValue))
            {
                problem($"{what} are older than those at hand, which stay.");
                return present;
            }

            return Keep(bytes, count, date, source, isAddress ? time.GetUtcNow() : null, name, extension);
        }
        catch (Exception e) when (isAddress && e is HttpRequestException or IOException or FormatException)
        {
            problem($"{what} could not be had: {e.Message.TrimEnd('.')}.");
            return present;
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"'{source}' cannot be used: {wrong.Message}", wrong);
        }
    }

    private AdvisoryExtra Keep(byte[] bytes, int count, DateTimeOffset? date, string address, DateTimeOffset? asked, string name, string extension)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        var extra = new AdvisoryExtra
        {
            File = $"{name}-{digest[..16]}{extension}",
            Bytes = bytes.Length,
            Sha256 = digest,
            Count = count,
            Date = date,
            Address = address,
            Checked = asked,
        };
        var temporary = newPath(name);
        File.WriteAllBytes(temporary, bytes);
        File.Move(temporary, Path.Combine(directory, extra.File), overwrite: true);
        return extra;
    }
}
