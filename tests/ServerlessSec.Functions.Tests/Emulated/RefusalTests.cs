using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Calls that AWS refuses: what is not to be seen is a gap that names the permission, and mends nothing.</summary>
public sealed class RefusalTests(RichAccount account) : IClassFixture<RichAccount>
{
    /// <summary>The operation refused, and the permission that is missed then.</summary>
    public static TheoryData<string, string, string> Posture => new()
    {
        { "lambda", "GetFunction", "lambda:GetFunction" },
        { "lambda", "ListAliases", "lambda:ListAliases" },
        { "lambda", "GetPolicy", "lambda:GetPolicy" },
        { "lambda", "ListEventSourceMappings", "lambda:ListEventSourceMappings" },
        { "lambda", "ListFunctionUrlConfigs", "lambda:ListFunctionUrlConfigs" },
        { "lambda", "ListFunctionEventInvokeConfigs", "lambda:ListFunctionEventInvokeConfigs" },
        { "lambda", "GetFunctionRecursionConfig", "lambda:GetFunctionRecursionConfig" },
        { "logs", "DescribeLogGroups", "logs:DescribeLogGroups" },
        { "iam", "GetRole", "iam:GetRole" },
        { "iam", "ListRolePolicies", "iam:ListRolePolicies" },
        { "iam", "GetRolePolicy", "iam:GetRolePolicy" },
        { "iam", "ListAttachedRolePolicies", "iam:ListAttachedRolePolicies" },
        { "iam", "GetPolicy", "iam:GetPolicy" },
        { "iam", "GetPolicyVersion", "iam:GetPolicyVersion" },
    };

    public static TheoryData<string, string, string> Package => new()
    {
        { "lambda", "GetFunction", "lambda:GetFunction" },
        { "lambda", "ListAliases", "lambda:ListAliases" },
        { "lambda", "ListEventSourceMappings", "lambda:ListEventSourceMappings" },
        { "lambda", "GetLayerVersionByArn", "lambda:GetLayerVersion" },
        { "s3", "PresignedGet", "the address that Lambda gave was refused" },
    };

    /// <summary>What AWS says to whom it slows down.</summary>
    public static TheoryData<string, string, string, int> Throttled => new()
    {
        { "lambda", "GetFunction", "TooManyRequestsException", 429 },
        { "lambda", "GetPolicy", "TooManyRequestsException", 429 },
        { "iam", "GetRolePolicy", "Throttling", 400 },
        { "logs", "DescribeLogGroups", "ThrottlingException", 400 },
        { "dynamodb", "write", "ProvisionedThroughputExceededException", 400 },
        { "s3", "PutObject", "SlowDown", 503 },
        { "sqs", "SendMessage", "ThrottlingException", 400 },
        { "securityhub", "BatchImportFindings", "TooManyRequestsException", 429 },
    };

    [Theory, MemberData(nameof(Posture))]
    public async Task A_refused_call_about_the_configuration_is_a_gap_until_it_is_permitted(string service, string operation, string permission)
    {
        var cloud = await account.RichAsync();
        await RefuseAsync(cloud, service, operation, permission);
    }

    [Theory, MemberData(nameof(Package))]
    public async Task A_refused_call_about_the_package_is_a_gap_until_it_is_permitted(string service, string operation, string permission)
    {
        var cloud = await account.RichAsync();
        await account.DeployAnewAsync();
        await RefuseAsync(cloud, service, operation, permission);
    }

    [Theory, MemberData(nameof(Throttled))]
    public async Task A_call_that_is_slowed_down_is_made_again_and_the_scan_completes(string service, string operation, string code, int status)
    {
        var cloud = await account.RichAsync();
        var (open, gaps, shared) = (await cloud.OpenAsync("rich"), await cloud.GapsAsync("rich"), await cloud.OpenAsync(null));
        await account.DeployAnewAsync();
        var (since, calls) = (cloud.Logs.Count, cloud.Calls().Count());
        await cloud.UpdateConfigurationAsync("rich", new() { ["Runtime"] = "nodejs14.x" });
        await cloud.FaultsAsync(new Fault { Service = service, Operation = operation, Times = 2, Code = code, Status = status });
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "rich"));
        await cloud.FaultsAsync();
        Assert.True(cloud.Calls().Skip(calls).Count(c => c.Service == service && c.Status == status) >= 2);
        Assert.Equal(open.Append("SLS3001").Order(StringComparer.Ordinal), await cloud.OpenAsync("rich"));
        Assert.Equal(gaps, await cloud.GapsAsync("rich"));
        Assert.Equal(shared, await cloud.OpenAsync(null));
        Assert.Empty(cloud.Said(since, "message failed"));

        await cloud.UpdateConfigurationAsync("rich", new() { ["Runtime"] = "nodejs22.x" });
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "rich"));
        Assert.Equal(open, await cloud.OpenAsync("rich"));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    [Fact]
    public async Task A_package_whose_address_has_expired_is_fetched_by_a_new_one()
    {
        var cloud = await account.RichAsync();
        var open = await cloud.OpenAsync("rich");
        await account.DeployAnewAsync();
        var calls = cloud.Calls().Count();
        await cloud.FaultsAsync(new Fault { Service = "s3", Operation = "PresignedGet", Resource = "/rich/", Code = "AccessDenied", Status = 403 });
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "rich"));
        await cloud.FaultsAsync();
        Assert.Equal(2, cloud.Calls().Skip(calls).Count(static c => c.Operation == "GetFunction" && c.Caller.Contains("ScanPackage", StringComparison.Ordinal)));
        Assert.Equal(open, await cloud.OpenAsync("rich"));
        Assert.Empty(await cloud.GapsAsync("rich"));
    }

    private static async Task RefuseAsync(EmulatedCloud cloud, string service, string operation, string permission)
    {
        var (told, shared) = (Active(await cloud.ToldAsync("rich")), await cloud.OpenAsync(null));
        Assert.Empty(await cloud.GapsAsync("rich"));
        await cloud.FaultsAsync(new Fault { Service = service, Operation = operation, Resource = "rich", Times = 1_000, Code = service == "lambda" || service == "logs" ? "AccessDeniedException" : "AccessDenied", Status = service == "logs" ? 400 : 403 });
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "rich"));
        await cloud.FaultsAsync();
        Assert.Contains(await cloud.GapsAsync("rich"), g => g.Contains(permission, StringComparison.Ordinal));
        Assert.Equal(told, Active(await cloud.ToldAsync("rich")));
        Assert.Equal(shared, await cloud.OpenAsync(null));

        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "rich"));
        Assert.Empty(await cloud.GapsAsync("rich"));
        Assert.Equal(told, Active(await cloud.ToldAsync("rich")));
        Assert.Equal(shared, await cloud.OpenAsync(null));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    private static IEnumerable<string> Active(IEnumerable<JsonObject> told) => told.Where(static f => IsActive(f) && !IsGap(f)).Select(static f => Text(f, "Id")).Order(StringComparer.Ordinal);
}

