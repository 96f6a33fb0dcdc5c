using System.Text.Json.Nodes;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class IndexStoreTests(Emulator emulator)
{
    private const string Role = "arn:aws:iam::111122223333:role/desk";
    private const string Other = "arn:aws:iam::111122223333:role/till";

    private readonly WaitedTime time = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_names_the_functions_that_run_as_it_and_no_longer_those_that_did()
    {
        using var turn = await emulator.TurnAsync();
        var references = new ReferenceStore((await emulator.TableAsync(time)).Table);
        ReferenceKind[] kinds = [ReferenceKind.Role, ReferenceKind.Policy];
        foreach (var name in (string[])["a", "b"]) await references.ReplaceAsync(Function(name), kinds, [new(ReferenceKind.Role, Role), new(ReferenceKind.Policy, Role)], Stop);
        await references.ReplaceAsync(Function("a"), [ReferenceKind.Layer], [new(ReferenceKind.Layer, Role)], Stop);
        await references.ReplaceAsync(Function("b"), kinds, [new(ReferenceKind.Role, Other)], Stop);

        Assert.Equal([Function("a")], await references.OwnersAsync(new(ReferenceKind.Role, Role), Stop).ToListAsync(Stop));
        Assert.Equal([Function("b")], await references.OwnersAsync(new(ReferenceKind.Role, Other), Stop).ToListAsync(Stop));
        Assert.Equal([Function("a")], await references.OwnersAsync(new(ReferenceKind.Policy, Role), Stop).ToListAsync(Stop));
        Assert.Equal([Function("a")], await references.OwnersAsync(new(ReferenceKind.Layer, Role), Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task A_component_names_its_inventories_though_batches_are_left_half_done()
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, name, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        var inventories = new InventoryStore(table);
        // Under load DynamoDB does a part of a batch and hands back the rest: here, all but the first three.
        proxy.Faults = p => p.Operation != "BatchWriteItem" ? null : new()
        {
            Rewrite = batch => { batch["RequestItems"]![name] = new JsonArray([.. batch["RequestItems"]![name]!.AsArray().Take(3).Select(static i => i!.DeepClone())]); return batch; },
            RewriteAnswer = (batch, answer) =>
            {
                var rest = batch["RequestItems"]![name]!.AsArray().Skip(3).Select(static i => i!.DeepClone()).ToArray();
                answer["UnprocessedItems"] = rest.Length == 0 ? new JsonObject() : new JsonObject { [name] = new JsonArray(rest) };
                return answer;
            },
        };
        var components = Enumerable.Range(0, 40).Select(static n => Component($"package-{n}", "1.0.0")).Append(Component("package-7", "2.0.0")).ToArray();
        await time.AdvancingAsync(PutAsync(inventories, "one", components));
        proxy.Faults = static _ => null;
        Assert.All(proxy.Seen.Where(static p => p.Operation == "BatchWriteItem"), p => Assert.InRange(p.Json["RequestItems"]![name]!.AsArray().Count, 1, 25));
        await PutAsync(inventories, "two", [Component("package-7", "1.0.0")]);

        var holders = await inventories.HoldersAsync("npm", "package-7", Stop).ToListAsync(Stop);
        Assert.Equal(["one 1.0.0", "one 2.0.0", "two 1.0.0"], holders.Select(static h => $"{h.Address} {h.Purl.Version}").Order());
        Assert.Equal(["one"], (await inventories.HoldersAsync("npm", "package-39", Stop).ToListAsync(Stop)).Select(static h => h.Address));
    }

    [Fact]
    public async Task An_inventory_that_is_there_is_not_written_again_until_half_its_time_is_over()
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        var inventories = new InventoryStore(table);
        await PutAsync(inventories, "one", [Component("a", "1.0.0")]);
        await PutAsync(inventories, "one", [Component("a", "1.0.0")]);
        Assert.Single(proxy.Seen, static p => p.Operation == "BatchWriteItem");
        time.Advance((InventoryStore.Kept / 2) + TimeSpan.FromDays(1));
        await PutAsync(inventories, "one", [Component("a", "1.0.0")]);
        Assert.Equal(2, proxy.Seen.Count(static p => p.Operation == "BatchWriteItem"));
    }

    [Fact]
    public async Task Packages_are_found_by_the_name_that_advisories_write()
    {
        using var turn = await emulator.TurnAsync();
        var inventories = new InventoryStore((await emulator.TableAsync(time)).Table);
        await PutAsync(inventories, "one",
        [
            new() { Purl = Purl.NuGet("Newtonsoft.Json", "12.0.3"), Ecosystem = "NuGet", Name = "Newtonsoft.Json", Version = "12.0.3" },
            new() { Purl = Purl.PyPi("Zope.Interface", "5.0"), Ecosystem = "PyPI", Name = "Zope.Interface", Version = "5.0" },
            new() { Purl = Purl.Maven("org.yaml", "snakeyaml", "1.33"), Ecosystem = "Maven", Name = "org.yaml:snakeyaml", Version = "1.33" },
            new() { Purl = Purl.Deb("debian", "openssl", "3.0.1"), Ecosystem = "Debian:12", Name = "openssl", Version = "3.0.1" },
        ]);
        foreach (var (ecosystem, name) in ((string, string)[])[("NuGet", "newtonsoft.json"), ("PyPI", "zope-interface"), ("Maven", "org.yaml:snakeyaml"), ("Debian", "openssl")])
            Assert.Equal("one", Assert.Single(await inventories.HoldersAsync(ecosystem, name, Stop).ToListAsync(Stop)).Address);
    }

    [Fact]
    public async Task Hostile_names_fit_into_keys_and_two_stay_two()
    {
        using var turn = await emulator.TurnAsync();
        var inventories = new InventoryStore((await emulator.TableAsync(time)).Table);
        var (one, other) = (new string('ü', 5_000) + "a", new string('ü', 5_000) + "b");
        await PutAsync(inventories, "one", [Component(one, "1.0.0"), Component(other, new string('9', 3_000))]);
        Assert.Equal("1.0.0", Assert.Single(await inventories.HoldersAsync("npm", one, Stop).ToListAsync(Stop)).Purl.Version);
    }

    [Fact]
    public async Task Bulk_work_waits_in_line_and_asking_again_asks_for_the_more_demanding()
    {
        using var turn = await emulator.TurnAsync();
        var bulk = new BulkStore((await emulator.TableAsync(time)).Table);
        await bulk.AddAsync(Function("z"), ScanKind.Package, new(Start, null, 1), isAhead: false, Stop);
        time.Advance(TimeSpan.FromSeconds(1));
        await bulk.AddAsync(Function("a"), ScanKind.Package, new(Start, null, 1), isAhead: false, Stop);
        var before = await bulk.WaitingAsync(ScanKind.Package, Stop).ToListAsync(Stop);
        Assert.Equal(["z", "a"], before.Select(static b => b.Owner.Function));

        await bulk.AddAsync(Function("z"), ScanKind.Package, new(Start.AddHours(-1), 8, 1), isAhead: false, Stop);
        Assert.False(await bulk.RemoveAsync(before[0], Stop));
        Assert.True(await bulk.RemoveAsync(before[1], Stop));
        var left = Assert.Single(await bulk.WaitingAsync(ScanKind.Package, Stop).ToListAsync(Stop));
        Assert.Equal(("z", new ScanWish(Start, 8, 1)), (left.Owner.Function, left.Wish));
        Assert.Empty(await bulk.WaitingAsync(ScanKind.Posture, Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task What_has_happened_gets_ahead_of_what_is_looked_at_for_the_sake_of_order()
    {
        using var turn = await emulator.TurnAsync();
        var bulk = new BulkStore((await emulator.TableAsync(time)).Table);
        foreach (var (name, isAhead) in new[] { ("a", false), ("b", false), ("c", true), ("b", true), ("c", false), ("d", false) })
        {
            // Asking for no more than before moves a row all the same.
            await bulk.AddAsync(Function(name), ScanKind.Posture, new(Start, null, 1), isAhead, Stop);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        var waiting = await bulk.WaitingAsync(ScanKind.Posture, Stop).ToListAsync(Stop);
        Assert.Equal(["c", "b", "a", "d"], waiting.Select(static b => b.Owner.Function));
    }

    [Fact]
    public async Task A_line_longer_than_a_page_is_read_to_its_end()
    {
        using var turn = await emulator.TurnAsync();
        var bulk = new BulkStore((await emulator.TableAsync(time)).Table);
        await Task.WhenAll(Enumerable.Range(0, 120).Select(n => bulk.AddAsync(Function($"f{n}"), ScanKind.Posture, new(Start, null, 1), isAhead: false, Stop)));
        Assert.Equal(120, await bulk.WaitingAsync(ScanKind.Posture, Stop).CountAsync(Stop));
    }

    [Fact]
    public async Task What_is_suppressed_elsewhere_comes_and_goes()
    {
        using var turn = await emulator.TurnAsync();
        var waivers = new HubWaiverStore((await emulator.TableAsync(time)).Table);
        HubWaiver one = new(Desk, new string('1', 32), "accepted", "somebody"), two = new(Desk, new string('2', 32), "accepted", "somebody");
        await waivers.ReplaceAsync([one, two], Stop);
        var first = time.GetUtcNow();
        time.Advance(TimeSpan.FromDays(1));
        await waivers.ReplaceAsync([two with { Reason = "for a year" }], Stop);
        Assert.Equal([two with { Reason = "for a year", Since = first }], await waivers.ReadAsync(Stop).ToListAsync(Stop));
        var dated = one with { Since = Start.AddYears(-1) };
        await waivers.ReplaceAsync([dated, two], Stop);
        Assert.Equal([dated, two with { Since = first }], await waivers.ReadAsync(Stop).ToListAsync(Stop));
    }

    [Fact]
    public async Task All_scanners_together_stay_within_the_budget()
    {
        using var turn = await emulator.TurnAsync();
        var table = (await emulator.TableAsync(time)).Table;
        ApiBudget[] scanners = [new(table, "lambda", 5), new(table, "lambda", 5)];
        var patience = TimeSpan.FromMinutes(5);
        for (var n = 0; n < 60; n++) Assert.True(await time.AdvancingAsync(scanners[n % 2].TakeAsync(1, patience, Stop)));
        // Five at once, and then five a second.
        Assert.Equal(11.0, (time.GetUtcNow() - Start).TotalSeconds, 0.001);
    }

    [Fact]
    public async Task Who_would_wait_too_long_takes_nothing()
    {
        using var turn = await emulator.TurnAsync();
        var table = (await emulator.TableAsync(time)).Table;
        var budget = new ApiBudget(table, "lambda", 5);
        Assert.True(await budget.TakeAsync(5, TimeSpan.Zero, Stop));
        Assert.False(await budget.TakeAsync(5, TimeSpan.FromMilliseconds(900), Stop));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await budget.TakeAsync(5, TimeSpan.Zero, Stop));
    }

    private static async Task<bool> PutAsync(InventoryStore inventories, string address, IReadOnlyCollection<Component> components)
    {
        await inventories.PutAsync(address, components, Stop);
        return true;
    }

    private static Component Component(string name, string version) => new() { Purl = Purl.Npm(name, version), Ecosystem = "npm", Name = name, Version = version };
}
