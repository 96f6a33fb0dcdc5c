using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace ServerlessSec.Emulation.Emulator;

/// <summary>
/// Calls the emulator's services as the account's owner, or as whoever has <paramref name="key"/>. The emulator reads who
/// calls from a request's credential and checks no signature, so none is made.
/// </summary>
public sealed class AwsCaller(HttpClient http, string region, string key = AwsCaller.Harness)
{
    /// <summary>The access key of the harness itself, which stands for AWS.</summary>
    public const string Harness = "HARNESS";

    public string Region => region;

    public AwsCaller With(string accessKey) => new(http, region, accessKey);

    /// <param name="target">Such as <c>AmazonSQS.SendMessage</c>.</param>
    public async Task<JsonObject> JsonAsync(string service, string target, JsonObject input, string? eventId = null, CancellationToken stop = default)
    {
        using var request = Request(service, HttpMethod.Post, "/");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        if (eventId is not null) request.Headers.TryAddWithoutValidation("X-Emulator-Event", eventId);
        request.Content = Body(input.ToJsonString(), service is "sqs" or "dynamodb" ? "application/x-amz-json-1.0" : "application/x-amz-json-1.1");
        return ReadJson(await SendAsync(request, stop).ConfigureAwait(false));
    }

    public async Task<JsonObject> RestAsync(string service, HttpMethod method, string path, JsonObject? input = null, CancellationToken stop = default)
    {
        using var request = Request(service, method, path);
        if (input is not null) request.Content = Body(input.ToJsonString(), "application/json");
        return ReadJson(await SendAsync(request, stop).ConfigureAwait(false));
    }

    /// <summary>An operation of the query protocol; namespaces are taken off the answer.</summary>
    public async Task<XElement> QueryAsync(string service, string action, string version, IEnumerable<KeyValuePair<string, string>> arguments, CancellationToken stop = default)
    {
        using var request = Request(service, HttpMethod.Post, "/");
        request.Content = new FormUrlEncodedContent([new("Action", action), new("Version", version), .. arguments]);
        var root = XElement.Parse(Encoding.UTF8.GetString(await SendAsync(request, stop).ConfigureAwait(false)));
        foreach (var element in root.DescendantsAndSelf()) element.Name = element.Name.LocalName;
        return root;
    }

    public async Task CreateBucketAsync(string bucket, CancellationToken stop = default)
    {
        using var request = Request("s3", HttpMethod.Put, $"/{bucket}");
        request.Content = Body($"<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>", "application/xml");
        await SendAsync(request, stop).ConfigureAwait(false);
    }

    public async Task PutBucketPolicyAsync(string bucket, string policy, CancellationToken stop = default)
    {
        using var request = Request("s3", HttpMethod.Put, $"/{bucket}?policy");
        request.Content = Body(policy, "application/json");
        await SendAsync(request, stop).ConfigureAwait(false);
    }

    public async Task PutObjectAsync(string bucket, string name, byte[] content, CancellationToken stop = default)
    {
        using var request = Request("s3", HttpMethod.Put, $"/{bucket}/{name}");
        request.Content = new ByteArrayContent(content);
        await SendAsync(request, stop).ConfigureAwait(false);
    }

    /// <param name="path">Bucket and name.</param>
    public async Task DeleteObjectAsync(string path, CancellationToken stop = default)
    {
        using var request = Request("s3", HttpMethod.Delete, $"/{path}");
        await SendAsync(request, stop).ConfigureAwait(false);
    }

    public async Task<byte[]> GetAsync(string url, CancellationToken stop = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await SendAsync(request, stop).ConfigureAwait(false);
    }

    private HttpRequestMessage Request(string service, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        var day = DateTime.UtcNow.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential={key}/{day}/{region}/{service}/aws4_request, SignedHeaders=host, Signature=none");
        return request;
    }

    private static StringContent Body(string text, string type)
    {
        var content = new StringContent(text);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }

    private async Task<byte[]> SendAsync(HttpRequestMessage request, CancellationToken stop)
    {
        using var answer = await http.SendAsync(request, stop).ConfigureAwait(false);
        var body = await answer.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? body : throw AwsException.Of((int)answer.StatusCode, body);
    }

    private static JsonObject ReadJson(byte[] body) => body.Length == 0 ? [] : JsonNode.Parse(body)?.AsObject() ?? [];
}

/// <summary>A call that was refused.</summary>
public sealed class AwsException(string code, int status, string message) : Exception($"{code} ({status}): {message}")
{
    public string Code => code;

    public int Status => status;

    internal static AwsException Of(int status, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        try
        {
            if (text.StartsWith('{') && JsonNode.Parse(text) is JsonObject json)
            {
                var code = json["__type"]?.ToString() ?? json["Type"]?.ToString() ?? json["code"]?.ToString() ?? "?";
                return new(code.Split('#')[^1], status, json["message"]?.ToString() ?? json["Message"]?.ToString() ?? text);
            }

            var xml = XElement.Parse(text).DescendantsAndSelf().ToLookup(static e => e.Name.LocalName, static e => e.Value);
            return new(xml["Code"].FirstOrDefault() ?? "?", status, xml["Message"].FirstOrDefault() ?? text);
        }
        catch (Exception fault) when (fault is System.Xml.XmlException or System.Text.Json.JsonException)
        {
            return new("?", status, text.Length > 2000 ? text[^2000..] : text);
        }
    }
}
