using Amazon.S3;
using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class S3FactsStoreTests(Emulator emulator)
{
    private readonly FakeTimeProvider time = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Equal_facts_have_one_address_and_are_read_back()
    {
        using var turn = await emulator.TurnAsync();
        var (facts, bucket, bucketName) = await StoreAsync();
        var record = Record("desk");
        var address = await facts.PutAsync(record, Stop);
        Assert.Equal(address, await facts.PutAsync(Record("desk"), Stop));
        Assert.NotEqual(address, await facts.PutAsync(Record("till"), Stop));
        var read = await facts.GetAsync(address, Stop);
        Assert.Equal(("desk", Evidence.Package | Evidence.Inventory), (read.Id, read.Package!.Seen));
        Assert.Equal(2, (await bucket.ListObjectsV2Async(new() { BucketName = bucketName, Prefix = "facts/" }, Stop)).S3Objects.Count(o =>
            o.Key.Contains(address, StringComparison.Ordinal) || o.Size > 0));
    }

    [Theory, InlineData("garbage"), InlineData("truncated"), InlineData("other"), InlineData("absent")]
    public async Task A_record_that_is_not_what_its_address_says_is_refused(string how)
    {
        using var turn = await emulator.TurnAsync();
        var (facts, bucket, bucketName) = await StoreAsync();
        var address = await facts.PutAsync(Record("desk"), Stop);
        var key = $"facts/{address}.json.br";
        using var stored = new MemoryStream();
        using (var answer = await bucket.GetObjectAsync(bucketName, key, Stop)) await answer.ResponseStream.CopyToAsync(stored, Stop);
        using var other = new MemoryStream();
        var otherKey = $"facts/{await facts.PutAsync(Record("till"), Stop)}.json.br";
        using (var answer = await bucket.GetObjectAsync(bucketName, otherKey, Stop)) await answer.ResponseStream.CopyToAsync(other, Stop);
        var bytes = how switch
        {
            "garbage" => [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3],
            "truncated" => stored.ToArray()[..(int)(stored.Length / 2)],
            "other" => other.ToArray(),
            _ => null,
        };
        if (bytes is null) await bucket.DeleteObjectAsync(bucketName, key, Stop);
        else await bucket.PutObjectAsync(new() { BucketName = bucketName, Key = key, InputStream = new MemoryStream(bytes) }, Stop);
        await Assert.ThrowsAsync<FormatException>(() => facts.GetAsync(address, Stop));
    }

    [Fact]
    public async Task A_summary_differs_until_an_application_scan_has_read_that_very_address()
    {
        using var turn = await emulator.TurnAsync();
        var (facts, _, _) = await StoreAsync();
        Assert.True(await facts.SummarizeAsync(Summary("one"), Stop));
        var first = Assert.Single(await facts.DifferencesAsync(Stop).ToListAsync(Stop));
        Assert.Equal(("one", Start), (first.Address, first.DiffersSince));

        time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(await facts.SummarizeAsync(Summary("two", 1), Stop));
        await facts.MarkReadAsync([first], [], Stop);
        var second = Assert.Single(await facts.DifferencesAsync(Stop).ToListAsync(Stop));
        Assert.Equal(("two", "one", Start), (second.Address, second.Read, second.DiffersSince));

        await facts.MarkReadAsync([second], [], Stop);
        Assert.Empty(await facts.DifferencesAsync(Stop).ToListAsync(Stop));
        Assert.True(await facts.SummarizeAsync(Summary("two", 2), Stop));
        Assert.Empty(await facts.DifferencesAsync(Stop).ToListAsync(Stop));

        Assert.True(await facts.SummarizeAsync(Summary(null, 3), Stop));
        var gone = Assert.Single(await facts.DifferencesAsync(Stop).ToListAsync(Stop));
        Assert.False(gone.IsCurrent);
        await facts.MarkReadAsync([gone], [], Stop);
        Assert.Empty(await facts.DifferencesAsync(Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_summary_whose_facts_could_not_be_read_differs_again_once_equal_facts_are_kept()
    {
        using var turn = await emulator.TurnAsync();
        var (facts, _, _) = await StoreAsync();
        await facts.SummarizeAsync(Summary("one"), Stop);
        await facts.MarkReadAsync([Assert.Single(await facts.DifferencesAsync(Stop).ToListAsync(Stop))], [], Stop);
        await facts.MarkReadAsync([], [Assert.Single(await facts.SummariesAsync(Stop).ToListAsync(Stop))], Stop);
        Assert.Empty(await facts.DifferencesAsync(Stop).ToListAsync(Stop));
        Assert.True(await facts.SummarizeAsync(Summary("one", 1), Stop));
        Assert.Single(await facts.DifferencesAsync(Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task An_older_summary_does_not_replace_a_newer_one()
    {
        using var turn = await emulator.TurnAsync();
        var (facts, _, _) = await StoreAsync();
        await facts.SummarizeAsync(Summary("new", 5), Stop);
        Assert.False(await facts.SummarizeAsync(Summary("old", 4), Stop));
        Assert.Equal("new", Assert.Single(await facts.SummariesAsync(Stop).ToListAsync(Stop)).Address);
    }

    [Fact]
    public async Task Facts_that_no_summary_names_any_more_are_released_and_those_in_use_are_not()
    {
        using var turn = await emulator.TurnAsync();
        var (facts, bucket, name) = await StoreAsync();
        var first = await facts.PutAsync(Record("desk"), Stop);
        var second = await facts.PutAsync(Record("desk") with { Package = null }, Stop);
        foreach (var (address, minute) in ((string, int)[])[(first, 0), (first, 1), (second, 2)]) await facts.SummarizeAsync(Summary(address, minute), Stop);
        Assert.Equal((true, false), (await IsReleasedAsync(first), await IsReleasedAsync(second)));

        // As it was before: written anew, it is in use again.
        await facts.PutAsync(Record("desk"), Stop);
        await facts.SummarizeAsync(Summary(first, 3), Stop);
        Assert.Equal((false, true), (await IsReleasedAsync(first), await IsReleasedAsync(second)));
        Assert.False(await facts.SummarizeAsync(Summary(second, 1), Stop));
        Assert.False(await IsReleasedAsync(first));

        await facts.SummarizeAsync(Summary(null, 4), Stop);
        Assert.True(await IsReleasedAsync(first));
        // What is lost needs no release.
        await facts.SummarizeAsync(Summary("v1/lost", 5), Stop);
        Assert.True(await facts.SummarizeAsync(Summary(null, 6), Stop));

        async Task<bool> IsReleasedAsync(string address) =>
            (await bucket.GetObjectTaggingAsync(new() { BucketName = name, Key = $"facts/{address}.json.br" }, Stop)).Tagging
                ?.Any(static t => t is { Key: ReleasedObject.Tag, Value: ReleasedObject.Value }) == true;
    }

    [Fact]
    public async Task The_longest_different_comes_first_and_all_functions_are_known()
    {
        using var turn = await emulator.TurnAsync();
        var (facts, _, _) = await StoreAsync();
        foreach (var name in (string[])["c", "a", "b"])
        {
            await facts.SummarizeAsync(Summary("one", 0, name), Stop);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(["c", "a", "b"], (await facts.DifferencesAsync(Stop).ToListAsync(Stop)).Select(static s => s.Owner.Function));
        Assert.Equal(["a", "b", "c"], (await facts.SummariesAsync(Stop).ToListAsync(Stop)).Select(static s => s.Owner.Function).Order());
    }

    [Fact]
    public async Task Many_records_come_in_one_object_and_are_the_same_as_read_one_by_one()
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, name, _) = await emulator.TableAsync(time);
        using var bucket = Emulator.S3(proxy.Address);
        await bucket.PutBucketAsync(new Amazon.S3.Model.PutBucketRequest { BucketName = name, BucketRegionName = "eu-central-1" }, Stop);
        var facts = new S3FactsStore(bucket, name, table);
        var addresses = new List<string>();
        foreach (var n in Enumerable.Range(0, 60)) addresses.Add(await facts.PutAsync(Record($"function-{n}", n), Stop));

        Assert.Equal((61, 1), await ReadAsync());
        Assert.Equal((1, 0), await ReadAsync());

        // A few that changed are read alone, more than a few are packed anew; what is gone is in no one's way.
        foreach (var n in Enumerable.Range(0, 5)) addresses[n] = await facts.PutAsync(Record($"function-{n}", 100 + n), Stop);
        Assert.Equal((6, 0), await ReadAsync());
        addresses.RemoveRange(40, 10);
        foreach (var n in Enumerable.Range(10, 10)) addresses[n] = await facts.PutAsync(Record($"function-{n}", 200 + n), Stop);
        Assert.Equal((16, 1), await ReadAsync());
        Assert.Equal((1, 0), await ReadAsync());

        // Few need no pack.
        addresses.RemoveRange(FactsPack.Worth, addresses.Count - FactsPack.Worth);
        Assert.Equal((FactsPack.Worth, 0), await ReadAsync());

        async Task<(int Reads, int Writes)> ReadAsync()
        {
            var before = proxy.Seen.Count;
            var all = await facts.GetAllAsync(addresses, Stop);
            var seen = proxy.Seen.Skip(before).ToList();
            Assert.Equal(addresses, all.Select(static r => r.Address));
            foreach (var read in all)
            {
                Assert.Null(read.Problem);
                Assert.Equal(Json(await facts.GetAsync(read.Address, Stop)), Json(read.Record!));
            }

            return (seen.Count(static p => p.Operation.StartsWith("GET ", StringComparison.Ordinal)),
                seen.Count(static p => p.Operation.StartsWith("PUT ", StringComparison.Ordinal)));
        }
    }

    [Theory, InlineData("garbage"), InlineData("truncated"), InlineData("foreign"), InlineData("absent")]
    public async Task A_pack_that_is_not_as_it_was_written_changes_nothing_but_the_number_of_reads(string how)
    {
        using var turn = await emulator.TurnAsync();
        var (facts, bucket, bucketName) = await StoreAsync();
        var addresses = new List<string>();
        foreach (var n in Enumerable.Range(0, 30)) addresses.Add(await facts.PutAsync(Record($"function-{n}", n), Stop));
        var missing = addresses[7];
        await facts.GetAllAsync(addresses, Stop);
        using var stored = new MemoryStream();
        using (var answer = await bucket.GetObjectAsync(bucketName, FactsPack.Key, Stop)) await answer.ResponseStream.CopyToAsync(stored, Stop);
        using var foreign = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(foreign, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
            brotli.Write(System.Text.Encoding.UTF8.GetBytes("\n{}\n\n" + string.Join('\n', Enumerable.Range(0, 30).Select(static n => Json(Record("forged", n))))));
        var bytes = how switch
        {
            "garbage" => [0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3],
            "truncated" => stored.ToArray()[..(int)(stored.Length / 2)],
            "foreign" => foreign.ToArray(),
            _ => null,
        };
        if (bytes is null) await bucket.DeleteObjectAsync(bucketName, FactsPack.Key, Stop);
        else await bucket.PutObjectAsync(new() { BucketName = bucketName, Key = FactsPack.Key, InputStream = new MemoryStream(bytes) }, Stop);
        await bucket.DeleteObjectAsync(bucketName, $"facts/{missing}.json.br", Stop);

        var all = await facts.GetAllAsync(addresses, Stop);
        Assert.Equal(addresses, all.Select(static r => r.Address));
        Assert.Equal(Enumerable.Range(0, 30).Select(n => how == "truncated" && all[7].Record is not null || n != 7 ? $"function-{n}" : null), all.Select(static r => r.Record?.Id));
        if (how != "truncated") Assert.Contains("is not there", all[7].Problem, StringComparison.Ordinal);
    }

    private async Task<(S3FactsStore Facts, AmazonS3Client Bucket, string Name)> StoreAsync()
    {
        var (table, name, _) = await emulator.TableAsync(time);
        var bucket = Emulator.S3(await emulator.AddressAsync());
        await bucket.PutBucketAsync(new Amazon.S3.Model.PutBucketRequest { BucketName = name, BucketRegionName = "eu-central-1" }, Stop);
        return (new(bucket, name, table), bucket, name);
    }

    private static FactsSummary Summary(string? address, int minute = 0, string function = "desk") => new()
    {
        Owner = Function(function),
        Scan = ScanKind.Posture,
        Order = new(Start.AddMinutes(minute), null),
        Address = address,
    };

    private static FunctionRecord Record(string name, int files = 3) => new() { Id = name, Package = new() { Id = name, Inventory = new() { Files = files } } };

    private static string Json(FunctionRecord record)
    {
        using var json = new MemoryStream();
        FactsJson.WriteFunction(record, json);
        return System.Text.Encoding.UTF8.GetString(json.ToArray());
    }
}
