using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessSec.Functions.Runtime;

/// <summary>The loop against a Runtime API on loopback.</summary>
public class RuntimeLoopTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_event_is_answered_and_a_fault_is_told_and_the_loop_goes_on()
    {
        await using var lambda = new FakeLambda("one", "two", "three");
        var trace = "";
        await lambda.RunAsync(() => (invocation, _) =>
        {
            trace = Environment.GetEnvironmentVariable("_X_AMZN_TRACE_ID");
            return Encoding.UTF8.GetString(invocation.Payload.Span) == "two" ? throw new InvalidOperationException("no") : Task.FromResult<ReadOnlyMemory<byte>>(invocation.Payload);
        });
        Assert.Equal(["0/response one", "1/error InvalidOperationException", "2/response three"], lambda.Posts);
        Assert.Equal("Root=1-2;Parent=3", trace);
    }

    [Fact]
    public async Task The_handler_is_made_before_the_first_event_is_asked_for_and_its_failure_is_an_init_error()
    {
        await using var lambda = new FakeLambda("one");
        Assert.Equal(1, await lambda.RunAsync(static () => throw new InvalidOperationException("TABLE_NAME is not set")));
        Assert.Equal(["init/error InvalidOperationException"], lambda.Posts);
        Assert.Equal(0, lambda.Nexts);
    }

    [Fact]
    public async Task Shortly_before_the_deadline_the_work_is_stopped_and_the_fault_still_told()
    {
        await using var lambda = new FakeLambda("one") { Left = RuntimeLoop.Reserve + TimeSpan.FromMilliseconds(50) };
        await lambda.RunAsync(() => async (_, stop) =>
        {
            await Task.Delay(Timeout.Infinite, stop);
            return default;
        });
        Assert.Equal(["0/error TaskCanceledException"], lambda.Posts);
    }

    [Fact]
    public async Task An_event_whose_deadline_has_passed_begins_with_a_stopped_token()
    {
        await using var lambda = new FakeLambda("one") { Left = TimeSpan.FromSeconds(-1) };
        var stopped = false;
        await lambda.RunAsync(() => (_, stop) =>
        {
            stopped = stop.IsCancellationRequested;
            return Task.FromResult<ReadOnlyMemory<byte>>("{}"u8.ToArray());
        });
        Assert.True(stopped);
    }

    /// <summary>Gives its events one after the other and then none.</summary>
    private sealed class FakeLambda : IAsyncDisposable
    {
        private readonly HttpListener listener = new();
        private readonly string[] events;
        private readonly string host;
        private readonly Task serving;

        public FakeLambda(params string[] events)
        {
            this.events = events;
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            host = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
            probe.Stop();
            listener.Prefixes.Add($"http://{host}/");
            listener.Start();
            serving = ServeAsync();
        }

        public TimeSpan Left { get; init; } = TimeSpan.FromMinutes(1);

        public List<string> Posts { get; } = [];

        public int Nexts { get; private set; }

        public async Task<int> RunAsync(Func<Handler> make)
        {
            using var api = new RuntimeApi(host);
            var (log, _) = Logs.New();
            try
            {
                return await new RuntimeLoop(api, log, TimeProvider.System).RunAsync(make, Stop);
            }
            catch (HttpRequestException gone) when (gone.StatusCode == HttpStatusCode.Gone)
            {
                return 0;
            }
        }

        public async ValueTask DisposeAsync()
        {
            listener.Stop();
            await serving;
            listener.Close();
        }

        private async Task ServeAsync()
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await listener.GetContextAsync();
                }
                catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                var path = context.Request.Url!.AbsolutePath["/2018-06-01/runtime/".Length..];
                if (context.Request.HttpMethod == "GET") Next(context);
                else await TakeAsync(context, path);
            }
        }

        private void Next(HttpListenerContext context)
        {
            if (Nexts == events.Length)
            {
                // Nothing more: the sandbox would be frozen now.
                context.Response.StatusCode = (int)HttpStatusCode.Gone;
                context.Response.Close();
                return;
            }

            context.Response.Headers["Lambda-Runtime-Aws-Request-Id"] = $"{Nexts}";
            context.Response.Headers["Lambda-Runtime-Deadline-Ms"] = $"{(DateTimeOffset.UtcNow + Left).ToUnixTimeMilliseconds()}";
            context.Response.Headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:eu-central-1:123456789012:function:scanner";
            context.Response.Headers["Lambda-Runtime-Trace-Id"] = "Root=1-2;Parent=3";
            context.Response.Close(Encoding.UTF8.GetBytes(events[Nexts++]), willBlock: false);
        }

        private async Task TakeAsync(HttpListenerContext context, string path)
        {
            using var reader = new StreamReader(context.Request.InputStream);
            var body = await reader.ReadToEndAsync(Stop);
            var shown = path.EndsWith("error", StringComparison.Ordinal) ? (string?)JsonNode.Parse(body)!["errorType"] : body;
            Posts.Add($"{path.Replace("invocation/", "", StringComparison.Ordinal)} {shown}");
            context.Response.StatusCode = 202;
            context.Response.Close();
        }
    }
}
