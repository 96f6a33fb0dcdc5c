using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation.Emulator;

/// <summary>How many messages a queue holds.</summary>
internal sealed record QueueState(int Visible, int InFlight, int Delayed);

/// <summary>All queues, and how many records each stream has had.</summary>
internal sealed record CloudState(long Version, TimeSpan Ahead, Dictionary<string, QueueState> Queues, Dictionary<string, int> Streams)
{
    public static CloudState Empty { get; } = new(-1, TimeSpan.Zero, [], []);
}

/// <summary>Waits for something to happen in queues and streams, so that pollers need not ask each by itself.</summary>
internal sealed class Watcher(HttpClient http, Action<string> held) : IAsyncDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(200); // Delays and timeouts end without a sign.

    private readonly CancellationTokenSource stop = new();
    private TaskCompletionSource<CloudState> next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task loop = Task.CompletedTask;

    public CloudState Current { get; private set; } = CloudState.Empty;

    public void Start() => loop = WatchAsync();

    /// <summary>The first state seen from now on.</summary>
    public Task<CloudState> NextAsync(CancellationToken cancel) => Volatile.Read(ref next).Task.WaitAsync(cancel);

    public async Task<CloudState> LookAsync(long since, TimeSpan wait, CancellationToken cancel)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/_emulator/state?since={since}&wait={wait.TotalSeconds}");
        var json = JsonNode.Parse(await http.GetStringAsync(new Uri(path, UriKind.Relative), cancel).ConfigureAwait(false))!;
        foreach (var caller in json["held"]!.AsArray()) held(caller!.GetValue<string>());
        return new(
            json["version"]!.GetValue<long>(),
            TimeSpan.FromSeconds(json["ahead"]!.GetValue<double>()),
            json["queues"]!.AsObject().ToDictionary(static q => q.Key, static q => new QueueState(Count(q, "visible"), Count(q, "inFlight"), Count(q, "delayed"))),
            json["streams"]!.AsObject().ToDictionary(static s => s.Key, static s => s.Value!.GetValue<int>()));
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(false);
        stop.Dispose();
    }

    private static int Count(KeyValuePair<string, JsonNode?> queue, string name) => queue.Value![name]!.GetValue<int>();

    private async Task WatchAsync()
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                Current = await LookAsync(Current.Version, Longest, stop.Token).ConfigureAwait(false);
                Interlocked.Exchange(ref next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult(Current);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or HttpRequestException)
        {
            Volatile.Read(ref next).TrySetCanceled();
        }
    }
}
