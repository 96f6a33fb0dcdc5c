using System.Text.RegularExpressions;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Stack;

public sealed partial class FunctionTests
{
    private static readonly string[] Names =
        ["PublishFindings", "ReceiveDeployment", "RefreshAdvisories", "ScanApplication", "ScanPackage", "ScanPosture", "SweepAccount"];

    private static readonly string[] Variables =
    [
        "ADVISORIES_BUCKET", "API_CALLS_PER_SECOND", "APPLICATION_QUEUE_URL", "DEPLOYMENTS_QUEUE_URL", "FACTS_BUCKET", "LOG_LEVEL", "MAX_ADVISORY_AGE_HOURS", "OPT_OUT_PATTERNS",
        "PACKAGE_QUEUE_URL", "POSTURE_QUEUE_URL", "PUBLISH_QUEUE_URL", "REFRESH_QUEUE_URL", "SBOM_BUCKET", "SEVERITY_THRESHOLD", "TABLE_NAME",
    ];

    [GeneratedRegex("\"([A-Z][A-Za-z]+)\" *=>|nameof\\(([A-Z][A-Za-z]+)\\) *=>", RegexOptions.NonBacktracking)]
    private static partial Regex Arm { get; }

    [Fact]
    public void One_word_names_a_function_in_the_template()
    {
        Assert.Equal(Names, StackTemplate.Functions.Select(static f => f["Handler"]!.GetValue<string>()).Order(StringComparer.Ordinal));
        foreach (var function in StackTemplate.Functions)
        {
            var name = function["Handler"]!.GetValue<string>();
            Assert.Equal($"{name}Function", function.Id);
            Assert.Equal($"{name}Role", StackTemplate.Target(function["Role"]));
            Assert.Equal($"{name}Logs", StackTemplate.Target(function["LoggingConfig"]!["LogGroup"]));
        }
    }

    [Fact]
    public void One_word_names_a_function_among_the_events() =>
        Assert.Equal(Names, Directory.GetFiles(Repository.Path("events"), "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public void One_word_names_a_function_in_the_program()
    {
        var program = File.ReadAllText(Repository.Path("src/ServerlessSec.Functions/Program.cs"));
        Assert.SkipUnless(program.Contains("_HANDLER", StringComparison.Ordinal), "Program.cs does not look at _HANDLER yet");
        Assert.Equal(Names, Arm.Matches(program).Select(static m => m.Groups[1].Value + m.Groups[2].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.All(Names, static n => Assert.True(File.Exists(Repository.Path($"src/ServerlessSec.Functions/{n}.cs")), $"'{n}.cs' is not there"));
    }

    [Fact]
    public void No_two_functions_share_a_role_or_a_log_group()
    {
        Assert.Distinct(StackTemplate.Functions.Select(static f => StackTemplate.Target(f["Role"])));
        Assert.Distinct(StackTemplate.Functions.Select(static f => StackTemplate.Target(f["LoggingConfig"]!["LogGroup"])));
        foreach (var function in StackTemplate.Functions)
        {
            Assert.Equal("AWS::IAM::Role", StackTemplate.Get(StackTemplate.Target(function["Role"])!).Type);
            Assert.Equal("LogRetentionDays", StackTemplate.Target(StackTemplate.Get(StackTemplate.Target(function["LoggingConfig"]!["LogGroup"])!)["RetentionInDays"]));
        }
    }

    [Fact]
    public void A_function_fits_into_a_new_account()
    {
        foreach (var function in StackTemplate.Functions)
        {
            Assert.InRange(function.Number("MemorySize"), 128, 3008);
            Assert.InRange(function.Number("Timeout"), 1, 900);
        }

        Assert.DoesNotContain(StackTemplate.Walk(StackTemplate.Root), static n => n.Path.Contains("ReservedConcurrentExecutions", StringComparison.Ordinal));
        Assert.DoesNotContain(StackTemplate.Walk(StackTemplate.Root), static n => n.Path.Contains("ProvisionedConcurrency", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_function_has_the_same_environment()
    {
        var variables = StackTemplate.Root["Globals"]!["Function"]!["Environment"]!["Variables"]!.AsObject();
        Assert.Equal(Variables, variables.Select(static v => v.Key).Order(StringComparer.Ordinal));
        Assert.All(StackTemplate.Functions, static f => Assert.Null(f["Environment"]));
        foreach (var (name, value) in variables.Where(static v => v.Key.EndsWith("_QUEUE_URL", StringComparison.Ordinal)))
            Assert.Equal(name.Replace("_QUEUE_URL", "Queue", StringComparison.Ordinal), StackTemplate.Target(value), ignoreCase: true);
    }

    [Fact]
    public void An_asynchronous_invocation_that_fails_is_kept() => Assert.Equal(
        "WakeDeadLetters", StackTemplate.Target(StackTemplate.Get("SweepAccountFunction")["EventInvokeConfig"]!["DestinationConfig"]!["OnFailure"]!["Destination"]));
}
