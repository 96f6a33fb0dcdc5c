using System.Net;
using System.Net.Http.Headers;

namespace ServerlessSec.Sources.Advisories;

/// <summary>Hears what is fetched, for messages and a progress bar.</summary>
public interface IDownloadListener
{
    /// <summary>Before anything is fetched: what will be, and how large it is where the server says.</summary>
    void Announce(IReadOnlyList<AnnouncedDownload> downloads);

    /// <summary>Bytes of one ecosystem that have come so far.</summary>
    void Received(string ecosystem, long bytes, long? total);
}

public sealed record AnnouncedDownload(string Ecosystem, Uri Address, long? Bytes);

/// <summary>Fetches bulk exports of OSV records.</summary>
public sealed class AdvisoryDownload(HttpClient http)
{
    /// <summary>The public export of osv.dev, the default source.</summary>
    public static Uri PublicExport { get; } = new("https://osv-vulnerabilities.storage.googleapis.com");

    /// <summary>CISA's catalogue of known exploited vulnerabilities; a mirror keeps a file of the same name beside its export.</summary>
    public static Uri PublicExploited { get; } = new("https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json");

    /// <summary>FIRST's scores of the day; a mirror keeps a file of the same name beside its export.</summary>
    public static Uri PublicScores { get; } = new("https://epss.empiricalsecurity.com/epss_scores-current.csv.gz");

    private const int Redirects = 5;

    /// <summary>How long a server may be silent.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    public long MaximumBytes { get; init; } = 4L << 30;

