using System.Runtime.CompilerServices;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Storing;

/// <summary>From a role, policy, layer or inventory to the functions that use it.</summary>
public sealed class ReferenceStore(StateTable table) : IReferenceStore
{
    /// <summary>Makes these all that the owner refers to by <paramref name="kinds"/>.</summary>
    public async Task ReplaceAsync(Owner owner, IReadOnlyCollection<ReferenceKind> kinds, IEnumerable<Reference> references, CancellationToken stop)
    {
        var wanted = references.Distinct().ToDictionary(reference => Key(owner, reference));
        if (wanted.Values.FirstOrDefault(r => !kinds.Contains(r.Kind)) is { } other) throw new ArgumentException($"'{other.Kind}' is not among the kinds to replace", nameof(references));

        var stale = new List<RowKey>();
        var stored = await Task.WhenAll(kinds.Select(kind => table.QueryAsync(Keys.Partition(owner), $"REF#{kind}#", stop).ToListAsync(stop).AsTask())).ConfigureAwait(false);
        foreach (var key in stored.SelectMany(static rows => rows).Select(RowKey.Of))
        {
            if (!wanted.Remove(key)) stale.Add(key);
        }

        await table.WriteAllAsync(
            wanted.Select(pair => new Dictionary<string, Amazon.DynamoDBv2.Model.AttributeValue>(pair.Key.Attributes)
            {
                ["ReferenceKey"] = new(IndexKey(pair.Value)),
                ["ReferenceSort"] = new(owner.Arn),
            }),
            stale,
            stop).ConfigureAwait(false);
    }

    /// <summary>Functions that refer to it, in order of their ARN; the index lags a little.</summary>
    public async IAsyncEnumerable<Owner> OwnersAsync(Reference reference, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var key in table.IndexAsync(TableIndex.Reference, IndexKey(reference), null, stop).ConfigureAwait(false))
            yield return Owner.Parse(key.Partition["OWNER#".Length..]);
    }

    private static RowKey Key(Owner owner, Reference reference) => new(Keys.Partition(owner), $"REF#{reference.Kind}#{Keys.Bounded(reference.Target)}");

    private static string IndexKey(Reference reference) => $"{reference.Kind}#{Keys.Bounded(reference.Target)}";
}
