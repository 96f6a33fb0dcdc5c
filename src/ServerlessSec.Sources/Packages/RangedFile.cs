using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages;

/// <summary>
/// A file on a server, of which only the ranges are fetched that are read (RFC 9110, §14); they are kept in a local file
/// with holes. It asks by GET alone, which is all that a presigned address allows. A server without ranges gives the whole.
/// </summary>
public sealed class RangedFile : ByteSource
{
    /// <summary>The end record of a zip and the longest comment, and most central directories.</summary>
    private const int Tail = 64 << 10;

    private const int SmallestFetch = 64 << 10;
    private const int LargestFetch = 4 << 20;

    // Bytes between two wanted ranges that are fetched rather than asked around.
    private const int Apart = 2 << 10;
    private const int AtOnce = 16;
    private const int Tries = 3;

    private readonly HttpClient http;
    private readonly Uri address;
    private readonly SafeFileHandle kept;
    private readonly EntityTagHeaderValue? version;
    private readonly ByteRanges held = new();
    private readonly Lock gate = new();
    private long fetched;
    private long lastEnd;
    private int ahead = SmallestFetch;

    private RangedFile(HttpClient http, Uri address, SafeFileHandle kept, EntityTagHeaderValue? version, long length)
    {
        (this.http, this.address, this.kept, this.version, Length) = (http, address, kept, version, length);
    }

    public override long Length { get; }

    /// <summary>Bytes that came over the wire.</summary>
    public long Fetched => Interlocked.Read(ref fetched);

    /// <summary>Fetches the end of the file. Takes <paramref name="kept"/>, an empty file, over; null, having closed it,
    /// where the server refuses the address: it has expired.</summary>
    /// <exception cref="LimitReachedException">The file is longer than <paramref name="limit"/> bytes.</exception>
    /// <exception cref="FormatException">The file is empty, or the server's answer contradicts itself.</exception>
    /// <exception cref="HttpRequestException">The server could not be reached, or failed.</exception>
    public static async Task<RangedFile?> OpenAsync(HttpClient http, Uri address, SafeFileHandle kept, long limit, CancellationToken stop)
    {
        RangedFile? file = null;
        try
        {
            using var answer = await FirstAsync(http, address, stop).ConfigureAwait(false);
            if (answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest) return null;
            answer.EnsureSuccessStatusCode();
            return file = answer.StatusCode == HttpStatusCode.PartialContent
                ? await TailAsync(http, address, kept, answer, limit, stop).ConfigureAwait(false)
                : await WholeAsync(http, address, kept, answer, limit, stop).ConfigureAwait(false);
        }
        finally
        {
            if (file is null) kept.Dispose();
        }
    }

    /// <summary>Whether every byte is here.</summary>
    public bool IsWhole
    {
        get
        {
            lock (gate) return held.HeldUntil(0) == Length;
        }
    }

