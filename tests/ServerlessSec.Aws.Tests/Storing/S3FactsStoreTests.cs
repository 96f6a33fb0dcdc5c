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
        Assert.Equal(2, (await bucket.ListObjectsV2Async(new() { BucketName = bucketName, Prefix = "facts/" }, Stop)).S3Objects.Count(o => o.Key.Contains(address, StringComparison.Ordinal) || o.Size > 0));
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
        Assert.Equal(("one", Start, "role"), (first.Address, first.DiffersSince, first.Role));

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
        Role = "role",
        Touches = ["arn:aws:sqs:eu-central-1:111122223333:orders"],
    };

    private static FunctionRecord Record(string name) => new() { Id = name, Package = new() { Id = name, Inventory = new() { Files = 3 } } };
}
