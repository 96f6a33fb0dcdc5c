using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Emulation;
using ServerlessSec.Iam;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Functions.Emulated;

/// <summary>What a person at a terminal asks of an account and of the scanner deployed into it.</summary>
public sealed class CommandLineTests(ITestOutputHelper output)
{
    private const string Wide = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";
    private const string Narrow = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::shop-receipts/*"}]}""";
    private const string CloudTrail = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

    [Fact]
    public async Task What_a_person_scans_is_what_the_deployed_scanner_finds_and_shows()
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync();
        var role = await cloud.CreateRoleAsync("checkout-role", Wide);
        await CreateAsync(cloud, "checkout", role, "nodejs16.x");
        await CreateAsync(cloud, "refund", role, "nodejs22.x");
        foreach (var name in (string[])["checkout", "refund"]) await cloud.PutEventAsync(Created(cloud, name));
        await cloud.SettleAsync();
        await PassAsync(cloud);

        // The whole account: the same fingerprints as in the table, those of rules over all functions included.
        var account = await RunAsync(cloud, "scan", "--account", "--advisories", "builtin", "--format", "json");
        Assert.Equal(1, account.Exit);
        var stored = await RunAsync(cloud, "findings", "--format", "json");
        Assert.Equal(0, stored.Exit);
        var told = Fingerprints(stored.Findings).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(told, Fingerprints(account.Findings.Where(static f => Concerns(f!, "checkout", "refund"))).Order(StringComparer.Ordinal));
        foreach (var rule in (string[])["SLS2001", "SLS2004", "SLS3001", "SLS6002"]) Assert.Contains(rule, Rules(stored.Findings));

        // One function, however it is named: its own findings, and a word on what was not looked at.
        foreach (var name in (string[])["checkout", "checkout:$LATEST", $"{EmulatedCloud.Account}:function:checkout", $"arn:aws:lambda:{cloud.Options.Region}:{EmulatedCloud.Account}:function:checkout"])
        {
            var one = await RunAsync(cloud, "scan", "--function", name, "--advisories", "builtin", "--format", "json", "--fail-on", "none");
            Assert.Equal(0, one.Exit);
            Assert.Equal(Rules(stored.Findings.Where(static f => f!["function"]?.GetValue<string>() == "checkout")), Rules(one.Findings));
            Assert.Equal("partOnly", Assert.Single(one.Json["notes"]!.AsArray())!["kind"]!.GetValue<string>());
        }

        // By severity, by function, as a table, from a named table.
        var weighty = await RunAsync(cloud, "findings", "--severity", "critical", "--format", "json");
        Assert.Equal(["SLS2001", "SLS2001"], Rules(weighty.Findings));
        var table = await RunAsync(cloud, "findings", "--function", "refund", "--table", cloud.Stack["StateTable"]);
        Assert.Contains("open since ", table.Output, StringComparison.Ordinal);
        Assert.Contains("SLS2004", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("SLS3001", table.Output, StringComparison.Ordinal);

        // What is mended is not open any more, and not forgotten.
        await cloud.PutRolePolicyAsync("checkout-role", "inline", Narrow);
        await cloud.PutEventAsync("PutRolePolicy");
        await cloud.SettleAsync();
        await PassAsync(cloud);
        Assert.DoesNotContain("SLS2001", Rules((await RunAsync(cloud, "findings", "--format", "json")).Findings));
        var resolved = await RunAsync(cloud, "findings", "--function", "checkout", "--status", "resolved", "--format", "json");
        var former = Assert.Single(resolved.Findings, static f => f!["rule"]!.GetValue<string>() == "SLS2001")!;
        Assert.Equal("resolved", former["status"]!.GetValue<string>());
        Assert.NotNull(former["resolvedAt"]);

        Allows(cloud, "scan", "findings");
        var stranger = await RunAsync(cloud, "findings", "--function", "nobody");
        Assert.Equal(2, stranger.Exit);
        Assert.Contains("never looked at a function 'nobody'", stranger.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_finds_a_healthy_scanner_in_order_and_names_each_fault_with_its_fix()
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync();
        await cloud.Aws.CreateBucketAsync("trail", TestContext.Current.CancellationToken);
        await TrailAsync(cloud, "CreateTrail", new() { ["Name"] = "audit", ["S3BucketName"] = "trail", ["IsMultiRegionTrail"] = true });
        await TrailAsync(cloud, "PutEventSelectors", new() { ["TrailName"] = "audit", ["EventSelectors"] = Selectors("All") });
        await TrailAsync(cloud, "StartLogging", new() { ["Name"] = "audit" });
        await FetchedAsync(cloud, DateTimeOffset.UtcNow);
        await CreateAsync(cloud, "checkout", await cloud.CreateRoleAsync("checkout-role", Wide), "nodejs22.x");
        await cloud.PutEventAsync(Created(cloud, "checkout"));
        await cloud.SettleAsync();

        Assert.Contains("Mode=Forwarder", await FaultAsync("Role events", "warn", exit: 0), StringComparison.Ordinal);
        await cloud.DeployForwarderAsync("us-east-1");
        var healthy = await RunAsync(cloud, "doctor", "--format", "json");
        Assert.DoesNotContain(Outcomes(healthy), static o => o.Value != "ok");
        Assert.Equal(0, healthy.Exit);
        Assert.Equal(12, Outcomes(healthy).Count);
        Allows(cloud, "doctor");

        // One fault after the other; each line tells it, and no other line says anything.
        await AssertFaultAsync("Event rules", async () => await RuleAsync("DisableRule"), async () => await RuleAsync("EnableRule"));
        await AssertFaultAsync("Security Hub", () => cloud.SecurityHubAsync(false), () => cloud.SecurityHubAsync(true));
        await AssertFaultAsync("Advisories", () => FetchedAsync(cloud, DateTimeOffset.UtcNow.AddDays(-3)), () => FetchedAsync(cloud, DateTimeOffset.UtcNow));
        await AssertFaultAsync(
            "Dead letters",
            () => cloud.SendAsync(cloud.Stack["DeploymentsDeadLetters"], "{}"),
            () => cloud.Aws.JsonAsync("sqs", "AmazonSQS.PurgeQueue", new() { ["QueueUrl"] = cloud.Stack["DeploymentsDeadLetters"] }));
        var publisher = cloud.Stack["PublishFindingsRole"];
        var policy = (await cloud.IamAsync("GetRolePolicy", new("RoleName", publisher), new("PolicyName", "PublishFindings"))).Descendants("PolicyDocument").First().Value;
        await AssertFaultAsync(
            "Import permission", () => cloud.PutRolePolicyAsync(publisher, "PublishFindings", Narrow), () => cloud.PutRolePolicyAsync(publisher, "PublishFindings", Uri.UnescapeDataString(policy)));
        var stopped = await AssertFaultAsync(
            "CloudTrail",
            () => TrailAsync(cloud, "StopLogging", new() { ["Name"] = "audit" }),
            () => TrailAsync(cloud, "StartLogging", new() { ["Name"] = "audit" }),
            "warn",
            exit: 0);
        Assert.Contains("CreateTrail=true", stopped, StringComparison.Ordinal);

        await AssertFaultAsync(
            "CloudTrail",
            () => TrailAsync(cloud, "PutEventSelectors", new() { ["TrailName"] = "audit", ["EventSelectors"] = Selectors("ReadOnly") }),
            () => TrailAsync(cloud, "PutEventSelectors", new() { ["TrailName"] = "audit", ["EventSelectors"] = Selectors("WriteOnly") }),
            "warn",
            exit: 0);

        // Rows as a scanner leaves them that died, was refused, or could not publish.
        var owner = $"OWNER#arn:aws:lambda:{cloud.Options.Region}:{EmulatedCloud.Account}:function:checkout";
        var finding = (await RunAsync(cloud, "findings", "--format", "json")).Findings[0]!["fingerprint"]!.GetValue<string>();
        await ChangeAsync(cloud, owner, $"FINDING#{finding}", "SET Refusals = :a, Refusal = :b", Number(3), Text("InvalidInput: the finding is malformed"));
        Assert.Contains("InvalidInput", await FaultAsync("Refused findings"), StringComparison.Ordinal);
        cloud.DropStreamRecords(true);
        await ChangeAsync(cloud, owner, $"FINDING#{finding}", "REMOVE Refusals SET DirtyKey = :a, DirtySort = :b", Text("PUBLISH#0"), Text("2026-01-01T00:00:00.0000000Z#x"));
        Assert.Contains("1 finding or gap waits", await FaultAsync("Publishing"), StringComparison.Ordinal);
        cloud.DropStreamRecords(false);
        Assert.Null((await cloud.InvokeAsync("DrainSchedule")).Fault);
        await cloud.SettleAsync();
        await ChangeAsync(cloud, owner, "SCAN#Posture", "SET Progress = :a, #o = :b", Number(0), Text("2026-01-01T00:00:00.0000000Z|"), new() { ["#o"] = "Order" });
        Assert.Contains("checkout", await FaultAsync("Unfinished scans"), StringComparison.Ordinal);

        // What the person may not see is said of that line alone.
        await cloud.FaultsAsync(new Fault { Caller = TerminalProgram.Person, Operation = "DescribeTrails", Code = "AccessDeniedException", Times = 99 });
        var refused = await RunAsync(cloud, "doctor", "--format", "json");
        Assert.Equal("unchecked", Outcomes(refused)["CloudTrail"]);
        Assert.Contains("cloudtrail:DescribeTrails", refused.Output, StringComparison.Ordinal);
        Assert.Equal("ok", Outcomes(refused)["Security Hub"]);
        await cloud.FaultsAsync();

        var elsewhere = await RunAsync(cloud, "doctor", "--stack", "another");
        Assert.Equal(1, elsewhere.Exit);
        Assert.Contains("There is no stack 'another'", elsewhere.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);

        Task<JsonObject> RuleAsync(string operation) => cloud.Aws.JsonAsync("events", "AWSEvents." + operation, new() { ["Name"] = cloud.Stack["LambdaCallsRule"].Split('|')[^1] });

        async Task<string> FaultAsync(string line, string outcome = "fail", int exit = 1)
        {
            var run = await RunAsync(cloud, "doctor", "--format", "json");
            Assert.Equal([(line, outcome)], Outcomes(run).Where(static o => o.Value != "ok").Select(static o => (o.Key, o.Value)));
            Assert.Equal(exit, run.Exit);
            var check = run.Json["checks"]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == line)!;
            return $"{check["message"]} {check["fix"]!.GetValue<string>()}";
        }

        async Task<string> AssertFaultAsync(string line, Func<Task> breaks, Func<Task> mends, string outcome = "fail", int exit = 1)
        {
            await breaks();
            var told = await FaultAsync(line, outcome, exit);
            await mends();
            return told;
        }
    }

    [Fact]
    public async Task What_a_version_or_alias_serves_is_scanned_by_its_name_and_nothing_else_is()
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync(new() { Deploys = false });
        await CreateAsync(cloud, "checkout", await cloud.CreateRoleAsync("checkout-role", Wide), "nodejs16.x");
        await cloud.Aws.RestAsync("lambda", HttpMethod.Post, "/2015-03-31/functions/checkout/versions", [], TestContext.Current.CancellationToken);
        await cloud.Aws.RestAsync("lambda", HttpMethod.Post, "/2015-03-31/functions/checkout/aliases", new() { ["Name"] = "live", ["FunctionVersion"] = "1" }, TestContext.Current.CancellationToken);
        var everyone = new JsonObject { ["StatementId"] = "all", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*" };
        await cloud.Aws.RestAsync("lambda", HttpMethod.Post, "/2015-03-31/functions/checkout/policy?Qualifier=live", everyone, TestContext.Current.CancellationToken);
        await cloud.UpdateConfigurationAsync("checkout", new() { ["Runtime"] = "nodejs22.x", ["Role"] = await cloud.CreateRoleAsync("checkout-narrow", Narrow) });

        string[] known = ["SLS1003", "SLS2001", "SLS3001"];
        var arn = $"arn:aws:lambda:{cloud.Options.Region}:{EmulatedCloud.Account}:function:checkout";
        foreach (var (name, found, qualifiers) in (IEnumerable<(string, string[], string[]?)>)
        [
            ("checkout", known, ["1", "live"]),
            ("checkout:live", known, ["1", "live"]),
            ($"{arn}:live", known, ["1", "live"]),
            ("checkout:1", ["SLS2001", "SLS3001"], null),
            ("checkout:$LATEST", [], null),
        ])
        {
            var run = await RunAsync(cloud, "scan", "--function", name, "--advisories", "builtin", "--format", "json", "--fail-on", "none");
            Assert.Equal(0, run.Exit);
            Assert.Equal(found, Rules(run.Findings).Intersect(known));
            var asked = name.Replace(arn, "checkout", StringComparison.Ordinal);
            Assert.EndsWith(asked.Replace("checkout", ":checkout", StringComparison.Ordinal), run.Json["target"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Contains($"Only {asked} was looked at", Assert.Single(run.Json["notes"]!.AsArray())!["message"]!.GetValue<string>(), StringComparison.Ordinal);
            foreach (var finding in run.Findings.Where(f => known.Contains(Rule(f!))))
                Assert.Equal(qualifiers, finding!["qualifiers"]?.AsArray().Select(static q => q!.GetValue<string>()));
        }

        var absent = await RunAsync(cloud, "scan", "--function", "checkout:nobody");
        Assert.Equal(2, absent.Exit);
        Assert.Contains("there is no function 'checkout:nobody'", absent.Error, StringComparison.Ordinal);
        Allows(cloud, "scan");
    }

    [Fact]
    public async Task What_is_refused_is_a_gap_and_what_is_not_there_is_wrong_usage()
    {
        Requires.EmulatedCloud();
        await using var cloud = await EmulatedCloud.StartAsync(new() { Deploys = false });
        await CreateAsync(cloud, "checkout", await cloud.CreateRoleAsync("checkout-role", Wide), "nodejs22.x");
        await CreateAsync(cloud, "quiet", await cloud.CreateRoleAsync("quiet-role", Narrow), "nodejs22.x", new() { ["Tags"] = new JsonObject { ["serverlesssec:scan"] = "off" } });

        var absent = await RunAsync(cloud, "scan", "--function", "checkout", "--function", "nobody");
        Assert.Equal(2, absent.Exit);
        Assert.Contains("there is no function 'nobody' in eu-central-1 of account 123456789012", absent.Error, StringComparison.Ordinal);
        var elsewhere = await RunAsync(cloud, "scan", "--function", "arn:aws:lambda:eu-west-1:123456789012:function:checkout", "--region", "eu-central-1");
        Assert.Equal(2, elsewhere.Exit);
        Assert.Contains("eu-west-1", elsewhere.Error, StringComparison.Ordinal);

        // A Region in an ARN, or named, is where the function is looked for.
        Assert.Contains("in eu-west-1", (await RunAsync(cloud, "scan", "--function", "arn:aws:lambda:eu-west-1:123456789012:function:checkout")).Error, StringComparison.Ordinal);
        Assert.Contains("in us-east-2", (await RunAsync(cloud, "scan", "--function", "checkout", "--region", "us-east-2")).Error, StringComparison.Ordinal);

        // Each refusal is a gap with its permission; the rest is seen all the same.
        foreach (var (operation, permission) in (IEnumerable<(string, string)>)[("GetPolicy", "lambda:GetPolicy"), ("GetRole", "iam:GetRole"), ("ListEventSourceMappings", "lambda:ListEventSourceMappings"), ("DescribeLogGroups", "logs:DescribeLogGroups")])
        {
            await cloud.FaultsAsync(new Fault { Caller = TerminalProgram.Person, Operation = operation, Code = "AccessDeniedException", Status = 403, Times = 99 });
            var run = await RunAsync(cloud, "scan", "--function", "checkout", "--advisories", "builtin", "--format", "json");
            Assert.Contains($"{permission} was refused", run.Output, StringComparison.Ordinal);
            Assert.Contains("SLS3005", Rules(run.Findings));
        }

        await cloud.FaultsAsync(new Fault { Caller = TerminalProgram.Person, Operation = "GetFunction", Code = "AccessDeniedException", Status = 403, Times = 99 });
        var blind = await RunAsync(cloud, "scan", "--account", "--advisories", "builtin");
        Assert.Equal(3, blind.Exit);
        Assert.Contains("lambda:GetFunction was refused", blind.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        await cloud.FaultsAsync(new Fault { Caller = TerminalProgram.Person, Operation = "ListFunctions", Code = "AccessDeniedException", Status = 403, Times = 99 });
        var unlisted = await RunAsync(cloud, "scan", "--account");
        Assert.Equal(3, unlisted.Exit);
        Assert.Contains("lambda:ListFunctions was refused", unlisted.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);

        // Throttled for ever: that function is a gap, the others are scanned.
        await cloud.FaultsAsync(new Fault { Caller = TerminalProgram.Person, Operation = "ListFunctionUrlConfigs", Code = "TooManyRequestsException", Status = 429, Times = 6 });
        var throttled = await RunAsync(cloud, "scan", "--account", "--advisories", "builtin", "--format", "json");
        Assert.Contains("TooManyRequestsException", throttled.Output, StringComparison.Ordinal);
        await cloud.FaultsAsync();

        // Whoever asks for all leaves out what is tagged, and says so; whoever names it gets it.
        var all = await RunAsync(cloud, "scan", "--account", "--advisories", "builtin", "--format", "json");
        Assert.DoesNotContain(all.Findings, static f => Concerns(f!, "quiet"));
        Assert.Contains("its tag serverlesssec:scan=off keeps it from being scanned", all.Output, StringComparison.Ordinal);
        Assert.Contains("SLS3005", Rules((await RunAsync(cloud, "scan", "--function", "quiet", "--advisories", "builtin", "--format", "json")).Findings));

        var undeployed = await RunAsync(cloud, "findings");
        Assert.Equal(2, undeployed.Exit);
        Assert.Contains("there is no stack 'serverlesssec'", undeployed.Error, StringComparison.Ordinal);
        var tableless = await RunAsync(cloud, "findings", "--table", "no-table");
        Assert.Equal(2, tableless.Exit);
    }

    [Theory]
    [InlineData("no AWS Region is named", "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y")]
    [InlineData("there are no credentials for AWS", "AWS_REGION=eu-central-1")]
    [InlineData("there is no profile 'nobody'", "AWS_REGION=eu-central-1", "--profile", "nobody")]
    [InlineData("AWS cannot be reached", "AWS_REGION=eu-central-1 AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=y AWS_ENDPOINT_URL=http://127.0.0.1:9 AWS_MAX_ATTEMPTS=1")]
    public async Task What_AWS_needs_and_has_not_is_said_with_what_to_do(string message, string environment, params string[] more)
    {
        var variables = environment.Split(' ').Select(static v => v.Split('=', 2)).ToDictionary(static v => v[0], static v => v[1]);
        foreach (var command in (string[][])[["scan", "--account"], ["findings"], ["doctor"]])
        {
            var run = await TerminalProgram.RunAsync(variables, [.. command, .. more]);
            output.WriteLine(run.Error);
            Assert.Equal((2, ""), (run.Exit, run.Output));
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
            Assert.Equal(2, run.Error.TrimEnd().Split('\n').Length);
        }
    }

    private async Task<TerminalOutcome> RunAsync(EmulatedCloud cloud, params string[] args)
    {
        var run = await TerminalProgram.RunAsync(cloud, args);
        output.WriteLine($"{string.Join(' ', args)}: {run.Exit}\n{run.Error}{run.Output}");
        return run;
    }

    /// <summary>The policy that the documentation gives to a person allows all that the person did.</summary>
    private static void Allows(EmulatedCloud cloud, params string[] commands)
    {
        var text = File.ReadAllText(Repository.Path("docs/operations.md"));
        var policies = commands.Select(command =>
        {
            var begin = text.IndexOf($"<!-- policy: {command} -->\n```json\n", StringComparison.Ordinal);
            Assert.True(begin >= 0, $"docs/operations.md has no policy for {command}");
            begin = text.IndexOf('{', begin);
            return PolicyParser.Parse(new() { Kind = PolicyKind.Inline, Name = command, Json = text[begin..text.IndexOf("```", begin, StringComparison.Ordinal)] }, ScanLimits.Default);
        });
        var permissions = new RolePermissions([.. policies]);
        var grants = cloud.Calls().Where(static c => c.Caller == TerminalProgram.Person).SelectMany(static c => c.Grants).Where(static g => g.Action != "sts:GetCallerIdentity").Distinct().ToList();
        Assert.NotEmpty(grants);
        Assert.DoesNotContain(grants, g => permissions.Allows(g.Action, g.Resource) != Verdict.Allowed);
    }

    private static Task<string> CreateAsync(EmulatedCloud cloud, string name, string role, string runtime, JsonObject? more = null)
    {
        var settings = more ?? [];
        settings["Runtime"] = runtime;
        settings["Handler"] = "index.handler";
        settings["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["STAGE"] = "prod" } };
        return cloud.CreateFunctionAsync(name, Layout.Zip(("index.js", "exports.handler = async () => 'ok'"), ("native.node", "\u007fELF\u0002\u0001\u0001")), role, settings);
    }

    private static JsonObject Created(EmulatedCloud cloud, string function) => new()
    {
        ["id"] = Guid.NewGuid().ToString(),
        ["source"] = "aws.lambda",
        ["detail-type"] = "AWS API Call via CloudTrail",
        ["time"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["detail"] = new JsonObject
        {
            ["eventSource"] = "lambda.amazonaws.com",
            ["eventName"] = "CreateFunction20150331",
            ["awsRegion"] = cloud.Options.Region,
            ["requestParameters"] = new JsonObject { ["functionName"] = function },
        },
    };

    /// <summary>Second looks come, and what waits is fed to the queues.</summary>
    private static async Task PassAsync(EmulatedCloud cloud)
    {
        for (var look = 0; look < 3; look++)
        {
            await cloud.AdvanceAsync(TimeSpan.FromSeconds(100));
            await cloud.SettleAsync();
        }

        Assert.Null((await cloud.InvokeAsync("DrainSchedule")).Fault);
        await cloud.SettleAsync();
    }

    /// <summary>As a refresh leaves it.</summary>
    private static Task<JsonObject> FetchedAsync(EmulatedCloud cloud, DateTimeOffset when)
    {
        var instant = Text(when.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture));
        var fetched = AdvisoryRefresh.Ecosystems.Select(static e => $"Done{e.Replace(".", "2e", StringComparison.Ordinal)} = {(e == "npm" ? ":a" : ":b")}");
        return ChangeAsync(cloud, "REFRESH", "STATE", "SET " + string.Join(", ", fetched), instant, instant.DeepClone().AsObject());
    }

    private static Task<JsonObject> ChangeAsync(EmulatedCloud cloud, string partition, string sort, string expression, JsonObject a, JsonObject b, JsonObject? names = null)
    {
        var input = new JsonObject
        {
            ["TableName"] = cloud.Stack["StateTable"],
            ["Key"] = new JsonObject { ["PK"] = Text(partition), ["SK"] = Text(sort) },
            ["UpdateExpression"] = expression,
            ["ExpressionAttributeValues"] = new JsonObject { [":a"] = a, [":b"] = b },
        };
        if (names is not null) input["ExpressionAttributeNames"] = names;
        return cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.UpdateItem", input);
    }

    private static Task<JsonObject> TrailAsync(EmulatedCloud cloud, string operation, JsonObject input) => cloud.Aws.JsonAsync("cloudtrail", CloudTrail + operation, input);

    private static JsonArray Selectors(string kind) => new(new JsonObject { ["ReadWriteType"] = kind, ["IncludeManagementEvents"] = true });

    private static JsonObject Text(string value) => new() { ["S"] = value };

    private static JsonObject Number(int value) => new() { ["N"] = value.ToString(CultureInfo.InvariantCulture) };

    private static Dictionary<string, string> Outcomes(TerminalOutcome run) =>
        run.Json["checks"]!.AsArray().ToDictionary(static c => c!["name"]!.GetValue<string>(), static c => c!["outcome"]!.GetValue<string>());

    private static IEnumerable<string> Fingerprints(IEnumerable<JsonNode?> findings) => findings.Select(static f => f!["fingerprint"]!.GetValue<string>());

    private static List<string> Rules(IEnumerable<JsonNode?> findings) => [.. findings.Select(static f => Rule(f!)).Order(StringComparer.Ordinal)];

    private static string Rule(JsonNode finding) => finding["rule"] is JsonValue value ? value.GetValue<string>() : finding["rule"]!["id"]!.GetValue<string>();

    private static bool Concerns(JsonNode finding, params string[] functions)
    {
        var text = finding.ToJsonString();
        return functions.Any(f => text.Contains($"\"{f}\"", StringComparison.Ordinal));
    }
}
