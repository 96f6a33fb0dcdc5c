using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Publishing;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Functions.Stack;
using ServerlessSec.Packages;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Functions.Model;

/// <summary>
/// The deployed scanner in virtual time: the real handlers and all that is behind them, put together as the program does
/// it, with queues, timeouts and concurrency as the template says. What AWS does is modelled.
/// </summary>
internal sealed class ModelAccount
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly Owner Application = Owner.Of("aws", "eu-central-1", "123456789012");

    private static readonly string[] Names = ["Deployments", "Posture", "Package", "Application", "Publish"];
    private static readonly BasicAWSCredentials Credentials = new("model", "model");
    private static readonly QueueUrls Urls = new() { Deployments = "Deployments", Posture = "Posture", Package = "Package", Application = "Application", Publish = "Publish", Refresh = "Refresh" };

    private readonly Dictionary<string, (ModelQueue Queue, QueueShape Shape)> queues = [];
    private readonly Dictionary<string, FunctionRecord> records = [];
    private readonly ImmutableArray<Rule> rules;
    private readonly double callsPerSecond;
    private readonly ModelTable rows;
    private readonly ModelBucket bucket;
    private readonly ModelSqs sqs;
    private readonly ModelFunction sweep;
    private readonly ModelFunction stream;
    private readonly List<string> failures = [];
    private readonly InMemoryAdvisories advisories = new();
    private int written;
    private int events;

    public ModelAccount(double callsPerSecond, ImmutableArray<Rule> rules)
    {
        (this.callsPerSecond, this.rules) = (callsPerSecond, rules);
        Services = new(Time);
        bucket = new(Time);
        sqs = new(Time, name => queues[name]);
        var filter = StackTemplate.Get("PublishFindingsFunction")["Events"]!["Wake"]!["Properties"]!["FilterCriteria"]!["Filters"]![0]!["Pattern"]!.GetValue<string>();
        var awaited = JsonNode.Parse(filter)!["dynamodb"]!["NewImage"]![LedgerRows.Untold]!["S"]![0]!.GetValue<string>();
        rows = new(Time) { Written = row => written += row.GetValueOrDefault(LedgerRows.Untold)?.S == awaited ? 1 : 0 };
        Add("Deployments", "ReceiveDeployment", Receive);
        Add("Posture", "ScanPosture", () => Scan(Urls.Posture, ScanPosture.HandleAsync));
        Add("Package", "ScanPackage", () => Scan(Urls.Package, ScanPackage.HandleAsync));
        Add("Application", "ScanApplication", Join);
        Add("Publish", "PublishFindings", Publish);
        stream = Function("PublishFindings", Publish);
        sweep = Function("SweepAccount", Sweep);
        Time.After(TimeSpan.FromMinutes(1), Drain);
        Time.After(TimeSpan.FromMilliseconds(250), () => Watch(WakeAsync()));
    }

    public VirtualTime Time { get; } = new(Start);

    public ModelServices Services { get; }

    public List<ModelFunction> Functions { get; } = [];

    public IEnumerable<string> Failures => [.. failures, .. Functions.SelectMany(static f => f.Failures), .. queues.SelectMany(static q => q.Value.Queue.Dead.Select(body => $"{q.Key}: {body}"))];

    /// <summary>Jobs wait, as bulk work or in a scan queue.</summary>
    public bool IsBusy => rows.HasAny(TableIndex.Dirty, "BULK#Posture") || rows.HasAny(TableIndex.Dirty, "BULK#Package") || queues["Posture"].Queue.Count + queues["Package"].Queue.Count > 0;

    public int Deepest(ScanKind scan) => queues[scan.ToString()].Queue.Deepest;

    public ScanRow? Row(string function, ScanKind scan)
    {
        var owner = Owner.Of(Application.Partition, Application.Region, Application.Account, function);
        return rows.Find(Keys.Scan(owner, scan)) is { } row ? ScanRows.Read(owner, scan, row) : null;
    }

    /// <summary>Facts that no application scan has read.</summary>
    public int Unread => rows.Rows.Count(static r => r.GetValueOrDefault("DirtyKey")?.S == FactsSummaryRows.JoinKey);

    public void StartSweep() => Watch(sweep.InvokeAsync("""{"kind":"sweep"}"""u8.ToArray()));

    /// <summary>Somebody deploys a function: EventBridge has the sample's event of it half a second later.</summary>
    public void Deploy(ScannedFunction function)
    {
        Services.Functions[function.Name] = function;
        Tell("UpdateFunctionCode20150331v2", detail =>
        {
            detail["requestParameters"]!["functionName"] = function.Arn;
            detail["requestParameters"]!["fullyQualifiedArn"]!["relativeId"]!["functionName"] = function.Name;
        });
    }

    /// <summary>Somebody gives a role more than it should have.</summary>
    public void Weaken(string role)
    {
        Services.WeakRoles.Add(role);
        Tell("PutRolePolicy", detail => detail["requestParameters"]!["roleName"] = role);
    }

    /// <summary>New advisories ask for packages to be judged anew, as a refresh does it.</summary>
    public void Rematch(int functions) => Watch(RematchAsync([.. Services.Functions.Values.Take(functions)]));

    private async Task RematchAsync(ImmutableArray<ScannedFunction> functions)
    {
        var bulk = new BulkStore(Table());
        advisories.Generation++;
        foreach (var function in functions)
            await bulk.AddAsync(Owner.Parse(function.Arn), ScanKind.Package, new(DateTimeOffset.UnixEpoch, advisories.Generation, ApplicationRecord.CurrentSchema), isAhead: true, CancellationToken.None);
    }


    private void Tell(string sample, Action<JsonNode> change)
    {
        var body = JsonNode.Parse(File.ReadAllText(Repository.Path($"events/deployments/{sample}.json")))!;
        body["id"] = $"event-{++events}";
        body["time"] = Time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        change(body["detail"]!);
        queues["Deployments"].Queue.Send(body.ToJsonString(), null, null, TimeSpan.FromMilliseconds(500));
    }

    private void Drain()
    {
        Watch(sweep.InvokeAsync("""{"kind":"drain"}"""u8.ToArray()));
        Time.After(TimeSpan.FromMinutes(1), Drain);
    }

    /// <summary>The stream is asked four times a second, and hands over a hundred records at most.</summary>
    private async Task WakeAsync()
    {
        while (written > 0)
        {
            written = Math.Max(0, written - 100);
            await stream.InvokeAsync("""{"Records":[{"eventSource":"aws:dynamodb"}]}"""u8.ToArray());
        }

        Time.After(TimeSpan.FromMilliseconds(250), () => Watch(WakeAsync()));
    }

    /// <summary>What fails beside the scanner is the model's own fault.</summary>
    private void Watch(Task task) => task.ContinueWith(ended => failures.Add($"the model: {ended.Exception}"), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Add(string queue, string function, Func<Handler> make)
    {
        var described = StackTemplate.Get(queue + "Queue");
        var mapping = StackTemplate.Get(function + "Function")["Events"]![queue]!["Properties"]!;
        var shape = new QueueShape(
            (bool?)described["FifoQueue"] == true,
            TimeSpan.FromSeconds(Number(described["DelaySeconds"], 0)),
            TimeSpan.FromSeconds(Number(described["VisibilityTimeout"], 30)),
            Number(described["RedrivePolicy"]!["maxReceiveCount"], 0),
            Number(mapping["BatchSize"], 1),
            Number(mapping["ScalingConfig"]!["MaximumConcurrency"], 0));
        queues[queue] = (new(Time, queue, shape, Function(function, make), Watch), shape);
    }

    private ModelFunction Function(string name, Func<Handler> make)
    {
        var function = new ModelFunction(Time, name, TimeSpan.FromSeconds(StackTemplate.Get(name + "Function").Number("Timeout")), make);
        Functions.Add(function);
        return function;
    }

    /// <summary>A number of the template, or the default of the parameter that it names.</summary>
    private static int Number(JsonNode? node, int otherwise) => node switch
    {
        null => otherwise,
        JsonObject map => (int)StackTemplate.Root["Parameters"]![StackTemplate.Target(map)!]!["Default"]!.GetValue<long>(),
        _ => (int)node.GetValue<long>(),
    };

    private StateTable Table() => new(rows, "table", Time);

    private RememberingFacts Facts(StateTable table) => new RememberingFacts(new(bucket, "facts", table), records, Time);

    private ScanQueues Queues() => new(sqs, Urls);

    private Redelivery Redelivery(string queue) => new(sqs, queue);

    private LambdaClient Lambda(StateTable table, bool isBulk) => new(Credentials, Services.Clients(isBulk), ApiPace.Of(table, callsPerSecond, isBulk).TakeAsync);

    private static Log Quiet() => new(Stream.Null, LogLevel.Error, "Model", TimeProvider.System);

    private Handler Receive()
    {
        var (table, sent) = (Table(), Queues());
        return (invocation, stop) => ReceiveDeployment.HandleAsync(invocation, new(Application, new ReferenceStore(table), new BulkStore(table), sent, sent, Time), Redelivery(Urls.Deployments), Quiet(), stop);
    }

    private Handler Scan(string queue, Func<Invocation, FunctionWork, Redelivery, Log, TimeProvider, CancellationToken, Task<ReadOnlyMemory<byte>>> handle)
    {
        var table = Table();
        var (lambda, bulk) = (Lambda(table, false), Lambda(table, true));
        var ports = new FunctionPorts
        {
            Functions = new LiveFunctions(lambda, bulk, new(Credentials, Services.Clients(false)), new(Credentials, Services.Clients(false))),
            Packages = new ModelPackages(Services, lambda, Time),
            BulkPackages = new ModelPackages(Services, bulk, Time),
            Advisories = advisories,
            Findings = new FindingStore(table),
            Facts = Facts(table),
            References = new ReferenceStore(table),
            Inventories = new FunctionInventories(new(table), bucket, "sboms", Time),
            Queue = Queues(),
        };
        var work = new FunctionWork(ports, rules, ScanLimits.Default, new(null), Time);
        return (invocation, stop) => handle(invocation, work, Redelivery(queue), Quiet(), Time, stop);
    }

    private Handler Join()
    {
        var table = Table();
        var work = new ApplicationWork(new FindingStore(table), Facts(table), rules, Time);
        return (invocation, stop) => ScanApplication.HandleAsync(invocation, work, Application, Redelivery(Urls.Application), Quiet(), stop);
    }

    private Handler Publish()
    {
        var (table, hub) = (Table(), new SecurityHubPublisher(new SecurityHubClient(Credentials, Services.Clients(false)), Time));
        var run = new PublishRun(new PublicationStore(table), hub, Severity.Informational, Time);
        return (invocation, stop) => PublishFindings.HandleAsync(invocation, run, hub, new(table), Queues(), Application, Redelivery(Urls.Publish), Quiet(), Time, stop);
    }

    private Handler Sweep()
    {
        var (table, sent) = (Table(), Queues());
        var (facts, bulk) = (Facts(table), new BulkStore(table));
        var account = new AccountSweep(Lambda(table, false), new(Credentials, Services.Clients(false)), new FindingStore(table), facts, bulk, Time);
        var roleEvents = new RoleEvents(new(Credentials, Services.Clients(false)), new(new FindingStore(table), ScanRules.Of(rules)), Time);
        var drain = new Drain(sent, bulk, facts, new PublicationStore(table), callsPerSecond, Time);
        return (invocation, stop) => SweepAccount.HandleAsync(invocation, account, roleEvents, drain, new(table), sent, Application, Quiet(), Time, stop);
    }

    /// <summary>Packages take their time: most a few seconds, some many.</summary>
    private sealed class ModelPackages(ModelServices services, LambdaClient lambda, VirtualTime time) : IPackageSource
    {
        public async Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop)
        {
            foreach (var layer in function.Package.Layers) await lambda.GetLayerVersionByArnAsync(layer.Arn, stop);
            var seconds = function.Id[^1] switch { '0' => 20, '1' or '2' => 8, _ => 3 };
            await Task.Delay(TimeSpan.FromSeconds(seconds), time, stop);
            // Machine code of no known origin is a finding.
            (string, byte[])[] files = services.Functions[function.Id].IsWeak ? [("index.js", []), ("native.so", "\u007fELF"u8.ToArray())] : [("index.js", [])];
            return new(new MemoryContainer([.. files], []), ScanLimits.Default);
        }
    }

    /// <summary>The real store, whose records are unpacked once: only the model reads the same ten thousand a hundred times.</summary>
    private sealed class RememberingFacts(S3FactsStore store, Dictionary<string, FunctionRecord> records, VirtualTime time) : IFactsStore
    {
        public Task<string> PutAsync(FunctionRecord facts, CancellationToken stop) => store.PutAsync(facts, stop);

        public async Task<FunctionRecord> GetAsync(string address, CancellationToken stop)
        {
            if (!records.TryGetValue(address, out var record)) return records[address] = await store.GetAsync(address, stop);
            await Task.Delay(TimeSpan.FromMilliseconds(25), time, stop);
            return record;
        }

        public async Task<ImmutableArray<FactsRead>> GetAllAsync(IReadOnlyCollection<string> addresses, CancellationToken stop)
        {
            var read = ImmutableArray.CreateBuilder<FactsRead>(addresses.Count);
            foreach (var chunk in addresses.Chunk(16))
                read.AddRange(await Task.WhenAll(chunk.Select(async address => new FactsRead(address, await GetAsync(address, stop), null))));
            return read.ToImmutable();
        }

        public Task<bool> SummarizeAsync(FactsSummary summary, CancellationToken stop) => store.SummarizeAsync(summary, stop);

        public Task<FactsSummary?> SummaryAsync(Owner owner, ScanKind scan, CancellationToken stop) => store.SummaryAsync(owner, scan, stop);

        public IAsyncEnumerable<FactsSummary> SummariesAsync(CancellationToken stop) => store.SummariesAsync(stop);

        public IAsyncEnumerable<FactsSummary> DifferencesAsync(CancellationToken stop) => store.DifferencesAsync(stop);

        public Task MarkReadAsync(ImmutableArray<FactsSummary> read, ImmutableArray<FactsSummary> unread, CancellationToken stop) => store.MarkReadAsync(read, unread, stop);
    }
}
