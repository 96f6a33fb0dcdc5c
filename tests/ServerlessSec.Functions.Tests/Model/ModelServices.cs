using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Amazon.Runtime;

namespace ServerlessSec.Functions.Model;

/// <summary>A function that is scanned.</summary>
internal sealed record ScannedFunction(string Name)
{
    public required string Role { get; init; }

    public int Revision { get; init; } = 1;

    /// <summary>Its configuration and package have something to find.</summary>
    public bool IsWeak { get; init; }

    public string? Layer { get; init; }

    public string Arn => $"{ModelAccount.Application.Arn}:function:{Name}";
}

/// <param name="At">When Security Hub took it.</param>
/// <param name="Json">As it came.</param>
internal sealed record Told(DateTimeOffset At, string Json);

/// <summary>
/// Lambda's control plane, IAM, CloudWatch Logs and Security Hub behind the real clients: answers to the calls that the
/// scanner makes, each after its usual time.
/// </summary>
internal sealed class ModelServices(VirtualTime time)
{
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(40);

    /// <summary>How long IAM takes for a call.</summary>
    public TimeSpan IamLatency { get; set; } = Latency;

    public SortedDictionary<string, ScannedFunction> Functions { get; } = new(StringComparer.Ordinal);

    /// <summary>Roles that may do more than they should.</summary>
    public HashSet<string> WeakRoles { get; } = [];

    /// <summary>Each call to Lambda's control plane.</summary>
    public List<(DateTimeOffset At, bool IsBulk)> LambdaCalls { get; } = [];

    public List<Told> Hub { get; } = [];

    public int IamCalls { get; private set; }