    /// <summary>A client as this class wants it: redirects are followed here, where they are looked at.</summary>
    public static HttpClient CreateClient()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        var client = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
        var version = typeof(AdvisoryDownload).Assembly.GetName().Version?.ToString(3);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("serverlesssec", version));
        return client;
    }

    /// <summary>Where the catalogue of exploited vulnerabilities is, for a base address of exports.</summary>
    public static Uri ExploitedOf(Uri baseAddress) => Beside(baseAddress, PublicExploited);

    /// <summary>Where EPSS scores are, for a base address of exports.</summary>
    public static Uri ScoresOf(Uri baseAddress) => Beside(baseAddress, PublicScores);

    /// <summary>Where a base address keeps an ecosystem's export.</summary>
    public static Uri ArchiveOf(Uri baseAddress, string ecosystem) =>
        new($"{baseAddress.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(ecosystem)}/all.zip");

    /// <summary>Where a base address keeps the list of an ecosystem's records and when each was last modified.</summary>
    public static Uri ListOf(Uri baseAddress, string ecosystem) =>
        new($"{baseAddress.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(ecosystem)}/modified_id.csv");

    /// <summary>Where a base address keeps one record.</summary>
    public static Uri RecordOf(Uri baseAddress, string ecosystem, string id) =>
        new($"{baseAddress.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(ecosystem)}/{Uri.EscapeDataString(id)}.json");

    /// <summary>The size that the server says; null where it does not.</summary>
    public async Task<long?> SizeAsync(Uri address, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Head, address, null, stop).ConfigureAwait(false);
        return response.IsSuccessStatusCode ? response.Content.Headers.ContentLength : null;
    }

    /// <summary>Fetches to a file; null where <paramref name="etag"/> still holds, else the new tag, empty where there is none.</summary>
    /// <exception cref="HttpRequestException">The server could not be reached, refused, or broke off.</exception>
    /// <param name="most">More bytes than this are refused; null for <see cref="MaximumBytes"/>.</param>
    public async Task<string?> FetchAsync(
        Uri address, string file, string? etag, Action<long, long?> received, CancellationToken stop, long? most = null)
    {
        var maximum = most ?? MaximumBytes;
        using var response = await SendAsync(HttpMethod.Get, address, etag, stop).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.NotModified && etag is not null) return null;
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"'{address}' answered {(int)response.StatusCode}", null, response.StatusCode);
        var total = response.Content.Headers.ContentLength;
        if (total > maximum) throw new HttpRequestException($"'{address}' has {total} bytes, more than {maximum}");
        var length = await CopyAsync(response, address, file, maximum, bytes => received(bytes, total), stop).ConfigureAwait(false);
        if (total is not null && length != total) throw new HttpRequestException($"'{address}' broke off after {length} of {total} bytes");
        return response.Headers.ETag?.ToString() ?? "";
    }

    /// <summary>Fetches a short text.</summary>
    public async Task<string> TextAsync(Uri address, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Get, address, null, stop).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"'{address}' answered {(int)response.StatusCode}", null, response.StatusCode);
        await response.Content.LoadIntoBufferAsync(1 << 20, stop).ConfigureAwait(false);
        return await response.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Fetches a small file; null where the server says that there is none.</summary>
    /// <exception cref="HttpRequestException">The server could not be reached, refused, broke off, or sent more.</exception>
    public async Task<byte[]?> BytesAsync(Uri address, int most, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Get, address, null, stop).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone) return null;
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"'{address}' answered {(int)response.StatusCode}", null, response.StatusCode);
        await response.Content.LoadIntoBufferAsync(most, stop).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Whether the server says that there is no such file.</summary>
    public async Task<bool> IsAbsentAsync(Uri address, CancellationToken stop)
    {
        using var response = await SendAsync(HttpMethod.Head, address, null, stop).ConfigureAwait(false);
        return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone;
    }

    private async Task<long> CopyAsync(
        HttpResponseMessage response,
        Uri address,
        string file,
        long maximum,
        Action<long> received,
        CancellationToken stop)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var buffer = new byte[128 * 1024];
        var length = 0L;
        try
        {
            var body = await response.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            using var target = new FileStream(file, FileMode.Create, FileAccess.Write);
            while (true)
            {
                silence.CancelAfter(Patience);
                var read = await body.ReadAsync(buffer, silence.Token).ConfigureAwait(false);
                if (read == 0) return length;
                length += read;
                if (length > maximum) throw new HttpRequestException($"'{address}' sends more than {maximum} bytes");
                await target.WriteAsync(buffer.AsMemory(0, read), stop).ConfigureAwait(false);
                received(length);
            }
        }
        catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
        {
            throw new HttpRequestException($"'{address}' was silent for {Patience.TotalSeconds:0} seconds", e);
        }
        catch (IOException e) when (e is HttpIOException)
        {
            throw new HttpRequestException($"'{address}' broke off after {length} bytes", e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, string? etag, CancellationToken stop)
    {
        var current = address;
        for (var redirects = 0; redirects <= Redirects; redirects++)
        {
            if (!IsAllowed(current, redirected: redirects > 0))
                throw new HttpRequestException($"'{current}' is not fetched: only https is, and http of this machine");
            using var request = new HttpRequestMessage(method, current);
            if (!string.IsNullOrEmpty(etag) && EntityTagHeaderValue.TryParse(etag, out var tag)) request.Headers.IfNoneMatch.Add(tag);
            HttpResponseMessage response;
            try
            {
                response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (!stop.IsCancellationRequested)
            {
                throw new HttpRequestException($"'{current}' did not answer in time", e);
            }

            if ((int)response.StatusCode is not (301 or 302 or 303 or 307 or 308) || response.Headers.Location is not { } location)
                return response;
            response.Dispose();
            current = new Uri(current, location);
        }

        throw new HttpRequestException($"'{address}' redirects more than {Redirects} times");
    }

    private static Uri Beside(Uri baseAddress, Uri published) =>
        baseAddress == PublicExport ? published : new($"{baseAddress.AbsoluteUri.TrimEnd('/')}/{published.Segments[^1]}");

    private static bool IsAllowed(Uri address, bool redirected) =>
        address.Scheme == Uri.UriSchemeHttps || (!redirected && address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
}
