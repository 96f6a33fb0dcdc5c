using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ServerlessSec.Functions.Runtime;

/// <summary>Lambda's Runtime API (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).</summary>
internal sealed class RuntimeApi : IDisposable
{
    private readonly HttpClient http;
    private readonly string address;

    /// <param name="host">Host and port, as in <c>AWS_LAMBDA_RUNTIME_API</c>.</param>
    public RuntimeApi(string host)
    {
        address = $"http://{host}/2018-06-01/runtime/";
        // No proxy may stand between a function and its runtime; a long poll freezes with the sandbox, so nothing times out.
        http = new(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            PooledConnectionLifetime = Timeout.InfiniteTimeSpan,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            ActivityHeadersPropagator = null,
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public async Task<Invocation> NextAsync(CancellationToken stop)
    {
        using var answer = await http.GetAsync(new Uri(address + "invocation/next"), stop).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
        var payload = await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
        return new(
            Header(answer, "Lambda-Runtime-Aws-Request-Id") ?? "",
            long.TryParse(Header(answer, "Lambda-Runtime-Deadline-Ms"), NumberStyles.None, CultureInfo.InvariantCulture, out var deadline)
                ? DateTimeOffset.FromUnixTimeMilliseconds(deadline)
                : DateTimeOffset.MaxValue,
            Header(answer, "Lambda-Runtime-Invoked-Function-Arn") ?? "",
            Header(answer, "Lambda-Runtime-Trace-Id"),
            payload);
    }

    public Task AnswerAsync(Invocation invocation, ReadOnlyMemory<byte> body, CancellationToken stop) =>
        PostAsync($"invocation/{invocation.RequestId}/response", body, null, stop);

    public Task FailAsync(Invocation invocation, Exception fault, CancellationToken stop) =>
        PostAsync($"invocation/{invocation.RequestId}/error", RuntimeError.Of(fault), fault.GetType().Name, stop);

    public Task FailInitAsync(Exception fault, CancellationToken stop) =>
        PostAsync("init/error", RuntimeError.Of(fault), fault.GetType().Name, stop);

    public void Dispose() => http.Dispose();

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private async Task PostAsync(string path, ReadOnlyMemory<byte> body, string? errorType, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address + path) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (errorType is not null) request.Headers.TryAddWithoutValidation("Lambda-Runtime-Function-Error-Type", $"Runtime.{errorType}");
        using var answer = await http.SendAsync(request, stop).ConfigureAwait(false);
        answer.EnsureSuccessStatusCode();
    }
}

internal sealed record RuntimeError(string ErrorMessage, string ErrorType, string[] StackTrace)
{
    public static byte[] Of(Exception fault) => JsonSerializer.SerializeToUtf8Bytes(
        new(fault.Message, fault.GetType().Name, fault.StackTrace?.Split('\n', StringSplitOptions.TrimEntries) ?? []),
        RuntimeJson.Default.RuntimeError);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RuntimeError))]
internal sealed partial class RuntimeJson : JsonSerializerContext;