    /// <summary>The end of the file, or the whole where the server has no such range: there are some that refuse one longer than the file.</summary>
    private static async Task<HttpResponseMessage> FirstAsync(HttpClient http, Uri address, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new(null, Tail) } };
        var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.RequestedRangeNotSatisfiable) return answer;
        answer.Dispose();
        return await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
    }

    public override bool IsAtHand(long offset, long length)
    {
        lock (gate) return held.HeldUntil(offset) is { } until && until >= Math.Min(offset + length, Length);
    }

    /// <summary>How many of the wanted bytes are not here yet, with what a fetch would bring besides.</summary>
    public long Cost(IEnumerable<ByteRange> wanted)
    {
        lock (gate) return held.Missing(wanted, Apart).Sum(static range => range.Length);
    }

    /// <summary>Fetches what is not here yet, several ranges at once.</summary>
    public async Task FetchAsync(IEnumerable<ByteRange> wanted, CancellationToken stop)
    {
        IReadOnlyList<ByteRange> missing;
        lock (gate) missing = held.Missing(wanted.Select(range => range with { End = Math.Min(range.End, Length) }), Apart);
        await Parallel.ForEachAsync(missing, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (range, stop) =>
        {
            for (var attempt = 1; !await TryFetchAsync(range, attempt == Tries, stop).ConfigureAwait(false); attempt++)
            {
            }
        }).ConfigureAwait(false);
    }

    /// <summary>SHA-256 of the whole file, in base 64; fetches what is not here.</summary>
    public async Task<string> DigestAsync(CancellationToken stop)
    {
        await FetchAsync([new(0, Length)], stop).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 << 10];
        for (long at = 0; at < Length;)
        {
            var count = await RandomAccess.ReadAsync(kept, buffer, at, stop).ConfigureAwait(false);
            hash.AppendData(buffer, 0, count);
            at += count;
        }

        return Convert.ToBase64String(hash.GetHashAndReset());
    }

    public override int Read(long offset, Span<byte> buffer)
    {
        lock (gate)
        {
            if (buffer.IsEmpty || offset >= Length) return 0;
            if (held.HeldUntil(offset) is null) Fetch(new(offset, held.MissingUntil(offset, Math.Min(Length, offset + Math.Max(buffer.Length, Ahead(offset))))));
            var until = held.HeldUntil(offset) ?? throw new FormatException("the server gave fewer bytes than were asked for");
            return RandomAccess.Read(kept, buffer[..(int)Math.Min(buffer.Length, until - offset)], offset);
        }
    }

    protected override void Dispose(bool disposing) => kept.Dispose();

    /// <summary>Who reads on where the last fetch ended gets twice as much.</summary>
    private int Ahead(long offset) => ahead = offset == lastEnd ? Math.Min(LargestFetch, ahead * 2) : SmallestFetch;

    private void Fetch(ByteRange range)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = Request(range);
                using var answer = http.Send(request, HttpCompletionOption.ResponseHeadersRead);
                Expect(answer, range);
                using var content = answer.Content.ReadAsStream();
                Keep(content, range);
                lastEnd = range.End;
                return;
            }
            catch (Exception failed) when (failed is HttpRequestException or IOException)
            {
                if (attempt == Tries) throw new FormatException("the server gave an error", failed);
            }
        }
    }

    private async Task<bool> TryFetchAsync(ByteRange range, bool isLast, CancellationToken stop)
    {
        try
        {
            using var request = Request(range);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
            Expect(answer, range);
            var content = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
            await KeepAsync(content, range, stop).ConfigureAwait(false);
            return true;
        }
        catch (Exception failed) when (!isLast && failed is HttpRequestException or IOException)
        {
            return false;
        }
    }

    private HttpRequestMessage Request(ByteRange range)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address) { Headers = { Range = new(range.Start, range.End - 1) } };
        // Only a strong tag holds for ranges (RFC 9110, §13.1.5).
        if (version is { IsWeak: false }) request.Headers.IfMatch.Add(version);
        return request;
    }

    private static void Expect(HttpResponseMessage answer, ByteRange range)
    {
        if (answer.StatusCode == HttpStatusCode.PreconditionFailed) throw new FormatException("the file was changed while it was read");
        answer.EnsureSuccessStatusCode();
        if (answer.StatusCode != HttpStatusCode.PartialContent || answer.Content.Headers.ContentRange is not { } given || given.From != range.Start || given.To != range.End - 1)
            throw new FormatException("the server gave another range than was asked for");
    }

    private static async Task<RangedFile> TailAsync(HttpClient http, Uri address, SafeFileHandle kept, HttpResponseMessage answer, long limit, CancellationToken stop)
    {
        if (answer.Content.Headers.ContentRange is not { From: { } from, To: { } to, Length: { } length } || to != length - 1 || from > to)
            throw new FormatException("the server does not say which range it gives");
        if (length > limit) throw new LimitReachedException($"more than {limit} bytes");
        var file = new RangedFile(http, address, kept, answer.Headers.ETag, length);
        await file.KeepAsync(await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false), new(from, length), stop).ConfigureAwait(false);
        return file;
    }

    private static async Task<RangedFile> WholeAsync(HttpClient http, Uri address, SafeFileHandle kept, HttpResponseMessage answer, long limit, CancellationToken stop)
    {
        var content = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        var buffer = new byte[128 << 10];
        long length = 0;
        for (int count; (count = await content.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0; length += count)
        {
            if (length + count > limit) throw new LimitReachedException($"more than {limit} bytes");
            await RandomAccess.WriteAsync(kept, buffer.AsMemory(0, count), length, stop).ConfigureAwait(false);
        }

        if (length == 0) throw new FormatException("the file is empty");
        var file = new RangedFile(http, address, kept, answer.Headers.ETag, length) { fetched = length };
        file.held.Add(new(0, length));
        return file;
    }

    private async Task KeepAsync(Stream content, ByteRange range, CancellationToken stop)
    {
        var buffer = new byte[(int)Math.Min(range.Length, 128 << 10)];
        for (var at = range.Start; at < range.End;)
        {
            var count = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, range.End - at)), stop).ConfigureAwait(false);
            if (count == 0) throw new HttpRequestException("the server broke off");
            await RandomAccess.WriteAsync(kept, buffer.AsMemory(0, count), at, stop).ConfigureAwait(false);
            at += count;
        }

        Interlocked.Add(ref fetched, range.Length);
        lock (gate) held.Add(range);
    }

    private void Keep(Stream content, ByteRange range)
    {
        var buffer = new byte[(int)Math.Min(range.Length, 128 << 10)];
        for (var at = range.Start; at < range.End;)
        {
            var count = content.Read(buffer, 0, (int)Math.Min(buffer.Length, range.End - at));
            if (count == 0) throw new HttpRequestException("the server broke off");
            RandomAccess.Write(kept, buffer.AsSpan(0, count), at);
            at += count;
        }

        Interlocked.Add(ref fetched, range.Length);
        held.Add(range);
    }
}