    /// <summary>Configures clients to come here.</summary>
    /// <param name="isBulk">They are those of bulk work.</param>
    public Action<ClientConfig> Clients(bool isBulk)
    {
        var factory = new Factory(new(new Handler(this, isBulk)) { Timeout = Timeout.InfiniteTimeSpan });
        return config =>
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.EUCentral1;
            config.HttpClientFactory = factory;
        };
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, bool isBulk, CancellationToken stop)
    {
        var host = request.RequestUri!.Host;
        if (host.StartsWith("lambda.", StringComparison.Ordinal)) LambdaCalls.Add((time.GetUtcNow(), isBulk));
        await Task.Delay(host.StartsWith("iam.", StringComparison.Ordinal) ? IamLatency : Latency, time, stop);
        using var body = new MemoryStream();
        if (request.Content is { } content) await content.CopyToAsync(body, stop);
        var text = Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);
        var answer = host.Split('.')[0] switch
        {
            "lambda" => Lambda(request.RequestUri),
            "iam" => Iam(HttpUtility.ParseQueryString(text)),
            "logs" => $$"""{"logGroups":[{"logGroupName":{{JsonNode.Parse(text)!["logGroupNamePrefix"]!.ToJsonString()}}}]}""",
            "securityhub" => SecurityHub(request.RequestUri, text),
            _ => throw new NotSupportedException(host),
        };
        return new(answer is null ? HttpStatusCode.NotFound : HttpStatusCode.OK)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(answer ?? """{"Type":"User","Message":"it is not there"}""")),
            Headers = { { "x-amzn-ErrorType", answer is null ? "ResourceNotFoundException" : "" } },
        };
    }

    private string? Lambda(Uri uri)
    {
        var parts = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is [_, "event-source-mappings"]) return """{"EventSourceMappings":[]}""";
        if (parts is [_, "layers"]) return """{"Content":{"Location":"https://layer/"}}""";
        if (parts is [_, "functions"]) return List(HttpUtility.ParseQueryString(uri.Query)["Marker"]);
        if (Functions.GetValueOrDefault(parts[2]) is not { } function) return null;
        return parts switch
        {
            [_, "functions", _] => $$"""{"Configuration":{{Describe(function)}},"Code":{"RepositoryType":"S3","Location":"https://code/"},"Tags":{} }""",
            [.., "aliases"] => """{"Aliases":[]}""",
            [.., "policy"] => """{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}""",
            [.., "urls"] => $$"""{"FunctionUrlConfigs":[{"FunctionArn":"{{function.Arn}}","FunctionUrl":"https://url/","AuthType":"AWS_IAM"}]}""",
            [.., "event-invoke-config", "list"] => """{"FunctionEventInvokeConfigs":[]}""",
            [.., "recursion-config"] => """{"RecursiveLoop":"Terminate"}""",
            _ => throw new NotSupportedException(uri.ToString()),
        };
    }

    private string List(string? marker)
    {
        var page = Functions.Values.SkipWhile(f => marker is not null && string.CompareOrdinal(f.Name, marker) <= 0).Take(50).ToArray();
        return $$"""{"Functions":[{{string.Join(',', page.Select(Describe))}}]{{(page.Length < 50 ? "" : $",\"NextMarker\":\"{page[^1].Name}\"")}}}""";
    }

    private static string Describe(ScannedFunction function) => $$"""
        {"FunctionName":"{{function.Name}}","FunctionArn":"{{function.Arn}}","Runtime":"nodejs22.x","Handler":"index.handler",
         "Role":"arn:aws:iam::{{ModelAccount.Application.Account}}:role/{{function.Role}}","PackageType":"Zip","CodeSize":1,"CodeSha256":"{{function.Name}}-{{function.Revision}}",
         "LastModified":"{{function.Revision}}","RevisionId":"{{function.Revision}}","State":"Active","LastUpdateStatus":"Successful","Timeout":3,"MemorySize":128,"Architectures":["x86_64"],
         "TracingConfig":{"Mode":"{{(function.IsWeak ? "PassThrough" : "Active")}}"},"Layers":[{{(function.Layer is null ? "" : $"{{\"Arn\":\"{function.Layer}\",\"CodeSize\":1}}")}}]}
        """;

    private string Iam(System.Collections.Specialized.NameValueCollection form)
    {
        IamCalls++;
        var (action, role) = (form["Action"], form["RoleName"]);
        var result = action switch
        {
            "GetRole" => $"<Role><Arn>arn:aws:iam::{ModelAccount.Application.Account}:role/{role}</Arn><AssumeRolePolicyDocument>{Uri.EscapeDataString("""{"Version":"2012-10-17","Statement":[]}""")}</AssumeRolePolicyDocument></Role>",
            "ListRolePolicies" => "<PolicyNames><member>own</member></PolicyNames><IsTruncated>false</IsTruncated>",
            "ListAttachedRolePolicies" => "<AttachedPolicies/><IsTruncated>false</IsTruncated>",
            "GetRolePolicy" => $"<PolicyDocument>{Uri.EscapeDataString($$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"{{(WeakRoles.Contains(role!) ? "dynamodb:*" : "dynamodb:GetItem")}}","Resource":"arn:aws:dynamodb:eu-central-1:{{ModelAccount.Application.Account}}:table/t"}]}""")}</PolicyDocument>",
            _ => throw new NotSupportedException(action),
        };
        return $"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>";
    }

    private string SecurityHub(Uri uri, string text)
    {
        if (uri.AbsolutePath != "/findings/import") return """{"Findings":[]}""";
        using var batch = JsonDocument.Parse(text);
        var findings = batch.RootElement.GetProperty("Findings");
        foreach (var finding in findings.EnumerateArray()) Hub.Add(new(time.GetUtcNow(), finding.GetRawText()));
        return string.Create(CultureInfo.InvariantCulture, $$"""{"SuccessCount":{{findings.GetArrayLength()}},"FailedCount":0,"FailedFindings":[]}""");
    }

    private sealed class Handler(ModelServices services, bool isBulk) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => services.AnswerAsync(request, isBulk, cancellationToken);
    }

    private sealed class Factory(HttpClient client) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
