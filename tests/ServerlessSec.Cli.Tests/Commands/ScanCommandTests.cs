using System.IO.Compression;
using System.Text.Json;
using ServerlessSec.Shared;

namespace ServerlessSec.Cli.Commands;

public sealed class ScanCommandTests
{
    private const string Open = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Checkout:
            Type: AWS::Serverless::Function
            Properties:
              Runtime: nodejs16.x
              Handler: index.handler
              InlineCode: exports.handler = async () => 1
              Policies:
                - Version: "2012-10-17"
                  Statement: [{ Effect: Allow, Action: "*", Resource: "*" }]
              FunctionUrlConfig: { AuthType: NONE }

        """;

    private const string Quiet = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Idle:
            Type: AWS::Serverless::Function
            Properties: { Runtime: nodejs24.x, Handler: index.handler, InlineCode: "exports.handler = async () => 1", Tracing: Active }
          IdleLogs:
            Type: AWS::Logs::LogGroup
            Properties: { LogGroupName: !Sub "/aws/lambda/${Idle}", RetentionInDays: 30 }

        """;

    private static readonly string[] Formats = ["table", "json", "sarif", "asff", "cyclonedx", "openvex"];

    [Fact]
    public async Task A_template_is_reported_as_reviewed()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", line.File("template.yaml", Open), "--advisories", "builtin");
        Assert.Equal(1, outcome.Exit);
        Golden.Verify("../Golden/scan-template.txt", outcome.Output);
    }

    [Theory]
    [InlineData(Open, 1)]
    [InlineData(Open, 1, "--fail-on", "critical")]
    [InlineData(Open, 0, "--fail-on", "none")]
    [InlineData(Quiet, 0)]
    [InlineData(Quiet, 0, "--fail-on", "low")]
    [InlineData(Quiet, 0, "--strict")]
    [InlineData("Resources: { A: { Type: AWS::S3::Bucket } }", 3)]
    [InlineData("Resources: [", 3)]
    [InlineData("", 3)]
    public async Task Exit_code_says_what_was_found(string template, int exit, params string[] args)
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync(["scan", line.File("template.yaml", template), "--offline", .. args]);
        Assert.True(exit == outcome.Exit, outcome.Output + outcome.Error);
    }

    [Fact]
    public async Task Strict_makes_gaps_count_after_findings_and_before_nothing()
    {
        const string Gap = """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Idle:
                Type: AWS::Serverless::Function
                Properties: { Runtime: nodejs24.x, Handler: index.handler, CodeUri: s3://bucket/key.zip, Tracing: Active }
              IdleLogs:
                Type: AWS::Logs::LogGroup
                Properties: { LogGroupName: !Sub "/aws/lambda/${Idle}", RetentionInDays: 30 }

            """;
        using var line = new CommandLine();
        var path = line.File("template.yaml", Gap);
        Assert.Equal(0, (await line.RunAsync("scan", path, "--offline")).Exit);
        Assert.Equal(3, (await line.RunAsync("scan", path, "--offline", "--strict")).Exit);
        Assert.Equal(1, (await line.RunAsync("scan", line.File("open.yaml", Open), path, "--offline", "--strict")).Exit);
    }

    public static TheoryData<string, string[]> Wrong => new()
    {
        { "'nope.yaml' does not exist", ["scan", "nope.yaml"] },
        { "PATH", ["scan"] },
        { "'xml' is no value of --format", ["scan", ".", "--format", "xml"] },
        { "'grave' is no value of --fail-on", ["scan", ".", "--fail-on", "grave"] },
        { "'-1h' is no age", ["scan", ".", "--max-advisory-age=-1h"] },
        { "'soon' is no age", ["scan", ".", "--max-advisory-age", "soon"] },
        { "'99999999d' is no age", ["scan", ".", "--max-advisory-age", "99999999d"] },
        { "--frobnicate", ["scan", ".", "--frobnicate"] },
        { "a value without a name is no parameter", ["scan", ".", "--parameters", "Stage"] },
        { "waivers file 'w.yaml' does not exist", ["scan", "{template}", "--waivers", "w.yaml"] },
        { "VEX file 'v.json' does not exist", ["scan", "{template}", "--vex", "v.json"] },
        { "baseline file 'b.json' does not exist", ["scan", "{template}", "--baseline", "b.json"] },
        { "not/there/out.json", ["scan", "{template}", "--output", "not/there/out.json"] },
        { "'advisories-not-there'", ["scan", "{template}", "--advisories", "advisories-not-there"] },
        { "layer 'l.zip' does not exist", ["scan", "{zip}", "--layer", "l.zip"] },
        { "names its own", ["scan", "{template}", "--layer", "l.zip"] },
        { "there is no rule 'SLS0000'", ["explain", "SLS0000"] },
        { "there is no rule 'x'", ["rules", "x"] },
        { "'nope.zip' does not exist", ["sbom", "nope.zip"] },
        { "scna", ["scna", "."] },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task Wrong_usage_is_one_clear_line_a_hint_at_most_and_2(string said, string[] args)
    {
        using var line = new CommandLine();
        var template = line.File("template.yaml", Quiet);
        var zip = line.File("f.zip", Zip());
        var outcome = await line.RunAsync([.. args.Select(a => a.Replace("{template}", template, StringComparison.Ordinal).Replace("{zip}", zip, StringComparison.Ordinal))]);
        Assert.Equal((2, ""), (outcome.Exit, outcome.Output));
        Assert.StartsWith("serverlesssec: ", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(said, outcome.Error, StringComparison.Ordinal);
        Assert.InRange(outcome.Error.TrimEnd().Split('\n').Length, 1, 2);
        Assert.DoesNotContain(" at ServerlessSec", outcome.Error, StringComparison.Ordinal);
    }

    [Theory, InlineData("waivers: [{rule: SLS1001}]"), InlineData("nonsense"), InlineData("waivers:\n  - rule: [\n"), InlineData("\0\u0001")]
    public async Task A_bad_waiver_file_is_refused_whether_named_or_beside_the_template(string text)
    {
        using var line = new CommandLine();
        var template = line.File("template.yaml", Open);
        var named = await line.RunAsync("scan", template, "--waivers", line.File("w.yaml", text));
        Assert.Equal(2, named.Exit);
        Assert.Contains("w.yaml", named.Error, StringComparison.Ordinal);
        line.File(".serverlesssec.yaml", text);
        var beside = await line.RunAsync("scan", template);
        Assert.Equal(2, beside.Exit);
        Assert.Contains(".serverlesssec.yaml", beside.Error, StringComparison.Ordinal);
    }

    [Theory, InlineData("{}"), InlineData("nonsense"), InlineData(""), InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "0.9" }""")]
    public async Task A_bad_vex_file_is_refused(string text)
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", line.File("template.yaml", Quiet), "--advisories", "builtin", "--vex", line.File("v.json", text));
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("VEX file", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Vex_files_waive_and_what_matches_nothing_is_told()
    {
        using var line = new CommandLine();
        var package = Path.Combine(line.Folder, "checkout");
        line.File("checkout/index.js", "exports.handler = async () => require('lodash').now();\n");
        line.File("checkout/package-lock.json", """{ "lockfileVersion": 3, "packages": { "": { "dependencies": { "lodash": "^4.17.0" } }, "node_modules/lodash": { "version": "4.17.15" } } }""");
        var before = await line.RunAsync("scan", package, "--advisories", "builtin", "--format", "openvex");
        var affected = JsonDocument.Parse(before.Output).RootElement.GetProperty("statements").EnumerateArray()
            .Select(static s => s.GetProperty("vulnerability").GetProperty("name").GetString()!).Distinct().ToArray();
        Assert.NotEmpty(affected);

        const string Document = """
            { "@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.com/1", "author": "team", "timestamp": "2026-01-01T00:00:00Z", "version": 1,
              "statements": [{ "vulnerability": { "name": "$" }, "products": [{ "@id": "pkg:npm/lodash@4.17.15" }], "status": "not_affected", "justification": "vulnerable_code_not_in_execute_path" }] }
            """;
        var files = affected.Append("CVE-1999-1").SelectMany((id, i) => new[] { "--vex", line.File($"v{i}.json", Document.Replace("$", id, StringComparison.Ordinal)) });
        string[] options = ["scan", package, "--advisories", "builtin", "--fail-on", "low", .. files];
        var json = JsonDocument.Parse((await line.RunAsync([.. options, "--format", "json"])).Output).RootElement;
        var vulnerable = json.GetProperty("findings").EnumerateArray().Where(static f => f.GetProperty("rule").GetString() == "SLS6001").ToList();
        Assert.Equal(affected.Length, vulnerable.Count);
        Assert.All(vulnerable, static f => Assert.Equal(("waived", "vex"), (f.GetProperty("state").GetString(), f.GetProperty("waiver").GetProperty("kind").GetString())));
        Assert.Contains("CVE-1999-1", Assert.Single(json.GetProperty("notes").EnumerateArray(), static n => n.GetProperty("kind").GetString() == "unusedWaiver").GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains($"{affected.Length} waived ({affected.Length} by VEX)", (await line.RunAsync(options)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Waivers_beside_the_template_are_found()
    {
        using var line = new CommandLine();
        var template = line.File("template.yaml", Open);
        var before = await FindingsAsync(line, template);
        Assert.NotEmpty(before);
        line.File(".serverlesssec.yaml", "waivers:\n" + string.Concat(before.Select(static f => f.Rule).Distinct()
            .Select(static r => $"  - {{ rule: {r}, reason: known, owner: shop, expires: 2099-01-01 }}\n")));
        Assert.Equal(0, (await line.RunAsync("scan", template, "--offline", "--fail-on", "low")).Exit);
    }

    [Fact]
    public async Task Against_its_own_report_as_baseline_nothing_counts()
    {
        using var line = new CommandLine();
        var template = line.File("template.yaml", Open);
        var report = Path.Combine(line.Folder, "report.json");
        Assert.Equal(1, (await line.RunAsync("scan", template, "--offline", "--format", "json", "--output", report)).Exit);
        Assert.Equal(0, (await line.RunAsync("scan", template, "--offline", "--baseline", report, "--fail-on", "low")).Exit);
        Assert.Equal(2, (await line.RunAsync("scan", template, "--offline", "--baseline", template)).Exit);
    }

    [Theory, InlineData(""), InlineData("PK"), InlineData("PK\u0003\u0004 and no more")]
    public async Task A_broken_package_is_reported_and_named(string bytes)
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", line.File("broken.zip", bytes), "--offline");
        Assert.InRange(outcome.Exit, 0, 3);
        Assert.Contains("broken.zip", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.Contains("Not seen", outcome.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("internal fault", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_input_does_not_cost_the_others_their_findings()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", line.File("a.yaml", Open), line.File("b.yaml", [0, 1, 2]), line.File("f.zip", Zip()), "--offline");
        Assert.Equal(1, outcome.Exit);
        Assert.Contains("Checkout", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("b.yaml", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_functions_of_two_templates_share_nothing()
    {
        using var line = new CommandLine();
        string a = line.File("a/template.yaml", Open), b = line.File("b/template.yaml", Open);
        var findings = await FindingsAsync(line, a, b);
        var once = await FindingsAsync(line, a);
        Assert.Equal(2 * once.Count, findings.Count);
        Assert.Equal(findings.Count, findings.Select(static f => f.Fingerprint).Distinct().Count());
        Assert.Contains(findings, static f => f.Function == "a/template.yaml:Checkout");
    }

    [Fact]
    public async Task Every_format_goes_to_a_file_whole_and_standard_output_stays_empty()
    {
        using var line = new CommandLine();
        var template = line.File("template.yaml", Open);
        foreach (var format in Formats)
        {
            var output = line.File($"out.{format}", "(kept text)");
            var outcome = await line.RunAsync("scan", template, "--offline", "--format", format, "--output", output);
            Assert.Equal((1, ""), (outcome.Exit, outcome.Output));
            var text = await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken);
            Assert.DoesNotContain("(kept text)", text, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', text);
            if (format != "table") JsonDocument.Parse(text).Dispose();
            var shown = await line.RunAsync("scan", template, "--offline", "--format", format);
            Assert.Equal(shown.Output, text.Replace(line.Folder + "/", "", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(line.Folder, ".*"), static f => f.EndsWith(".partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_report_elsewhere_lacks_is_said_on_standard_error()
    {
        using var line = new CommandLine();
        line.File("pkg/node_modules/left-shop/package.json", """{"name": "left-shop", "version": "2.0.0"}""");
        var outcome = await line.RunAsync("scan", Path.Combine(line.Folder, "pkg"), "--offline", "--format", "json");
        Assert.StartsWith("serverlesssec: Only the built-in advisories were used", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", (await line.RunAsync("scan", Path.Combine(line.Folder, "pkg"), "--offline")).Error);
    }

    [Fact]
    public async Task A_file_reached_through_a_link_is_replaced_and_the_link_stays()
    {
        using var line = new CommandLine();
        var real = line.File("real.json", "old");
        var link = Path.Combine(line.Folder, "link.json");
        File.CreateSymbolicLink(link, real);
        await line.RunAsync("scan", line.File("template.yaml", Quiet), "--offline", "--format", "json", "--output", link);
        Assert.NotNull(new FileInfo(link).LinkTarget);
        Assert.StartsWith("{", await File.ReadAllTextAsync(real, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory, InlineData("", "xterm", true, true), InlineData("1", "xterm", true, false), InlineData("", "dumb", true, false), InlineData("", "xterm", false, false)]
    public async Task Colour_only_where_a_person_looks_and_wants_it(string noColour, string term, bool terminal, bool coloured)
    {
        using var line = new CommandLine { IsTerminal = terminal, Variables = { ["NO_COLOR"] = noColour, ["TERM"] = term } };
        var outcome = await line.RunAsync("scan", line.File("template.yaml", Open), "--offline");
        Assert.Equal(coloured, outcome.Output.Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_of_hostile_templates_do_nothing_to_a_terminal()
    {
        using var line = new CommandLine { IsTerminal = true, Variables = { ["NO_COLOR"] = "1" } };
        var hostile = Open.Replace("Checkout:", "\"Ev\\e[2J\\u202Eil\":", StringComparison.Ordinal);
        var outcome = await line.RunAsync("scan", line.File("template.yaml", hostile), "--offline");
        Assert.DoesNotContain(outcome.Output, static c => c is '\e' or '\u202E');
        Assert.Contains("Ev\\u{001B}[2J\\u{202E}il", outcome.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parameters_reach_the_template()
    {
        using var line = new CommandLine();
        var template = line.File("template.yaml", "Parameters: { Auth: { Type: String, Default: AWS_IAM } }\n"
            + Open.Replace("AuthType: NONE", "AuthType: !Ref Auth", StringComparison.Ordinal));
        var closed = await FindingsAsync(line, template);
        var open = await FindingsAsync(line, template, "--parameters", "Auth=NONE");
        Assert.True(open.Count > closed.Count);
    }

    [Fact]
    public async Task Stopped_at_once_is_never_clean()
    {
        using var line = new CommandLine { Stop = new(canceled: true) };
        var outcome = await line.RunAsync("scan", line.File("template.yaml", Quiet), "--offline");
        Assert.True(outcome.Exit is 3 or 130, $"exit {outcome.Exit}: {outcome.Output}{outcome.Error}");
    }

    private static async Task<List<(string Rule, string? Function, string Fingerprint)>> FindingsAsync(CommandLine line, params string[] args)
    {
        var outcome = await line.RunAsync(["scan", .. args, "--offline", "--format", "json"]);
        using var report = JsonDocument.Parse(outcome.Output);
        return [.. report.RootElement.GetProperty("findings").EnumerateArray().Select(static f => (
            f.GetProperty("rule").GetString()!,
            f.TryGetProperty("function", out var function) ? function.GetString() : null,
            f.GetProperty("fingerprint").GetString()!))];
    }

    private static byte[] Zip()
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("index.js").Open();
            entry.Write("exports.handler = 1"u8);
        }

        return memory.ToArray();
    }

    [Theory, InlineData("cut.zip"), InlineData("empty.zip")]
    public async Task A_package_that_cannot_be_opened_is_not_clean(string name)
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", line.File(name, name == "cut.zip" ? [0x50, 0x4B, 3, 4, 1] : []), "--advisories", "builtin");
        Assert.Equal(3, outcome.Exit);
        Assert.Contains(name, outcome.Output, StringComparison.Ordinal);
        Assert.Equal(3, (await line.RunAsync("sbom", Path.Combine(line.Folder, name))).Exit);
    }

    [Theory, InlineData("--waivers"), InlineData("--baseline")]
    public async Task A_file_without_end_is_refused_by_name(string option)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no endless file on Windows: run on Linux or macOS");
        using var line = new CommandLine();
        var outcome = await line.RunAsync("scan", line.File("template.yaml", Quiet), "--advisories", "builtin", option, "/dev/zero");
        Assert.Equal(2, outcome.Exit);
        Assert.Contains("/dev/zero", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_parameter_that_is_not_echoed_is_told_in_no_format()
    {
        using var line = new CommandLine();
        var word = "Tr0ub4dor" + 3;
        var template = line.File("template.yaml", """
            Transform: AWS::Serverless-2016-10-31
            Parameters: { Word: { Type: String, NoEcho: true } }
            Resources:
              A:
                Type: AWS::Serverless::Function
                Properties:
                  Runtime: !Ref Word
                  Handler: !Sub "${Word}.handler"
                  FunctionName: !Sub "a-${Word}"
                  CodeUri: !Sub "s3://b/${Word}"
                  Environment: { Variables: { DB_PASSWORD: !Ref Word } }
                  Policies: [{ Statement: [{ Effect: Allow, Action: "*", Resource: [!Ref Word, "*"] }] }]
                  Events: { B: { Type: S3, Properties: { Bucket: !Ref Bucket, Events: "s3:ObjectCreated:*" } } }
              Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: !Ref Word } }

            """);
        foreach (var format in Formats)
        {
            var outcome = await line.RunAsync("scan", template, "--advisories", "builtin", "--format", format, "--parameters", $"Word={word}");
            Assert.Equal(1, outcome.Exit);
            Assert.DoesNotContain(word, outcome.Output + outcome.Error, StringComparison.OrdinalIgnoreCase);
        }

        var lost = await line.RunAsync("scan", template, "--parameters", "Word=my", word);
        Assert.Equal(2, lost.Exit);
        Assert.DoesNotContain(word, lost.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'--bogus' is neither", "scan", "t.yaml", "--bogus")]
    [InlineData("'--format' is neither", "sbom", "t.yaml", "--format", "json")]
    [InlineData("--output names no file", "scan", "t.yaml", "--output", "")]
    public async Task Wrong_usage_is_one_line_that_names_it(string told, params string[] args)
    {
        using var line = new CommandLine();
        var template = line.File("t.yaml", Quiet);
        var outcome = await line.RunAsync([.. args.Select(arg => arg == "t.yaml" ? template : arg)]);
        Assert.Equal(2, outcome.Exit);
        Assert.Contains(told, outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", outcome.Output);
    }

    [Fact]
    public async Task A_list_of_components_says_on_the_side_that_it_is_not_whole()
    {
        using var line = new CommandLine();
        var outcome = await line.RunAsync("sbom", line.File("cut.zip", [0x50, 0x4B, 3, 4, 1]));
        Assert.Contains("1 gap", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_only_claimed_or_comes_with_the_runtime_is_shown_so()
    {
        using var line = new CommandLine();
        line.File("fn/bom.json", """{"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"lodash","version":"4.17.20","purl":"pkg:npm/lodash@4.17.20"}]}""");
        var template = line.File("template.yaml", Quiet.Replace("InlineCode: \"exports.handler = async () => 1\"", "CodeUri: fn/", StringComparison.Ordinal));
        var outcome = await line.RunAsync("scan", template, "--advisories", "builtin", "--fail-on", "none");
        Assert.Contains("at bom.json, which alone claims it", outcome.Output, StringComparison.Ordinal);

        line.File("py/app.py", "import boto3");
        var old = line.File("old.yaml", Quiet.Replace("nodejs24.x", "python3.7", StringComparison.Ordinal)
            .Replace("InlineCode: \"exports.handler = async () => 1\"", "CodeUri: py/", StringComparison.Ordinal));
        var bom = await line.RunAsync("sbom", old);
        Assert.Contains("supplied by the runtime python3.7", bom.Output, StringComparison.Ordinal);
    }
}
