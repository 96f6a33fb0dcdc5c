using System.Globalization;
using System.Text.Json.Nodes;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Emulation;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Emulated;

/// <summary>
/// A deployed scanner in an account in which things go wrong. Calls to Lambda's control plane are not held to a rate, and
/// advisories come from a bucket of the account itself.
/// </summary>
internal static class FaultyAccount
{
    private const string Export = "advisory-export";

    /// <summary>When the first advisory was written: the same for as long as tests run, and not long ago.</summary>
    private static readonly DateTimeOffset Written = DateTimeOffset.UtcNow.AddHours(-1);

    public static async Task<EmulatedCloud> StartAsync(CloudOptions? options = null)
    {
        Requires.EmulatedCloud();
        options ??= new();
        options.Environment["API_CALLS_PER_SECOND"] = "1000";
        var cloud = await EmulatedCloud.StartAsync(options);
        await cloud.Aws.CreateBucketAsync(Export);
        const string Public = $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{{Export}}/*"}]}""";
        await cloud.Aws.PutBucketPolicyAsync(Export, Public);
        options.Environment["ADVISORY_SOURCE"] = new Uri(cloud.Address, Export).AbsoluteUri;
        return cloud;
    }

    /// <summary>A package of npm's with what it installed: a name and a version each.</summary>
    public static byte[] Npm(params (string Name, string Version)[] packages) => Npm(packages, []);

    public static byte[] Npm((string Name, string Version)[] packages, params (string Name, string Text)[] files) => Layout.Zip(
    [
        ("index.js", "exports.handler = async () => 'ok'"),
        .. packages.Select(static p => ($"node_modules/{p.Name}/package.json", $$"""{"name":"{{p.Name}}","version":"{{p.Version}}"}""")),
        .. files,
    ]);

    public static Task CreateAsync(this EmulatedCloud cloud, string name, byte[] zip, string role) =>
        cloud.CreateFunctionAsync(name, zip, role, new() { ["Runtime"] = "nodejs22.x", ["Handler"] = "index.handler" });

    public static string RoleArn(string role) => $"arn:aws:iam::{EmulatedCloud.Account}:role/{role}";

    /// <summary>Time passes, and at its end the schedule that feeds and wakes.</summary>
    public static async Task LaterAsync(this EmulatedCloud cloud, TimeSpan time)
    {
        await cloud.ElapseAsync(time);
        await cloud.SettleAsync();
        await cloud.InvokeAsync("DrainSchedule");
        await cloud.SettleAsync();
    }

    /// <summary>What can be fetched from now on, of npm's packages: package and the version that mends it.</summary>
    public static async Task ExportAsync(this EmulatedCloud cloud, params (string Package, string FixedIn)[] flaws)
    {
        foreach (var ecosystem in AdvisoryRefresh.Ecosystems)
        {
            List<JsonObject> records = [Record(ecosystem, 0, "nobody-uses-it", "1.0.0")];
            if (ecosystem == "npm") records.AddRange(flaws.Select((f, i) => Record(ecosystem, i + 1, f.Package, f.FixedIn)));
            await cloud.Aws.PutObjectAsync(Export, $"{ecosystem}/all.zip", Layout.Zip([.. records.Select(static r => ($"{r["id"]}.json", r.ToJsonString()))]));
        }
    }

    /// <summary>Ids, states and severities of what Security Hub was told of a function.</summary>
    public static async Task<List<string>> StatesAsync(this EmulatedCloud cloud, string function) =>
    [
        .. (await cloud.FindingsAsync()).Where(f => f["Id"]!.GetValue<string>().Contains($":function:{function}/", StringComparison.Ordinal))
            .Select(static f => $"{f["RecordState"]} {f["GeneratorId"]!.GetValue<string>().Split('/', 2)[1]} {f["Title"]}").Order(StringComparer.Ordinal),
    ];

    private static JsonObject Record(string ecosystem, int number, string package, string fixedIn) => new()
    {
        ["schema_version"] = "1.6.0",
        ["id"] = $"GHSA-{ecosystem.ToLowerInvariant().PadRight(4, 'x')[..4]}-{number:d4}-aaaa",
        ["modified"] = Written.AddMinutes(number).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["summary"] = $"{package} is flawed",
        ["affected"] = new JsonArray(new JsonObject
        {
            ["package"] = new JsonObject { ["ecosystem"] = ecosystem, ["name"] = package },
            ["ranges"] = new JsonArray(new JsonObject
            {
                ["type"] = ecosystem is "npm" or "Go" or "crates.io" ? "SEMVER" : "ECOSYSTEM",
                ["events"] = new JsonArray(new JsonObject { ["introduced"] = "0" }, new JsonObject { ["fixed"] = fixedIn }),
            }),
        }),
    };
}
