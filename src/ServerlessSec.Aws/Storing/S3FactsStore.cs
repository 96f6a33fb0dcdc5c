using System.Collections.Immutable;
using System.IO.Compression;
using Amazon.S3;
using Amazon.S3.Model;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using Owner = ServerlessSec.Scanning.Owner;

namespace ServerlessSec.Aws.Storing;

/// <summary>Facts records in a bucket, each at an address that is its content's; their summaries in the state table.</summary>
public sealed class S3FactsStore(IAmazonS3 bucketClient, string bucket, StateTable table) : IFactsStore
{
    private const int ReadBytes = 256 << 20;
    private const int AtOnce = 16;

    private readonly FactsPack pack = new(bucketClient, bucket);

    public async Task<string> PutAsync(FunctionRecord facts, CancellationToken stop)
    {
        using var json = new MemoryStream();
        FactsJson.WriteFunction(facts, json);
        var address = FactsPack.Address(json.GetBuffer().AsSpan(0, (int)json.Length));

        using var packed = new MemoryStream();
        json.Position = 0;
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true)) json.CopyTo(brotli);
        packed.Position = 0;
        // Written anew each time: the object's age then says how long ago it was of use.
        await bucketClient.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = ObjectKey(address), InputStream = packed, ContentType = "application/json", AutoCloseStream = false },
            stop).ConfigureAwait(false);
        return address;
    }

    public async Task<FunctionRecord> GetAsync(string address, CancellationToken stop) => Parse(await OpenAsync(address, stop).ConfigureAwait(false));

    public async Task<ImmutableArray<FactsRead>> GetAllAsync(IReadOnlyCollection<string> addresses, CancellationToken stop)
    {
        var found = addresses.Count > FactsPack.Worth ? await pack.ReadAsync(addresses.ToHashSet(StringComparer.Ordinal), stop).ConfigureAwait(false) : [];
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var alone = addresses.Where(address => !found.ContainsKey(address)).ToArray();
        foreach (var chunk in alone.Chunk(AtOnce))
        {
            foreach (var (address, json, problem) in await Task.WhenAll(chunk.Select(address => TryOpenAsync(address, stop))).ConfigureAwait(false))
            {
                if (json is null) problems[address] = problem!;
                else found[address] = json;
            }
        }

        if (alone.Length - problems.Count > FactsPack.Worth) await pack.WriteAsync(found.Values, stop).ConfigureAwait(false);
        return [.. addresses.Select(address => problems.TryGetValue(address, out var problem) ? new(address, null, problem) : TryParse(address, found[address]))];
    }

    public async Task<FactsSummary?> SummaryAsync(Owner owner, ScanKind scan, CancellationToken stop) =>
        await table.GetAsync(Keys.Facts(owner, scan), stop).ConfigureAwait(false) is { } row && row.Text("Order") is not null ? FactsSummaryRows.Read(row) : null;

    public async Task<bool> SummarizeAsync(FactsSummary summary, CancellationToken stop)
    {
        while (true)
        {
            var row = await table.GetAsync(Keys.Facts(summary.Owner, summary.Scan), stop).ConfigureAwait(false);
            var before = row is null ? null : FactsSummaryRows.Read(row);
            if (before is not null && before.Order > summary.Order) return false;
            var former = before?.Address is { } address && address != summary.Address ? address : null;
            // Those of a function that is gone first: afterwards nothing would name them, should this end here.
            if (former is not null && summary.Address is null) await ReleaseAsync(former, stop).ConfigureAwait(false);
            if (!await table.ChangeAsync(FactsSummaryRows.Change(summary, before, table.Time.GetUtcNow()), stop).ConfigureAwait(false)) continue;
            if (former is not null && summary.Address is not null) await ReleaseAsync(former, stop).ConfigureAwait(false);
            return true;
        }
    }

    public IAsyncEnumerable<FactsSummary> SummariesAsync(CancellationToken stop) => Enumerable.Range(0, Keys.Shards).ToAsyncEnumerable()
        .SelectMany(shard => table.LookUpAsync(table.IndexAsync(TableIndex.Reference, Keys.Sharded("FACTS", shard), null, stop), stop))
        .Select(FactsSummaryRows.Read);

    public IAsyncEnumerable<FactsSummary> DifferencesAsync(CancellationToken stop) =>
        table.LookUpAsync(table.IndexAsync(TableIndex.Dirty, FactsSummaryRows.JoinKey, null, stop), stop)
            .Select(FactsSummaryRows.Read).Where(static summary => summary.DiffersSince is not null);

    public async Task MarkReadAsync(ImmutableArray<FactsSummary> read, ImmutableArray<FactsSummary> unread, CancellationToken stop)
    {
        foreach (var summary in unread.Where(static s => s.Read is not null || s.DiffersSince is not null))
            await table.ChangeAsync(FactsSummaryRows.MarkUnread(summary), stop).ConfigureAwait(false);

        foreach (var summary in read)
        {
            if (await table.ChangeAsync(FactsSummaryRows.MarkRead(summary, table.Time.GetUtcNow()), stop).ConfigureAwait(false)) continue;
            // It changed meanwhile: it still differs, from what was read now.
            var change = new RowChange(Keys.Facts(summary.Owner, summary.Scan)).Set("Read", summary.Address).IfThere();
            await table.ChangeAsync(change, stop).ConfigureAwait(false);
        }
    }

    private Task ReleaseAsync(string address, CancellationToken stop) => ReleasedObject.MarkAsync(bucketClient, bucket, ObjectKey(address), stop);

    /// <summary>The record's JSON, which is what its address says.</summary>
    private async Task<byte[]> OpenAsync(string address, CancellationToken stop)
    {
        using var json = new MemoryStream();
        try
        {
            using var answer = await bucketClient.GetObjectAsync(
                new GetObjectRequest { BucketName = bucket, Key = ObjectKey(address) }, stop).ConfigureAwait(false);
            using var brotli = new BrotliStream(answer.ResponseStream, CompressionMode.Decompress);
            var buffer = new byte[81_920];
            for (int read; (read = await brotli.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0; json.Write(buffer, 0, read))
            {
                if (json.Length > ReadBytes) throw new FormatException($"the facts record '{address}' is longer than any that is written");
            }
        }
        catch (AmazonS3Exception absent) when (absent.ErrorCode == "NoSuchKey")
        {
            throw new FormatException($"the facts record '{address}' is not there", absent);
        }
        catch (InvalidDataException corrupt)
        {
            throw new FormatException($"the facts record '{address}' is corrupt", corrupt);
        }
        catch (InvalidOperationException corrupt) when (corrupt is not ObjectDisposedException)
        {
            // Which is how the decoder says that the data is none of its own.
            throw new FormatException($"the facts record '{address}' is corrupt", corrupt);
        }

        var content = json.ToArray();
        return address.EndsWith(FactsPack.Digest(content), StringComparison.Ordinal)
            ? content
            : throw new FormatException($"the facts record '{address}' is not what its address says");
    }

    private async Task<(string Address, byte[]? Json, string? Problem)> TryOpenAsync(string address, CancellationToken stop)
    {
        try
        {
            return (address, await OpenAsync(address, stop).ConfigureAwait(false), null);
        }
        catch (FormatException unread)
        {
            return (address, null, unread.Message);
        }
    }

    private static FactsRead TryParse(string address, byte[] json)
    {
        try
        {
            return new(address, Parse(json), null);
        }
        catch (FormatException unread)
        {
            return new(address, null, unread.Message);
        }
    }

    private static FunctionRecord Parse(byte[] json)
    {
        using var stream = new MemoryStream(json, writable: false);
        return FactsJson.ReadFunction(stream);
    }

    private static string ObjectKey(string address) => $"facts/{address}.json.br";
}
