using System.Text;
using Amazon.DynamoDBv2.Model;
using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Scanning;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class PublicationStoreTests(Emulator emulator)
{
    private readonly FakeTimeProvider time = new(Start.AddMinutes(1));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_is_due_until_its_own_revision_is_accepted_and_again_after_thirty_days()
    {
        using var turn = await emulator.TurnAsync();
        var (table, name, client) = await emulator.TableAsync(time);
        var (replacer, rows) = (new Replacer(new FindingStore(table), Scans), new PublicationStore(table));
        await replacer.ReplaceAsync(Run(), Saw(Finding()), Stop);
        var first = Assert.Single(await DueAsync(rows, time.GetUtcNow()));
        Assert.Equal((null, 1, true), (first.Accepted, first.Revision, first.IsOpen));

        await replacer.ReplaceAsync(Run(minute: 1), Saw(Finding(message: "It is wide open.")), Stop);
        await rows.AcceptAsync(first, time.GetUtcNow(), time.GetUtcNow() + PublishRun.Again, Stop);
        var second = Assert.Single(await DueAsync(rows, time.GetUtcNow()));
        Assert.Equal((2, null, time.GetUtcNow()), (second.Revision, second.Accepted, second.SentAt));

        await rows.AcceptAsync(second, time.GetUtcNow(), time.GetUtcNow() + PublishRun.Again, Stop);
        Assert.Empty(await DueAsync(rows, time.GetUtcNow().AddDays(29)));
        Assert.Equal(second.Told, Assert.Single(await DueAsync(rows, time.GetUtcNow().AddDays(31))).Accepted);

        await replacer.ReplaceAsync(Run(minute: 2), Saw(), Stop);
        var gone = Assert.Single(await DueAsync(rows, time.GetUtcNow().AddMinutes(5)));
        await rows.AcceptAsync(gone, time.GetUtcNow(), null, Stop);
        Assert.Empty(await DueAsync(rows, time.GetUtcNow().AddDays(400)));
        var row = (await client.ScanAsync(new() { TableName = name }, Stop)).Items.Single(static i => i["SK"].S.StartsWith("FINDING#", StringComparison.Ordinal));
        Assert.Equal((time.GetUtcNow() + PublicationStore.Kept).ToUnixTimeSeconds(), row.Number("ExpiresAt"));

        await replacer.ReplaceAsync(Run(minute: 3), Saw(Finding()), Stop);
        row = (await client.ScanAsync(new() { TableName = name }, Stop)).Items.Single(static i => i["SK"].S.StartsWith("FINDING#", StringComparison.Ordinal));
        Assert.Null(row.Number("ExpiresAt"));
    }

    [Fact]
    public async Task Seeing_again_makes_nothing_due()
    {
        using var turn = await emulator.TurnAsync();
        var table = (await emulator.TableAsync(time)).Table;
        var (replacer, rows) = (new Replacer(new FindingStore(table), Scans), new PublicationStore(table));
        await replacer.ReplaceAsync(Run(), Saw(Finding()) with { Gaps = [new(Gap())] }, Stop);
        foreach (var due in await DueAsync(rows, time.GetUtcNow())) await rows.AcceptAsync(due, time.GetUtcNow(), time.GetUtcNow() + PublishRun.Again, Stop);
        await replacer.ReplaceAsync(Run(minute: 1), Saw(Finding()) with { Gaps = [new(Gap())] }, Stop);
        Assert.Empty(await DueAsync(rows, time.GetUtcNow().AddDays(1)));
    }

    [Fact]
    public async Task A_refused_row_is_due_later_and_after_the_last_refusal_when_it_changes()
    {
        using var turn = await emulator.TurnAsync();
        var table = (await emulator.TableAsync(time)).Table;
        var (replacer, rows) = (new Replacer(new FindingStore(table), Scans), new PublicationStore(table));
        await replacer.ReplaceAsync(Run(), Saw(Finding()), Stop);
        var due = Assert.Single(await DueAsync(rows, time.GetUtcNow()));
        Assert.True(await rows.RefuseAsync(due, "InvalidInput", time.GetUtcNow().AddMinutes(15), Stop));
        Assert.Empty(await DueAsync(rows, time.GetUtcNow().AddMinutes(14)));
        due = Assert.Single(await DueAsync(rows, time.GetUtcNow().AddMinutes(16)));
        Assert.Equal(1, due.Refusals);
        Assert.True(await rows.RefuseAsync(due, "InvalidInput", null, Stop));
        Assert.Empty(await DueAsync(rows, time.GetUtcNow().AddDays(100)));
        await replacer.ReplaceAsync(Run(minute: 1), Saw(Finding(message: "It is wide open.")), Stop);
        Assert.Equal(0, Assert.Single(await DueAsync(rows, time.GetUtcNow())).Refusals);
        Assert.False(await rows.RefuseAsync(due, "InvalidInput", null, Stop));
    }

    [Fact]
    public async Task A_row_that_nobody_is_told_of_leaves_the_index_and_expires_unless_it_changes()
    {
        using var turn = await emulator.TurnAsync();
        var (table, name, client) = await emulator.TableAsync(time);
        var (replacer, rows) = (new Replacer(new FindingStore(table), Scans), new PublicationStore(table));
        await replacer.ReplaceAsync(Run(), Saw(Finding()), Stop);
        await rows.PostponeAsync(Assert.Single(await DueAsync(rows, time.GetUtcNow())), time.GetUtcNow().AddDays(7), Stop);
        Assert.Empty(await DueAsync(rows, time.GetUtcNow().AddDays(6)));
        await rows.PostponeAsync(Assert.Single(await DueAsync(rows, time.GetUtcNow().AddDays(8))), null, Stop);
        Assert.Empty(await DueAsync(rows, time.GetUtcNow().AddDays(400)));
        var row = (await client.ScanAsync(new() { TableName = name }, Stop)).Items.Single(static i => i["SK"].S.StartsWith("FINDING#", StringComparison.Ordinal));
        Assert.Equal((time.GetUtcNow() + PublicationStore.Kept).ToUnixTimeSeconds(), row.Number("ExpiresAt"));

        await replacer.ReplaceAsync(Run(minute: 1), Saw(Finding(message: "It is wide open.")), Stop);
        Assert.Single(await DueAsync(rows, time.GetUtcNow().AddMinutes(5)));
    }

    [Fact]
    public async Task Rows_of_all_owners_are_due_each_once()
    {
        using var turn = await emulator.TurnAsync();
        var table = (await emulator.TableAsync(time)).Table;
        var (replacer, rows) = (new Replacer(new FindingStore(table), Scans), new PublicationStore(table));
        foreach (var name in Enumerable.Range(0, 8).Select(static n => $"function-{n}"))
            await replacer.ReplaceAsync(Run(function: name), Saw(Enumerable.Range(0, 3).Select(n => Finding($"place {n}", function: name))), Stop);
        var due = await DueAsync(rows, time.GetUtcNow());
        Assert.Equal((24, 24), (due.Count, due.Select(static d => (d.Owner, d.Key)).Distinct().Count()));
    }

    [Fact]
    public async Task Only_a_scan_that_changes_a_row_marks_it_for_the_stream_and_whatever_the_publisher_writes_takes_that_off()
    {
        using var turn = await emulator.TurnAsync();
        var (table, name, client) = await emulator.TableAsync(time);
        var (replacer, rows) = (new Replacer(new FindingStore(table), Scans), new PublicationStore(table));
        await replacer.ReplaceAsync(Run(), Saw(Finding("a"), Finding("b"), Finding("c")) with { Gaps = [new(Gap())] }, Stop);
        var due = await DueAsync(rows, time.GetUtcNow());
        Assert.Equal(4, await MarkedAsync());
        Assert.True(await rows.RefuseAsync(due[0], "InvalidInput", time.GetUtcNow().AddMinutes(15), Stop));
        Assert.Equal(3, await MarkedAsync());
        await rows.PostponeAsync(due[1], time.GetUtcNow().AddDays(7), Stop);
        Assert.Equal(2, await MarkedAsync());
        foreach (var row in due[2..]) await rows.AcceptAsync(row, time.GetUtcNow(), time.GetUtcNow() + PublishRun.Again, Stop);
        Assert.Equal(0, await MarkedAsync());

        await replacer.ReplaceAsync(Run(minute: 1), Saw(Finding("a"), Finding("b"), Finding("c")) with { Gaps = [new(Gap())] }, Stop);
        Assert.Equal(0, await MarkedAsync());
        await replacer.ReplaceAsync(Run(minute: 2), Saw(Finding("a"), Finding("b")) with { Gaps = [new(Gap())] }, Stop);
        Assert.Equal(1, await MarkedAsync());

        // What changed while it was being told stays marked.
        var gone = Assert.Single(await DueAsync(rows, time.GetUtcNow().AddMinutes(5)), static d => !d.IsOpen);
        await replacer.ReplaceAsync(Run(minute: 3), Saw(Finding("a"), Finding("b"), Finding("c")) with { Gaps = [new(Gap())] }, Stop);
        await rows.AcceptAsync(gone, time.GetUtcNow(), null, Stop);
        Assert.Equal(1, await MarkedAsync());

        async Task<int> MarkedAsync() => (await client.ScanAsync(new() { TableName = name }, Stop)).Items.Count(static i => i.ContainsKey(LedgerRows.Untold));
    }

    [Fact]
    public async Task Whether_anything_is_due_takes_a_key_of_each_shard_at_most()
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        var rows = new PublicationStore(table);
        Assert.False(await rows.IsAnyDueAsync(time.GetUtcNow(), Stop));
        Assert.Equal(Keys.Shards, proxy.Seen.Count(static p => p.Operation == "Query"));
        foreach (var name in Enumerable.Range(0, 8).Select(static n => $"function-{n}"))
            await new Replacer(new FindingStore(table), Scans).ReplaceAsync(Run(function: name),
                Saw(Enumerable.Range(0, 3).Select(n => Finding($"place {n}", function: name))), Stop);

        var before = proxy.Seen.Count;
        Assert.True(await rows.IsAnyDueAsync(time.GetUtcNow(), Stop));
        Assert.All(proxy.Seen.Skip(before), static p => Assert.Equal(("Query", 1), (p.Operation, p.Json["Limit"]!.GetValue<int>())));
        Assert.InRange(proxy.Seen.Count - before, 1, Keys.Shards);

        foreach (var due in await DueAsync(rows, time.GetUtcNow())) await rows.AcceptAsync(due, time.GetUtcNow(), time.GetUtcNow() + PublishRun.Again, Stop);
        Assert.False(await rows.IsAnyDueAsync(time.GetUtcNow().AddDays(29), Stop));
        Assert.True(await rows.IsAnyDueAsync(time.GetUtcNow().AddDays(31), Stop));
    }

    [Theory]
    [InlineData("Hash", "")]
    [InlineData("FirstSeen", "yesterday")]
    [InlineData("State", "Forgotten")]
    [InlineData("Body", "{")]
    [InlineData("Body", "null")]
    [InlineData("Body", "{}")]
    [InlineData("Body", "\u0001\u0002\u0003 no Brotli")]
    [InlineData("Revision", "1.5")]
    [InlineData("Revision", "99999999999999999999")]
    public async Task A_row_that_cannot_be_read_is_passed_over_told_of_and_left_alone_for_hours(string attribute, string value)
    {
        using var turn = await emulator.TurnAsync();
        var (table, name, client) = await emulator.TableAsync(time);
        var told = new List<string>();
        var (replacer, rows) = (new Replacer(new FindingStore(table), Scans), new PublicationStore(table, (row, reason) => told.Add($"{row}: {reason}")));
        // The spoiled one is neither first nor last of its shard.
        await replacer.ReplaceAsync(Run(), Saw(Enumerable.Range(0, 5).Select(static n => Finding($"place {n}"))), Stop);
        var all = await DueAsync(rows, time.GetUtcNow());
        var (spoiled, key) = (all[2], new RowKey(Keys.Partition(all[2].Owner), all[2].Key));
        var request = new UpdateItemRequest { TableName = name, Key = key.Attributes, UpdateExpression = value.Length == 0 ? "REMOVE #a" : "SET #a = :v", ExpressionAttributeNames = new() { ["#a"] = attribute } };
        if (value.Length > 0)
        {
            request.ExpressionAttributeValues = new()
            {
                [":v"] = attribute switch
                {
                    "Body" => new() { B = new(Encoding.Latin1.GetBytes(value)) },
                    "Revision" => new() { N = value },
                    _ => new(value),
                },
            };
        }

        await client.UpdateItemAsync(request, Stop);

        // Who only looks changes nothing.
        Assert.Equal(4, (await DueAsync(new(table), time.GetUtcNow())).Count);
        Assert.Equal(all.Where(d => d.Key != spoiled.Key).Select(static d => d.Key), (await DueAsync(rows, time.GetUtcNow())).Select(static d => d.Key));
        Assert.Contains(spoiled.Key, Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal(4, (await DueAsync(rows, time.GetUtcNow().AddHours(5))).Count);
        Assert.Single(told);
        var refused = Assert.Single(await rows.RefusedAsync(Stop).ToListAsync(Stop));
        Assert.Equal((spoiled.Owner, spoiled.Key), (refused.Owner, refused.Key));
        Assert.StartsWith("it cannot be read: ", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(4, (await DueAsync(rows, time.GetUtcNow().AddHours(7))).Count);
        Assert.Equal(2, told.Count);
    }

    private static async Task<List<Publication>> DueAsync(PublicationStore rows, DateTimeOffset now) => await rows.DueAsync(now, Stop).ToListAsync(Stop);
}
