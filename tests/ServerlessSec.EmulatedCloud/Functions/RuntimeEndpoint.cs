using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ServerlessSec.Emulation.Functions;

/// <summary>What became of an invocation.</summary>
/// <param name="Fault">Null where the function answered.</param>
public sealed record Outcome(string RequestId, byte[] Body, string? Fault)
{
    public bool Failed => Fault is not null;
}

/// <summary>Lambda's Runtime API for one sandbox, on a free port of the loopback interface.</summary>
internal sealed class RuntimeEndpoint : IAsyncDisposable
{
    private const string Root = "/2018-06-01/runtime/";

    private readonly WebApplication server;
    private readonly string functionArn;
    private TaskCompletionSource<Work> waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource polled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Work? current;

    private RuntimeEndpoint(WebApplication server, string functionArn)
    {
        this.server = server;
        this.functionArn = functionArn;
    }

    /// <summary>Host and port, as a runtime is told.</summary>
    public string Host { get; private set; } = "";

    /// <summary>Ends when the runtime first asks for an event: it has initialised.</summary>
    public Task Polled => polled.Task;

    public static async Task<RuntimeEndpoint> StartAsync(string functionArn)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(static k =>
        {
            k.Listen(IPAddress.Loopback, 0);
            k.Limits.MaxRequestBodySize = 7_000_000;
        });
        var endpoint = new RuntimeEndpoint(builder.Build(), functionArn);
        endpoint.server.Run(endpoint.ServeAsync);
        await endpoint.server.StartAsync().ConfigureAwait(false);
        var address = endpoint.server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        endpoint.Host = new Uri(address).Authority;
        return endpoint;
    }

    /// <summary>Hands one event to the runtime. One at a time.</summary>
    public Task<Outcome> InvokeAsync(byte[] payload, TimeSpan timeout)
    {
        var work = new Work(Guid.NewGuid().ToString(), payload, DateTimeOffset.UtcNow + timeout);
        current = work;
        waiting.SetResult(work);
        return work.Done.Task;
    }

    /// <summary>Ends what is being worked on, as when the process has died.</summary>
    public void Fail(string fault) => current?.Done.TrySetResult(new(current.Id, [], fault));

    public async ValueTask DisposeAsync() => await server.DisposeAsync().ConfigureAwait(false);

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == Root + "invocation/next" && context.Request.Method == "GET")
        {
            await NextAsync(context).ConfigureAwait(false);
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body).ConfigureAwait(false);
        context.Response.StatusCode = Take(path, body.ToArray()) ? StatusCodes.Status202Accepted : StatusCodes.Status400BadRequest;
    }

    private async Task NextAsync(HttpContext context)
    {
        polled.TrySetResult();
        var work = await Volatile.Read(ref waiting).Task.WaitAsync(context.RequestAborted).ConfigureAwait(false);
        Volatile.Write(ref waiting, new(TaskCreationOptions.RunContinuationsAsynchronously));
        var headers = context.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = work.Id;
        headers["Lambda-Runtime-Deadline-Ms"] = work.Deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = functionArn;
        headers["Lambda-Runtime-Trace-Id"] = $"Root=1-{DateTimeOffset.UtcNow.ToUnixTimeSeconds():x8}-{Guid.NewGuid():N};Sampled=0"[..52];
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = work.Payload.Length;
        await context.Response.Body.WriteAsync(work.Payload, context.RequestAborted).ConfigureAwait(false);
    }

    private bool Take(string path, byte[] body)
    {
        var text = System.Text.Encoding.UTF8.GetString(body);
        if (path == Root + "init/error")
        {
            Fail($"init: {text}");
            polled.TrySetException(new InvalidOperationException(text));
            return true;
        }

        if (current is not { } work || !path.StartsWith($"{Root}invocation/{work.Id}/", StringComparison.Ordinal)) return false;
        return work.Done.TrySetResult(new(work.Id, body, path.EndsWith("/error", StringComparison.Ordinal) ? text : null));
    }

    private sealed record Work(string Id, byte[] Payload, DateTimeOffset Deadline)
    {
        public TaskCompletionSource<Outcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
