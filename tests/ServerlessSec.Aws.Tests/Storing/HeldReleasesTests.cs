using Amazon.DynamoDBv2.Model;
using ServerlessSec.Aws.Emulation;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class HeldReleasesTests(Emulator emulator)
{
    private readonly WaitedTime time = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_inventories_have_of_distributions_is_listed_by_distribution_until_it_was_not_noted_for_long()
    {
        using var turn = await emulator.TurnAsync();
        var held = new HeldReleases((await emulator.TableAsync(time)).Table);
        Assert.Empty(await held.ListAsync(Stop));
        await NoteAsync(held, "npm", "Debian:12", "Alpine:v3.20", "Debian:12");
        await NoteAsync(held, "PyPI");
        time.Advance(TimeSpan.FromDays(60));
        await NoteAsync(held, "Debian:13");
        Assert.Equal(["Alpine: Alpine:v3.20", "Debian: Debian:12 Debian:13"], await ListedAsync(held));

        time.Advance(TimeSpan.FromDays(31));
        Assert.Equal(["Debian: Debian:13"], await ListedAsync(held));
        await NoteAsync(held, "Debian:12");
        Assert.Equal(["Debian: Debian:12 Debian:13"], await ListedAsync(held));
    }

    [Fact]
    public async Task Releases_that_somebody_makes_up_fill_no_row_and_hide_none_that_is_known()
    {
        using var turn = await emulator.TurnAsync();
        var held = new HeldReleases((await emulator.TableAsync(time)).Table);
        await NoteAsync(held, "Debian:12", "Debian:" + new string('9', 5_000));
        for (var release = 0; release < 300; release++) await NoteAsync(held, $"Debian:{release} made up");
        time.Advance(TimeSpan.FromDays(60));
        await NoteAsync(held, "Debian:12");
        time.Advance(TimeSpan.FromDays(60));
        Assert.Equal(["Debian: Debian:12"], await ListedAsync(held));
    }

    [Fact]
    public async Task Entries_that_nobody_noted_for_long_make_room_and_leave_the_row()
    {
        using var turn = await emulator.TurnAsync();
        var (table, name, client) = await emulator.TableAsync(time);
        using var _ = client;
        var held = new HeldReleases(table);
        await NoteAsync(held, [.. Enumerable.Range(0, 250).Select(static release => $"Debian:{release} made up")]);
        Assert.Equal(200, (await held.ListAsync(Stop))["Debian"].Count());
        await NoteAsync(held, "Alpine:v3.20");
        Assert.Empty((await held.ListAsync(Stop))["Alpine"]);

        time.Advance(TimeSpan.FromDays(60));
        await NoteAsync(held, "Debian:7 made up");
        time.Advance(TimeSpan.FromDays(31));
        await NoteAsync(held, "Alpine:v3.20");
        Assert.Equal(["Alpine: Alpine:v3.20", "Debian: Debian:7 made up"], await ListedAsync(held));
        var row = Assert.Single((await client.ScanAsync(new ScanRequest(name), Stop)).Items);
        Assert.Equal(2, row.Keys.Count(static attribute => attribute.StartsWith("Held", StringComparison.Ordinal)));
    }

    private static Task NoteAsync(HeldReleases held, params string[] ecosystems) => held.NoteAsync(ecosystems, static name => name is "Debian" or "Alpine", Stop);

    private static async Task<string[]> ListedAsync(HeldReleases held) => [.. (await held.ListAsync(Stop)).Select(static d => $"{d.Key}: {string.Join(' ', d)}")];
}
