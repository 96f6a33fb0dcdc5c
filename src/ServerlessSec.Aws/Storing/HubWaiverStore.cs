using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>Findings that somebody suppressed in Security Hub, as rows: <c>WAIVERS</c>, <c>WAIVER#arn#fingerprint</c>.</summary>
public sealed class HubWaiverStore(StateTable table)
{
    private const string Partition = "WAIVERS";
    private const string Prefix = "WAIVER#";

    public IAsyncEnumerable<HubWaiver> ReadAsync(CancellationToken stop) => table.QueryAsync(Partition, Prefix, stop).Select(static row =>
    {
        var parts = RowKey.Of(row).Sort[Prefix.Length..].Split('#', 2);
        return new HubWaiver(Owner.Parse(parts[0]), parts[1], row.Need("Reason"), row.Need("By")) { Since = row.Instant("Since") };
    });

    /// <summary>Makes these all that there are; one that does not say since when is dated when it comes, and keeps that date.</summary>
    public async Task ReplaceAsync(IReadOnlyCollection<HubWaiver> waivers, CancellationToken stop)
    {
        var now = table.Time.GetUtcNow();
        var wanted = waivers.DistinctBy(Key).ToDictionary(Key);
        var stale = new List<RowKey>();
        await foreach (var waiver in ReadAsync(stop).ConfigureAwait(false))
        {
            if (!wanted.TryGetValue(Key(waiver), out var same))
            {
                stale.Add(Key(waiver));
                continue;
            }

            same = same with { Since = same.Since ?? waiver.Since };
            if (same == waiver) wanted.Remove(Key(waiver));
            else wanted[Key(waiver)] = same;
        }

        await table.WriteAllAsync(
            wanted.Select(pair => new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>(pair.Key.Attributes)
            {
                ["Reason"] = new(pair.Value.Reason),
                ["By"] = new(pair.Value.By),
                ["Since"] = new(Keys.Instant(pair.Value.Since ?? now)),
            }),
            stale,
            stop).ConfigureAwait(false);
    }

    private static RowKey Key(HubWaiver waiver) => new(Partition, $"{Prefix}{waiver.Owner.Arn}#{waiver.Fingerprint}");
}
