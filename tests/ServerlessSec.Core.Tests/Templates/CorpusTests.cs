using System.Text.Json;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates;

public sealed class CorpusTests
{
    // Where we hold another value than the corpus to be right, and why.
    private static readonly Dictionary<string, string> Explained = new(StringComparer.Ordinal)
    {
        ["serverless-patterns/lambda-streaming-ttfb-pipeline-sam/template.yaml functions: MyFunctionUrl,StreamingFunction / StreamingFunction"] =
            "an AWS::Lambda::Url is no function",
        ["serverless-patterns/lambda-streaming-ttfb-pipeline-sam/template.yaml StreamingFunction url:  / AWS_IAM"] =
            "the URL is a resource of its own, and names the function",
        ["serverless-patterns/serverless-message-processing/template.yaml ProcessMessages timeout: {\"Ref\": \"LambdaTimeout\"} / 29"] = "the parameter's default",
        ["serverless-patterns/serverless-message-processing/template.yaml ProcessMessages memory: {\"Ref\": \"ProcessorMemorySize\"} / 128"] = "the parameter's default",
        ["serverless-patterns/serverless-message-processing/template.yaml DecisionMaker timeout: {\"Ref\": \"LambdaTimeout\"} / 29"] = "the parameter's default",
        ["serverless-patterns/serverless-message-processing/template.yaml DecisionMaker memory: {\"Ref\": \"DecisionMakerMemorySize\"} / 128"] = "the parameter's default",
    };