/// <summary>With a function that has a problem of every kind of evidence.</summary>
public sealed class RichAccount : ScannedAccount
{
    private int version;
    private Task? made;

    /// <summary>Tests of a class come one after the other.</summary>
    internal async Task<EmulatedCloud> RichAsync()
    {
        Export.Records["npm"].AddRange([AdvisoryExport.Record("GHSA-rich-code", "npm", "hull", "2.0.0"), AdvisoryExport.Record("GHSA-rich-layer", "npm", "keel", "2.0.0")]);
        var cloud = await StartAsync();
        await (made ??= MakeAsync(cloud));
        return cloud;
    }

    /// <summary>Other code with the same dependencies.</summary>
    internal async Task DeployAnewAsync()
    {
        var cloud = await StartAsync();
        await cloud.UpdateCodeAsync("rich", Layout.Zip(Code(++version)));
    }

    private static async Task MakeAsync(EmulatedCloud cloud)
    {
        await cloud.ScheduleAsync("RefreshSchedule");
        var layer = await cloud.LambdaAsync(HttpMethod.Post, "/2018-10-31/layers/rich-layer/versions", new()
        {
            ["Content"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(Layout.Zip(("nodejs/node_modules/keel/package.json", """{"name":"keel","version":"1.0.0"}"""))) },
        });
        var policy = await cloud.IamAsync("CreatePolicy", new("PolicyName", "rich-policy"), new("PolicyDocument", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}"""));
        var role = await cloud.CreateRoleAsync("rich-role", """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"dynamodb:*","Resource":"*"},{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:eu-central-1:123456789012:rich-loop"}]}""");
        await cloud.IamAsync("AttachRolePolicy", new("RoleName", "rich-role"), new("PolicyArn", policy.Descendants("Arn").First().Value));
        await cloud.CreateAsync("rich", role: role, settings: new()
        {
            ["Layers"] = new JsonArray(layer["LayerVersionArn"]!.GetValue<string>()),
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["ACCESS_KEY"] = string.Concat("AKIA", "Z7QJ4MX2", "WN5RTV3K"), ["QUEUE"] = "rich-loop" } },
        }, files: Code(0));
        await cloud.CreateAsync("rich-peer", role: role);

        await cloud.CreateQueueAsync("rich-loop");
        await cloud.LambdaAsync(HttpMethod.Post, "/2015-03-31/event-source-mappings", new() { ["FunctionName"] = "rich", ["EventSourceArn"] = cloud.QueueArn("rich-loop"), ["BatchSize"] = 10 });
        await cloud.UrlAsync(HttpMethod.Post, "rich", "NONE");
        await cloud.OpenUrlAsync("rich");
        await cloud.PermitAsync("rich", new() { ["StatementId"] = "topic", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "sns.amazonaws.com" });
        await cloud.Aws.JsonAsync("logs", "Logs_20140328.CreateLogGroup", new() { ["logGroupName"] = "/aws/lambda/rich" }, stop: TestContext.Current.CancellationToken);
        await cloud.AfterAsync(Event("CreateFunction20150331", "rich"), Event("CreateFunction20150331", "rich-peer"));
        var open = await cloud.OpenAsync("rich");
        foreach (var rule in (string[])["SLS1001", "SLS1004", "SLS2002", "SLS2003", "SLS3003", "SLS3004", "SLS4001", "SLS6001", "SLS7001"]) Assert.Contains(rule, open);
        Assert.Equal(2, open.Count(static r => r == "SLS6001"));
        Assert.Contains("SLS2004", await cloud.OpenAsync(null));
        Assert.Contains("SLS7002", await cloud.OpenAsync(null));
    }

    private static (string Name, string Text)[] Code(int version) =>
        [("index.js", $"exports.handler = async () => '{version}'"), ("node_modules/hull/package.json", """{"name":"hull","version":"1.0.0"}""")];
}
