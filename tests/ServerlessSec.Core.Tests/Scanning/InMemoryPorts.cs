using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Facts;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>An account in memory: what its functions are, and all that scans keep.</summary>
internal sealed class InMemoryAccount : IFunctionSource, IFactsStore, IReferenceStore, IInventoryStore, IBulkStore, IScanQueue
{
    public const string Number = "123456789012";
    public const string Region = "eu-central-1";

    private readonly Dictionary<string, FunctionRecord> records = [];
    private readonly Dictionary<(Owner, ScanKind), FactsSummary> summaries = [];
    private readonly HashSet<(Owner Owner, Reference Reference)> references = [];

    public static Owner Application { get; } = Owner.Of("aws", Region, Number);

    /// <summary>Functions by name; with <see cref="Settling"/> those that are being updated.</summary>
    public Dictionary<string, FunctionSnapshot> Live { get; } = [];

    public HashSet<string> Settling { get; } = [];

    public InMemoryStore Store { get; } = new();

    public List<ScanJob> Sent { get; } = [];

    public List<(ScanJob Job, TimeSpan Delay)> Later { get; } = [];

    public List<string> Wakes { get; } = [];

    public List<BulkRow> Waiting { get; } = [];

    public HashSet<string> Inventories { get; } = [];

    /// <summary>Happens just before an inventory is written.</summary>
    public Action? Listing { get; set; }

    public List<Owner> Released { get; } = [];

    public int Looks { get; private set; }

    public static Owner Function(string name) => Owner.Of("aws", Region, Number, name);

    public FunctionPorts Ports(IPackageSource packages, IAdvisorySource advisories) => new()
    {
        Functions = this,
        Packages = packages,
        BulkPackages = packages,
        Advisories = advisories,
        Findings = Store,
        Facts = this,
        References = this,
        Inventories = this,
        Queue = this,
    };

    public Task<FunctionSight> LookAsync(ScanJob job, CancellationToken stop)
    {
        Looks++;
        var name = job.Function.Function!;
        FunctionSight sight = Live.TryGetValue(name, out var live)
            ? new Sight(live with { Asked = job.Scan == ScanKind.Package ? Evidence.Package : Collected.Posture }) { Tags = live.Tags, IsSettling = Settling.Contains(name) }
            : new Sight(new() { Id = name, Arn = job.Function.Arn }) { IsAbsent = true };
        return Task.FromResult(sight);
    }

    public Task<string> PutAsync(FunctionRecord facts, CancellationToken stop)
    {
        using var json = new MemoryStream();
        FactsJson.WriteFunction(facts, json);
        var address = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(json.ToArray()));
        json.Position = 0;
        records[address] = FactsJson.ReadFunction(json);
        return Task.FromResult(address);
    }

    public Task<FunctionRecord> GetAsync(string address, CancellationToken stop) => records.TryGetValue(address, out var record) ? Task.FromResult(record) : throw new FormatException("it is not there");

    public Task<ImmutableArray<FactsRead>> GetAllAsync(IReadOnlyCollection<string> addresses, CancellationToken stop) => Task.FromResult<ImmutableArray<FactsRead>>(
        [.. addresses.Select(address => records.TryGetValue(address, out var record) ? new FactsRead(address, record, null) : new(address, null, "it is not there"))]);

    public Task<FactsSummary?> SummaryAsync(Owner owner, ScanKind scan, CancellationToken stop) => Task.FromResult(summaries.GetValueOrDefault((owner, scan)));

    public Task<bool> SummarizeAsync(FactsSummary summary, CancellationToken stop)
    {
        var before = summaries.GetValueOrDefault((summary.Owner, summary.Scan));
        if (before is not null && before.Order > summary.Order) return Task.FromResult(false);
        summaries[(summary.Owner, summary.Scan)] = summary with { Read = before?.Read, DiffersSince = summary.Address == before?.Read ? null : before?.DiffersSince ?? summary.Order.ObservedAt };
        return Task.FromResult(true);
    }

    public IAsyncEnumerable<FactsSummary> SummariesAsync(CancellationToken stop) => summaries.Values.ToArray().ToAsyncEnumerable();

    public IAsyncEnumerable<FactsSummary> DifferencesAsync(CancellationToken stop) => summaries.Values.Where(static s => s.DiffersSince is not null).ToArray().ToAsyncEnumerable();

    public Task MarkReadAsync(ImmutableArray<FactsSummary> read, ImmutableArray<FactsSummary> unread, CancellationToken stop)
    {
        foreach (var summary in unread)
        {
            var now = summaries[(summary.Owner, summary.Scan)];
            if (now.Address == summary.Address) summaries[(summary.Owner, summary.Scan)] = now with { Read = null, DiffersSince = null };
        }

        foreach (var summary in read)
        {
            var now = summaries[(summary.Owner, summary.Scan)];
            summaries[(summary.Owner, summary.Scan)] = now with { Read = summary.Address, DiffersSince = now.Address == summary.Address ? null : now.DiffersSince };
        }

        return Task.CompletedTask;
    }

    public Task ReplaceAsync(Owner owner, IReadOnlyCollection<ReferenceKind> kinds, IEnumerable<Reference> wanted, CancellationToken stop)
    {
        references.RemoveWhere(r => r.Owner == owner && kinds.Contains(r.Reference.Kind));
        references.UnionWith(wanted.Select(reference => (owner, reference)));
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<Owner> OwnersAsync(Reference reference, CancellationToken stop) =>
        references.Where(r => r.Reference == reference).Select(static r => r.Owner).OrderBy(static o => o.Arn, StringComparer.Ordinal).ToArray().ToAsyncEnumerable();

    public Task PutAsync(Owner owner, string address, PackageInventory inventory, CancellationToken stop)
    {
        Listing?.Invoke();
        Inventories.Add(address);
        return Task.CompletedTask;
    }

    public Task ReleaseAsync(Owner owner, CancellationToken stop)
    {
        Released.Add(owner);
        return Task.CompletedTask;
    }

    public Task AddAsync(Owner owner, ScanKind scan, ScanWish wish, bool isAhead, CancellationToken stop)
    {
        Waiting.Add(new(owner, scan, wish, "token"));
        return Task.CompletedTask;
    }

    public IAsyncEnumerable<BulkRow> WaitingAsync(ScanKind scan, CancellationToken stop) => Waiting.Where(r => r.Scan == scan).ToArray().ToAsyncEnumerable();

    public Task<bool> RemoveAsync(BulkRow sent, CancellationToken stop) => Task.FromResult(Waiting.Remove(sent));

    public Task SendAsync(ScanJob job, CancellationToken stop)
    {
        Sent.Add(job);
        return Task.CompletedTask;
    }

    public Task AgainAsync(ScanJob job, TimeSpan delay, CancellationToken stop)
    {
        Later.Add((job, delay));
        return Task.CompletedTask;
    }

    public Task WakeApplicationAsync(Owner application, string id, CancellationToken stop)
    {
        Wakes.Add(id);
        return Task.CompletedTask;
    }

    private sealed class Sight(FunctionSnapshot snapshot) : FunctionSight
    {
        public override Task<FunctionSnapshot> CollectAsync(CancellationToken stop) => Task.FromResult(snapshot);

        public override string? Mark(FunctionSnapshot snapshot) => JsonSerializer.Serialize(snapshot.Package.Code.Value);
    }
}
