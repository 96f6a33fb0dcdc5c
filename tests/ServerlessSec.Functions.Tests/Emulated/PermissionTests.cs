using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Emulation;
using ServerlessSec.Shared;
using ServerlessSec.Sources.Packages.Images;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Everything the scanner does, in one account with keys of the customer's, against what its roles allow.</summary>
public sealed class PermissionTests(ITestOutputHelper output)
{
    private const string Key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555";
    private const string FunctionKey = "arn:aws:kms:eu-central-1:123456789012:key/99999999-2222-4333-8444-555555555555";
    private const string Narrow = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::shop-receipts/*"}]}""";
    private const string Wide = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}""";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_is_granted_is_used_and_all_that_is_used_is_granted()
    {
        Requires.EmulatedCloud();
        var options = new CloudOptions();
        options.Parameters["KmsKeyArn"] = Key;
        options.Parameters["DecryptKeyArns"] = FunctionKey;
        options.Environment["API_CALLS_PER_SECOND"] = "1000";
        await using var cloud = await EmulatedCloud.StartAsync(options);
        await LiveAsync(cloud);

        await AssertExactAsync(cloud);
    }

    [Fact]
    public async Task The_forwarder_may_do_what_it_does_and_no_more()
    {
        Requires.EmulatedCloud();
        var options = new CloudOptions();
        options.Parameters["Mode"] = "Forwarder";
        options.Parameters["ScannerRegion"] = "eu-central-1";
        await using var cloud = await EmulatedCloud.StartAsync(options);
        Assert.Equal(["ForwarderRole"], (await cloud.PermissionsAsync()).Granted.Select(static g => g.Role).Distinct());
        await AssertExactAsync(cloud);
    }

    private async Task AssertExactAsync(EmulatedCloud cloud)
    {
        var ledger = await cloud.PermissionsAsync();
        output.WriteLine($"{ledger.Granted.Count()} granted, {ledger.Used.Count} used");
        var unused = ledger.Granted.Except(ledger.Used).Select(cloud.Readable).Select(static u => u.ToString()).Order(StringComparer.Ordinal).ToList();
        Assert.True(ledger.Refused.Count == 0, string.Join('\n', ledger.Refused));
        Assert.True(unused.Count == 0, $"nothing used:\n{string.Join('\n', unused)}");
    }

    private static async Task LiveAsync(EmulatedCloud cloud)
    {
        await AdvisoryMirror.OpenAsync(cloud);
        // Deployed before there are advisories.
        await CreateAsync(cloud);
        await HappensAsync(cloud, "CreateFunction20150331");

        await AdvisoryMirror.OfferAsync(cloud, ("GHSA-0000-0000-0001", "2026-11-01T00:00:00Z"));
        await cloud.InvokeAsync("RefreshSchedule");
        await cloud.SettleAsync();
        await HappensAsync(cloud, "PutRolePolicy");
        await PassAsync(cloud);

        // A function that is an image.
        var image = new TestImage("amd64", [("var/task/node_modules/left/package.json", """{"name":"left","version":"1.0.0"}""")]);
        await cloud.CreateRepositoryAsync("team/shop");
        await cloud.PushImageAsync("team/shop", "1", image.Manifest, image.Blobs.Values.Where(b => b != image.Manifest));
        await cloud.CreateImageFunctionAsync("pictured", cloud.ImageUri("team/shop", "1"), await cloud.CreateRoleAsync("pictured-role", Narrow));
        await cloud.PutEventAsync(Scenes.Event("CreateFunction20150331", "pictured"));
        await PassAsync(cloud);

        // A role of so many functions that a change of it is bulk work.
        var role = await cloud.CreateRoleAsync("crowd-role", Narrow);
        for (var i = 0; i <= DeploymentIntake.Many; i++)
            await cloud.CreateFunctionAsync($"crowd-{i}", Layout.Zip(("index.js", "exports.handler = async () => 'ok'")), role, new() { ["Runtime"] = "nodejs22.x", ["Handler"] = "index.handler" });
        await cloud.InvokeAsync("SweepSchedule");
        await PassAsync(cloud);
        await cloud.PutEventAsync(Sample("PutRolePolicy", "crowd-role"));
        await PassAsync(cloud);

        // Somebody suppresses what was found; the sweep has it read back.
        var told = (await cloud.FindingsAsync()).First(static f => f["GeneratorId"]!.GetValue<string>() == "serverlesssec/SLS2001");
        await cloud.Aws.RestAsync("securityhub", HttpMethod.Patch, "/findings/batchupdate", new()
        {
            ["FindingIdentifiers"] = new JsonArray(new JsonObject { ["Id"] = told["Id"]!.DeepClone(), ["ProductArn"] = told["ProductArn"]!.DeepClone() }),
            ["Workflow"] = new JsonObject { ["Status"] = "SUPPRESSED" },
        }, Stop);
        await cloud.InvokeAsync("SweepSchedule");
        await PassAsync(cloud);

        // Facts have differed for long, and no message said so: all are joined, which is worth a pack of them.
        await cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810.UpdateItem", new()
        {
            ["TableName"] = cloud.Stack["StateTable"],
            ["Key"] = new JsonObject { ["PK"] = Text($"OWNER#{Arn("checkout")}"), ["SK"] = Text("FACTS#Posture") },
            ["UpdateExpression"] = "SET DiffersSince = :t, DirtyKey = :k, DirtySort = :t",
            ["ExpressionAttributeValues"] = new JsonObject { [":t"] = Text("2026-01-01T00:00:00.0000000Z"), [":k"] = Text("JOIN") },
        }, stop: Stop);
        await PassAsync(cloud);

        // Facts are lost, then what holds a changed package is judged again.
        foreach (var facts in cloud.Calls().SelectMany(static c => c.Grants).Where(static g => g.Action == "s3:PutObject" && g.Resource.Contains("/facts/", StringComparison.Ordinal)).Select(static g => g.Resource).Distinct())
            await cloud.Aws.DeleteObjectAsync(facts["arn:aws:s3:::".Length..], Stop);
        await AdvisoryMirror.OfferAsync(cloud, ("GHSA-0000-0000-0001", "2026-11-01T00:00:00Z"), ("GHSA-0000-0000-0002", "2026-11-20T00:00:00Z"));
        await cloud.InvokeAsync("RefreshSchedule");
        await PassAsync(cloud);

        // Whoever takes messages fails once, and has them come again.
        string[] takers = ["ReceiveDeployment", "ScanPosture", "ScanPackage", "ScanApplication", "PublishFindings", "RefreshAdvisories"];
        foreach (var (turn, taker) in takers.Index())
        {
            await cloud.FaultsAsync(new Fault { Service = "dynamodb", Caller = taker, Code = "ValidationException" });
            await cloud.InvokeAsync("RefreshSchedule");
            await cloud.UpdateConfigurationAsync("checkout", new() { ["Runtime"] = turn % 2 == 0 ? "nodejs14.x" : "nodejs22.x" });
            await HappensAsync(cloud, "UpdateFunctionConfiguration20150331v2");
            await HappensAsync(cloud, "PutRolePolicy");
            await PassAsync(cloud);
        }

        await cloud.DeleteFunctionAsync("checkout");
        await HappensAsync(cloud, "DeleteFunction20150331");
        await PassAsync(cloud);
    }

    private static string Arn(string function) => $"arn:aws:lambda:eu-central-1:{EmulatedCloud.Account}:function:{function}";

    private static JsonObject Text(string value) => new() { ["S"] = value };

    /// <summary>A recorded event about another role, now and under an id of its own.</summary>
    private static JsonObject Sample(string name, string role)
    {
        var text = File.ReadAllText(Repository.Path($"events/deployments/{name}.json"));
        Assert.Contains("checkout-role", text, StringComparison.Ordinal);
        var json = JsonNode.Parse(text.Replace("checkout-role", role, StringComparison.Ordinal))!.AsObject();
        json["id"] = Guid.NewGuid().ToString();
        json["time"] = DateTimeOffset.UtcNow.ToString("O", CultureInfo.InvariantCulture);
        return json;
    }

    private static async Task CreateAsync(EmulatedCloud cloud)
    {
        var role = await cloud.CreateRoleAsync("checkout-role", Wide);
        var own = (await cloud.IamAsync("CreatePolicy", new("PolicyName", "orders"), new("PolicyDocument", Narrow))).Descendants("Arn").First().Value;
        foreach (var arn in (string[])[own, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"])
            await cloud.IamAsync("AttachRolePolicy", new("RoleName", "checkout-role"), new("PolicyArn", arn));
        var layer = await cloud.Aws.RestAsync("lambda", HttpMethod.Post, "/2018-10-31/layers/shared/versions", new()
        {
            ["Content"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(Layout.Zip(("nodejs/node_modules/right/package.json", """{"name":"right","version":"1.0.0"}"""))) },
        }, Stop);
        await cloud.CreateFunctionAsync("checkout", Layout.Zip(("index.js", "exports.handler = async () => 'ok'"), ("node_modules/left/package.json", """{"name":"left","version":"1.0.0"}""")), role, new()
        {
            ["Runtime"] = "nodejs22.x",
            ["Handler"] = "index.handler",
            ["Layers"] = new JsonArray(layer["LayerVersionArn"]!.GetValue<string>()),
            ["KMSKeyArn"] = FunctionKey,
            ["Environment"] = new JsonObject { ["Variables"] = new JsonObject { ["SHOP"] = "open" } },
        });
    }

    private static async Task HappensAsync(EmulatedCloud cloud, string sample)
    {
        await cloud.PutEventAsync(sample);
        await cloud.SettleAsync();
    }

    /// <summary>Second looks come, and what waits is fed to the queues.</summary>
    private static async Task PassAsync(EmulatedCloud cloud)
    {
        await cloud.SettleAsync();
        for (var look = 0; look < 2; look++)
        {
            await cloud.AdvanceAsync(TimeSpan.FromSeconds(100));
            await cloud.SettleAsync();
            Assert.Null((await cloud.InvokeAsync("DrainSchedule")).Fault);
            await cloud.SettleAsync();
        }
    }
}
