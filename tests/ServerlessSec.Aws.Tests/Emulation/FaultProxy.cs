using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessSec.Aws.Emulation;

/// <summary>One request that passed, or was to pass.</summary>
/// <param name="Operation">The operation of a JSON protocol, else method and path.</param>
public sealed record Passing(int Number, string Operation, byte[] Body)
{
    public bool IsWrite => Operation is "UpdateItem" or "TransactWriteItems" or "BatchWriteItem" or "DeleteItem" or "PutItem";

    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}

/// <summary>What happens to a request on its way.</summary>
/// <param name="Status">Answered here, with this status and body, and not passed on.</param>
/// <param name="Lost">Passed on, but its answer never arrives.</param>
/// <param name="Dead">Not passed on, and never answered.</param>
public sealed record Fault(int? Status = null, string Body = "{}", bool Lost = false, bool Dead = false)
{
    /// <summary>Changes the request on its way.</summary>
    public Func<JsonObject, JsonObject>? Rewrite { get; init; }

    /// <summary>Changes the answer on its way back; given the request as it came.</summary>
    public Func<JsonObject, JsonObject, JsonObject>? RewriteAnswer { get; init; }

    public static Fault Throttled { get; } = new(400, """{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}""");

    public static Fault ServerError { get; } = new(500, """{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"oh"}""");
}

/// <summary>Stands on loopback between the SDK and the emulator, and makes go wrong what goes wrong in networks and under load.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri target;
    private readonly Task serving;
    private int number;

    public FaultProxy(Uri target)
    {
        this.target = target;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Address = new($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        probe.Stop();
        listener.Prefixes.Add(Address.ToString());
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Address { get; }

    public List<Passing> Seen { get; } = [];

    /// <summary>Asked for each request; null lets it pass.</summary>
    public Func<Passing, Fault?> Faults { get; set; } = static _ => null;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await serving;
        listener.Close();
        client.Dispose();
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
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

            try
            {
                await PassAsync(context);
            }
            catch (Exception gone) when (gone is HttpListenerException or IOException or ObjectDisposedException)
            {
                // The caller did not wait for the answer.
            }
        }
    }

    private async Task PassAsync(HttpListenerContext context)
    {
        using var buffer = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(buffer);
        var operation = context.Request.Headers["X-Amz-Target"] is { } name ? name[(name.LastIndexOf('.') + 1)..] : $"{context.Request.HttpMethod} {context.Request.RawUrl}";
        var passing = new Passing(number++, operation, buffer.ToArray());
        lock (Seen) Seen.Add(passing);
        var fault = Faults(passing);
        if (fault is { Dead: true })
        {
            await HangUpAsync(context);
        }
        else if (fault?.Status is { } status)
        {
            await AnswerAsync(context, status, "application/json", Encoding.UTF8.GetBytes(fault.Body), fault.Body);
        }
        else
        {
            using var answer = await client.SendAsync(Forward(context.Request, fault?.Rewrite is { } rewrite ? Bytes(rewrite(passing.Json)) : passing.Body));
            var body = await answer.Content.ReadAsByteArrayAsync();
            if (fault is { Lost: true })
            {
                await HangUpAsync(context);
                return;
            }

            // A checksum is of the answer as it was.
            if (fault?.RewriteAnswer is { } change) body = Bytes(change(passing.Json, JsonNode.Parse(body)!.AsObject()));
            foreach (var header in answer.Headers.Where(static h => IsPassedOn(h.Key))) context.Response.Headers[header.Key] = string.Join(",", header.Value);
            await AnswerAsync(context, (int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), body, null);
        }
    }

    private static bool IsPassedOn(string header) =>
        header == "ETag" || (header.StartsWith("x-amz", StringComparison.OrdinalIgnoreCase) && !header.Equals("x-amz-crc32", StringComparison.OrdinalIgnoreCase));

    /// <summary>Ends the connection within an answer; without a beginning of one, it would be ended as an empty one.</summary>
    private static async Task HangUpAsync(HttpListenerContext context)
    {
        context.Response.ContentLength64 = 1_000;
        await context.Response.OutputStream.WriteAsync("{"u8.ToArray());
        await context.Response.OutputStream.FlushAsync();
        context.Response.Abort();
    }

    private static async Task AnswerAsync(HttpListenerContext context, int status, string? type, byte[] body, string? error)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type ?? "application/json";
        if (error is not null && status >= 400 && JsonNode.Parse(error)?["__type"]?.GetValue<string>() is { } code) context.Response.Headers["x-amzn-ErrorType"] = code;
        context.Response.ContentLength64 = body.Length;
        await context.Response.OutputStream.WriteAsync(body);
        context.Response.Close();
    }

    private HttpRequestMessage Forward(HttpListenerRequest request, byte[] body)
    {
        var forward = new HttpRequestMessage(new(request.HttpMethod), new Uri(target, request.RawUrl)) { Content = new ByteArrayContent(body) };
        foreach (var key in request.Headers.AllKeys)
        {
            // The emulator tells the service by the header that also signs the request; it checks neither length nor checksum.
            if (key is null || key.Equals("Host", StringComparison.OrdinalIgnoreCase) || key.StartsWith("Content-Length", StringComparison.OrdinalIgnoreCase) || key.Equals("Expect", StringComparison.OrdinalIgnoreCase)) continue;
            if (!forward.Headers.TryAddWithoutValidation(key, request.Headers[key])) forward.Content.Headers.TryAddWithoutValidation(key, request.Headers[key]);
        }

        return forward;
    }

    private static byte[] Bytes(JsonObject json) => Encoding.UTF8.GetBytes(json.ToJsonString());
}