    [Fact]
    public void Real_templates_agree_with_what_is_known_of_them()
    {
        var root = Requires.Corpus("config/real");
        var (compared, differences) = (0, new List<string>());
        foreach (var line in File.ReadLines(Path.Combine(root, "facts.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            var facts = document.RootElement;
            var file = facts.GetProperty("file").GetString()!;
            if (facts.GetProperty("kind").GetString() is not ("sam" or "cfn") || !File.Exists(Path.Combine(root, file))) continue;
            ApplicationSnapshot application;
            try
            {
                application = TemplateReader.Read(file, File.ReadAllBytes(Path.Combine(root, file)));
            }
            catch (FormatException bad)
            {
                differences.Add($"{file}: {bad.Message}");
                continue;
            }

            compared += Compare(file, facts, application, differences);
        }

        var unexplained = differences.Where(difference => !Explained.ContainsKey(difference)).ToList();
        TestContext.Current.TestOutputHelper?.WriteLine($"{compared} values compared, {differences.Count} differ");
        Assert.True(compared > 3_000, $"only {compared} values were compared");
        Assert.True(unexplained.Count == 0, string.Join('\n', unexplained));
        Assert.All(Explained.Keys, known => Assert.Contains(known, differences));
        Assert.True(differences.Count <= compared / 100, $"{differences.Count} of {compared} values differ");
    }

    [Theory]
    [InlineData("config/cfn_nag")]
    [InlineData("config/checkov")]
    [InlineData("config/real")]
    [InlineData("cases/posture")]
    public void Every_template_is_read_or_refused_clearly(string folder)
    {
        var failures = new List<string>();
        var (read, refused) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(Requires.Corpus(folder), "*", SearchOption.AllDirectories))
        {
            if (Path.GetExtension(file) is not (".yaml" or ".yml" or ".json" or ".template")) continue;
            try
            {
                TemplateReader.Read(file, File.ReadAllBytes(file));
                read++;
            }
            catch (FormatException)
            {
                refused++;
            }
            catch (Exception bad) when (bad is not OutOfMemoryException)
            {
                failures.Add($"{file}: {bad}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{folder}: {read} read, {refused} refused");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
        Assert.True(read > 20, $"only {read} templates were read");
    }

    [Fact]
    public void No_template_that_deploys_is_called_cyclic()
    {
        var root = Requires.Corpus("config/real");
        var cyclic = from line in File.ReadLines(Path.Combine(root, "facts.jsonl"))
                     let facts = JsonDocument.Parse(line).RootElement
                     where facts.GetProperty("kind").GetString() is "sam" or "cfn"
                     let file = facts.GetProperty("file").GetString()!
                     where File.Exists(Path.Combine(root, file))
                     from gap in TemplateReader.Read(file, File.ReadAllBytes(Path.Combine(root, file))).Gaps
                     where gap.Reason.Contains("cyclic", StringComparison.Ordinal)
                     select $"{file}: {gap.Message}";
        Assert.Empty(cyclic);
    }

    private static int Compare(string file, JsonElement facts, ApplicationSnapshot application, List<string> differences)
    {
        var compared = 1;
        var expected = facts.GetProperty("functions").EnumerateArray().ToDictionary(function => function.GetProperty("id").GetString()!, StringComparer.Ordinal);
        Check("functions", string.Join(',', expected.Keys.Order(StringComparer.Ordinal)),
            string.Join(',', application.Functions.Select(function => function.Id).Order(StringComparer.Ordinal)));
        foreach (var function in application.Functions)
        {
            if (!expected.TryGetValue(function.Id, out var fact) || !fact.TryGetProperty("runtime", out _)) continue;
            var c = function.Configuration;
            Check($"{function.Id} runtime", Shown(fact, "runtime"), Shown(c.Runtime));
            Check($"{function.Id} handler", Shown(fact, "handler"), Shown(c.Handler));
            Check($"{function.Id} package", Shown(fact, "package_type"), Shown(c.PackageType));
            Check($"{function.Id} timeout", Shown(fact, "timeout"), Shown(c.Timeout));
            Check($"{function.Id} memory", Shown(fact, "memory"), Shown(c.MemorySize));
            Check($"{function.Id} tracing", Shown(fact, "tracing"), Shown(c.Tracing));
            Check($"{function.Id} url", Shown(fact, "function_url_auth"), Shown(function.Url?.AuthType ?? default));
            Check($"{function.Id} layers", Shown(fact, "layers"), function.Package.Layers.Length.ToString(System.Globalization.CultureInfo.InvariantCulture));
            Check($"{function.Id} environment", List(fact, "env_keys"), string.Join(',', c.Environment.Select(variable => variable.Name).Order(StringComparer.Ordinal)));
            Check($"{function.Id} events", Events(fact),
                string.Join(',', function.Triggers.Where(IsEvent).Select(trigger => trigger.Kind.ToString()).Distinct().Order(StringComparer.Ordinal)));
        }

        return compared;

        void Check(string what, string wanted, string found)
        {
            compared++;
            if (wanted != found) differences.Add($"{file} {what}: {wanted} / {found}");
        }

        // The facts know only what stands under Events of a SAM function.
        bool IsEvent(Trigger trigger) => trigger.Location?.Property?.Contains(".Properties.Events.", StringComparison.Ordinal) == true;
    }

    private static string Shown(JsonElement fact, string name) => fact.GetProperty(name) is var value && value.ValueKind == JsonValueKind.Null ? "" : value.ToString();

    private static string Shown<T>(Setting<T> setting) => setting.IsAbsent ? "" : setting.IsUnknown ? "?" : setting.Value!.ToString()!;

    private static string List(JsonElement fact, string name) =>
        string.Join(',', fact.GetProperty(name).EnumerateArray().Select(item => item.GetString()!).Order(StringComparer.Ordinal));

    private static string Events(JsonElement fact) =>
        string.Join(',', fact.GetProperty("events").EnumerateArray().Select(item => KindOf(item.GetString()!).ToString()).Distinct().Order(StringComparer.Ordinal));

    private static TriggerKind KindOf(string type) => type switch
    {
        "Api" => TriggerKind.RestApi,
        "HttpApi" => TriggerKind.HttpApi,
        "SQS" => TriggerKind.Sqs,
        "SNS" => TriggerKind.Sns,
        "DynamoDB" => TriggerKind.DynamoDb,
        "DocumentDB" => TriggerKind.DocumentDb,
        "MSK" or "SelfManagedKafka" => TriggerKind.Kafka,
        "MQ" => TriggerKind.Mq,
        "EventBridgeRule" or "CloudWatchEvent" => TriggerKind.EventBridge,
        "Schedule" or "ScheduleV2" => TriggerKind.Schedule,
        _ => Enum.Parse<TriggerKind>(type),
    };
}
