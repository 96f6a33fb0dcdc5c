using Amazon.DynamoDBv2.Model;
using ServerlessSec.Aws.Emulation;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Storing;

public class StateTableTests(Emulator emulator)
{
    private static readonly RowKey Row = new("OWNER#desk", "NOTE");
    private static readonly Fault InTransaction = new(400, """{"__type":"com.amazonaws.dynamodb.v20120810#TransactionConflictException","message":"Transaction is ongoing for the item"}""");

    private readonly WaitedTime time = new(Start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Writes => ["change", "change and read", "delete"];

    [Theory, MemberData(nameof(Writes))]
    public async Task A_write_that_meets_a_transaction_is_done_when_that_is_over(string how)
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        await table.ChangeAsync(new RowChange(Row).Set("Text", "before"), Stop);
        var (began, left) = (time.GetUtcNow(), 3);
        proxy.Faults = p => p.IsWrite && left-- > 0 ? InTransaction : null;
        Assert.True(await time.AdvancingAsync(WriteAsync(table, how)));
        Assert.Equal(4, proxy.Seen.Count(static p => p.IsWrite) - 1);
        Assert.InRange((time.GetUtcNow() - began).TotalMilliseconds, 170, 351);
        Assert.Equal(how == "delete" ? null : "after", (await table.GetAsync(Row, Stop))?.Text("Text"));
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task A_transaction_that_is_never_over_is_told_after_a_bounded_number_of_attempts(string how)
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        await table.ChangeAsync(new RowChange(Row).Set("Text", "before"), Stop);
        proxy.Faults = static p => p.IsWrite ? InTransaction : null;
        await Assert.ThrowsAsync<TransactionConflictException>(() => time.AdvancingAsync(WriteAsync(table, how)));
        Assert.Equal(8, proxy.Seen.Count(static p => p.IsWrite) - 1);
    }

    [Theory, MemberData(nameof(Writes))]
    public async Task A_condition_that_does_not_hold_afterwards_is_no_fault(string how)
    {
        using var turn = await emulator.TurnAsync();
        await using var proxy = new FaultProxy(await emulator.AddressAsync());
        var (table, _, client) = await emulator.TableAsync(time, proxy.Address);
        using var _ = client;
        await table.ChangeAsync(new RowChange(Row).Set("Text", "other"), Stop);
        var left = 1;
        proxy.Faults = p => p.IsWrite && left-- > 0 ? InTransaction : null;
        Assert.False(await time.AdvancingAsync(WriteAsync(table, how)));
    }

    /// <summary>True where it was done: the row says "before".</summary>
    private static async Task<bool> WriteAsync(StateTable table, string how)
    {
        var change = new RowChange(Row).Set("Text", "after").If("#Text = :before", ("before", new AttributeValue("before")));
        return how switch
        {
            "change" => await table.ChangeAsync(change, Stop),
            "change and read" => (await table.ChangeAndReadAsync(change, Stop))?.Text("Text") == "after",
            _ => await table.DeleteAsync(Row, "Text", new("before"), Stop),
        };
    }
}
