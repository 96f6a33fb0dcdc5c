using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation.Emulator;
using ServerlessSec.Emulation.Functions;
using ServerlessSec.Emulation.Sources;

namespace ServerlessSec.Emulation;

/// <summary>
/// An AWS account on this machine with the scanner deployed into it: an emulator for the services, processes for the
/// functions, pollers for their event sources. Everything listens on the loopback interface alone and ends with this object.
/// </summary>
public sealed partial class EmulatedCloud : IAsyncDisposable
{
    public const string Account = "123456789012";
    public const string StackName = "serverlesssec";

    private readonly EmulatorProcess emulator;
    private readonly HttpClient http;
    private readonly Watcher watcher;
    private readonly FunctionHost functions;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> pollers = [];
    private readonly List<StreamPoller> streams = [];
    private readonly ConcurrentQueue<QueuePoller> takers = new();
    private readonly ConcurrentDictionary<string, Mapping> mappings = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<LogLine> logs = new();

    private EmulatedCloud(CloudOptions options, string folder, EmulatorProcess emulator)
    {
        Options = options;
        Folder = folder;
        this.emulator = emulator;
        http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = emulator.Address, Timeout = options.Patience };
        Aws = new(http, options.Region);
        functions = new(Aws, emulator.Address, options, folder, (function, line) => logs.Enqueue(new(function, line)));
        watcher = new(http, functions.Kill);
    }

    public CloudOptions Options { get; }

    /// <summary>Calls AWS as the account's owner, and as AWS itself.</summary>
    public AwsCaller Aws { get; }

    public Uri Address => emulator.Address;

    /// <summary>What this cloud keeps on disk while it lives: unpacked code and the log of requests.</summary>
    public string Folder { get; }

    public string RequestLog => Path.Combine(Folder, "requests.jsonl");

    /// <summary>Physical ids of the stack's resources by logical id.</summary>
    public IReadOnlyDictionary<string, string> Stack { get; private set; } = new Dictionary<string, string>();

    /// <summary>What functions wrote, a line each.</summary>
    public IReadOnlyCollection<LogLine> Logs => logs;

    public static async Task<EmulatedCloud> StartAsync(CloudOptions? options = null)
    {
        options ??= new();
        var folder = Directory.CreateTempSubdirectory("emulated-cloud-").FullName;
        var emulator = await EmulatorProcess.StartAsync(Path.Combine(folder, "requests.jsonl"), options.Patience).ConfigureAwait(false);
        var cloud = new EmulatedCloud(options, folder, emulator);
        try
        {
            cloud.watcher.Start();
            await cloud.SecurityHubAsync(options.SecurityHub).ConfigureAwait(false);
            if (options.Deploys) await cloud.DeployAsync().ConfigureAwait(false);
            return cloud;
        }
        catch
        {
            await cloud.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Deploys the scanner's template with its code, and begins to poll.</summary>
    public async Task DeployAsync()
    {
        var code = Options.Code ?? Layout.FindCode(Options.Repository);
        const string Bucket = "deployed-code";
        await Aws.CreateBucketAsync(Bucket).ConfigureAwait(false);
        await Aws.PutObjectAsync(Bucket, "bootstrap.zip", Layout.Zip(code)).ConfigureAwait(false);
        var expanded = Path.Combine(Folder, "template.json");
        await TransformAsync(Layout.FindTemplate(Options.Repository, code), expanded, $"s3://{Bucket}/bootstrap.zip").ConfigureAwait(false);
        await Aws.PutObjectAsync(Bucket, "template.json", await File.ReadAllBytesAsync(expanded).ConfigureAwait(false)).ConfigureAwait(false);
        List<KeyValuePair<string, string>> arguments =
        [
            new("StackName", StackName),
            new("TemplateURL", $"https://s3.{Options.Region}.amazonaws.com/{Bucket}/template.json"),
            new("Capabilities.member.1", "CAPABILITY_IAM"),
        ];
        foreach (var (index, (name, value)) in Options.Parameters.Index())
        {
            arguments.Add(new($"Parameters.member.{index + 1}.ParameterKey", name));
            arguments.Add(new($"Parameters.member.{index + 1}.ParameterValue", value));
        }

        await Aws.QueryAsync("cloudformation", "CreateStack", "2010-05-15", arguments).ConfigureAwait(false);
        var status = (await DescribeAsync("DescribeStacks").ConfigureAwait(false)).Descendants("StackStatus").First().Value;
        if (status != "CREATE_COMPLETE") throw new InvalidOperationException($"the stack is {status}: {emulator.LastWords}");
        Stack = (await DescribeAsync("DescribeStackResources").ConfigureAwait(false)).Descendants("LogicalResourceId")
            .ToDictionary(static e => e.Value, static e => e.Parent!.Element("PhysicalResourceId")!.Value);
        await PollAsync(m => Stack.Values.Contains(m.Function.Split(':')[6])).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits until queues are empty, streams are read and no function runs. Messages that are put back for later do not
    /// count: <see cref="AdvanceAsync"/> brings them. Where all else has come to rest and a message that failed is still
    /// hidden, the clock of the queues goes on to when it comes back.
    /// </summary>
    public async Task SettleAsync(TimeSpan? patience = null)
    {
        var since = Stopwatch.GetTimestamp();
        var limit = patience ?? Options.Patience;
        for (var calm = -2L; ;)
        {
            var state = await watcher.LookAsync(calm, TimeSpan.FromMilliseconds(15), stop.Token).ConfigureAwait(false);
            var open = Open(state);
            if (open.Count == 0 && state.Version == calm) return;
            calm = open.Count == 0 ? state.Version : -2;
            if (open.Count > 0 && OnlyHidden(state)) await SkipAsync(state.Version).ConfigureAwait(false);
            if (Stopwatch.GetElapsedTime(since) > limit)
                throw new TimeoutException($"after {limit.TotalSeconds:0} s this was still awaited: {string.Join("; ", open)}. {Tail()}");
        }
    }

    /// <summary>Lets time pass for queues: delays, visibility timeouts and the lives of URLs end by so much sooner.</summary>
    public Task AdvanceAsync(TimeSpan time) => ControlAsync($"advance?seconds={time.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)}");

    /// <summary>How far the clock of the queues is ahead of the real one.</summary>
    public async Task<TimeSpan> AheadAsync() => (await watcher.LookAsync(-1, TimeSpan.Zero, stop.Token).ConfigureAwait(false)).Ahead;

    /// <summary>Deletes the table's rows that have outlived their time by then.</summary>
    public Task ExpireAsync(DateTimeOffset now) => ControlAsync($"expire?now={now.ToUnixTimeSeconds()}");

    /// <summary>From now on stream records are lost, or no longer.</summary>
    public void DropStreamRecords(bool drops) => streams.ForEach(s => s.Drops = drops);

    /// <summary>What shall go wrong from now on; replaces what was said before.</summary>
    public async Task FaultsAsync(params IEnumerable<Fault> faults)
    {
        using var body = new StringContent(new JsonArray([.. faults.Select(static f => f.ToJson())]).ToJsonString());
        using var answer = await http.PostAsync(new Uri("/_emulator/faults", UriKind.Relative), body).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The requests of everybody but the harness, in order.</summary>
    public IEnumerable<LoggedCall> Calls() => LoggedCall.Read(RequestLog);

    /// <summary>Ends idle processes of functions, so that the next invocation starts cold.</summary>
    public Task ForgetProcessesAsync() => functions.ForgetAsync();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await watcher.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(pollers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await functions.DisposeAsync().ConfigureAwait(false);
        IReadOnlyCollection<string> refused;
        try
        {
            refused = await RefusedAsync().ConfigureAwait(false);
        }
        finally
        {
            await emulator.DisposeAsync().ConfigureAwait(false);
            http.Dispose();
            stop.Dispose();
            Directory.Delete(Folder, recursive: true);
        }

        if (refused.Count > 0) throw new InvalidOperationException($"the template's roles do not allow what its functions do:\n{string.Join('\n', refused)}");
    }

    private List<string> Open(CloudState state)
    {
        List<string> open = [];
        foreach (var mapping in mappings.Values.Where(static m => !m.IsStream))
        {
            if (state.Queues.TryGetValue(mapping.Source, out var queue) && (queue.Visible > 0 || queue.InFlight > 0))
                open.Add($"'{mapping.QueueName}' has {queue.Visible} waiting and {queue.InFlight} in flight");
        }

        foreach (var stream in streams)
        {
            if (state.Streams.GetValueOrDefault(stream.Source) is var written && written > stream.Done) open.Add($"{written - stream.Done} stream records are unread");
        }

        if (functions.Active > 0) open.Add($"{functions.Active} invocations run");
        return open;
    }

    /// <summary>Nobody works, and what is in flight was given back.</summary>
    private bool OnlyHidden(CloudState state) =>
        functions.Active == 0 && !takers.Any(static t => t.IsBusy) && streams.TrueForAll(s => state.Streams.GetValueOrDefault(s.Source) <= s.Done);

    private async Task SkipAsync(long version)
    {
        using var body = new StringContent(new JsonArray([.. mappings.Values.Where(static m => !m.IsStream).Select(static m => (JsonNode)m.Source)]).ToJsonString());
        using var answer = await http.PostAsync(new Uri($"/_emulator/skip?since={version}", UriKind.Relative), body).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    private string Tail() => "Last said: " + string.Join(" | ", logs.TakeLast(8).Select(static l => $"{l.Function}: {l.Text}"));

    private async Task PollAsync(Func<Mapping, bool> ours)
    {
        var listed = await Aws.RestAsync("lambda", HttpMethod.Get, "/2015-03-31/event-source-mappings").ConfigureAwait(false);
        var state = await watcher.LookAsync(-1, TimeSpan.Zero, stop.Token).ConfigureAwait(false);
        var address = Address.ToString().TrimEnd('/');
        foreach (var json in listed["EventSourceMappings"]!.AsArray())
        {
            var mapping = Mapping.Of(json!.AsObject());
            if (!ours(mapping) || !mappings.TryAdd(mapping.Id, mapping)) continue;
            if (mapping.IsStream)
            {
                var poller = new StreamPoller(mapping, Aws, watcher, functions, Options, address);
                poller.Begin(state);
                streams.Add(poller);
                pollers.Add(Task.Run(() => poller.RunAsync(stop.Token)));
            }
            else
            {
                var poller = new QueuePoller(mapping, Aws, watcher, functions, Options, address, line => logs.Enqueue(new("harness", line)));
                takers.Enqueue(poller);
                pollers.Add(Task.Run(() => poller.RunAsync(stop.Token)));
            }
        }
    }

    private Task<System.Xml.Linq.XElement> DescribeAsync(string action) => Aws.QueryAsync("cloudformation", action, "2010-05-15", [new("StackName", StackName)]);

    private async Task ControlAsync(string path)
    {
        using var answer = await http.PostAsync(new Uri($"/_emulator/{path}", UriKind.Relative), null).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }

    private async Task TransformAsync(string template, string expanded, string code)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "transform.py"), template, expanded, code]) { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var late = new CancellationTokenSource(Options.Patience);
        var error = await process.StandardError.ReadToEndAsync(late.Token).ConfigureAwait(false);
        await process.WaitForExitAsync(late.Token).ConfigureAwait(false);
        if (process.ExitCode != 0) throw new InvalidOperationException($"'{template}' could not be expanded ({EmulatorProcess.HowToInstall}): {error}");
    }
}

/// <summary>A line that a function wrote.</summary>
public sealed record LogLine(string Function, string Text);
