using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Stack;

public sealed partial class RoleTests
{
    /// <summary>Actions for which the Service Authorization Reference names no type of resource: only a star allows them.</summary>
    private static readonly Dictionary<string, string> Unscoped = new()
    {
        ["events:ListRuleNamesByTarget"] = "it asks by target, whatever the rules are",
        ["lambda:ListEventSourceMappings"] = "its only narrower way, a function's name, is a parameter and no resource",
        ["lambda:ListFunctions"] = "it lists the whole Region",
        ["xray:PutTelemetryRecords"] = "X-Ray has no resource that takes records",
        ["xray:PutTraceSegments"] = "X-Ray has no resource that takes segments",
    };

    /// <summary>Resources by pattern: what is scanned has names that nobody knows beforehand.</summary>
    private static readonly Dictionary<string, string> Wide = new()
    {
        ["arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/*"] = "repositories of scanned functions' images",
        ["arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/*"] = "managed policies of scanned roles",
        ["arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*"] = "roles of scanned functions",
        ["arn:${AWS::Partition}:iam::aws:policy/*"] = "AWS's own policies on scanned roles",
        ["arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:*"] = "scanned functions",
        ["arn:${AWS::Partition}:lambda:${AWS::Region}:*:layer:*:*"] = "layers of scanned functions, which may be another account's",
        ["arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*"] = "log groups of scanned functions, found by prefix",
        ["${AdvisoriesBucket.Arn}/*"] = "objects are named by their content",
        ["${FactsBucket.Arn}/*"] = "objects are named by their content",
        ["${SbomBucket.Arn}/*"] = "objects are named by functions",
    };

    [GeneratedRegex(@"^\s*Resource: '\*' # \S", RegexOptions.NonBacktracking)]
    private static partial Regex Explained { get; }

    [Fact]
    public void No_managed_policy_is_attached()
    {
        string[] ways = ["ManagedPolicyArns", "AWS::IAM::ManagedPolicy"];
        Assert.DoesNotContain(StackTemplate.Walk(StackTemplate.Root), n => ways.Any(w => n.Path.EndsWith(w, StringComparison.Ordinal)) || (n.Node is JsonValue v && v.TryGetValue<string>(out var text) && ways.Contains(text)));
        Assert.All(StackTemplate.Functions, static f => Assert.Null(f["Policies"]));
    }

    [Fact]
    public void Every_role_takes_the_customers_path_and_boundary_and_has_one_policy()
    {
        foreach (var role in StackTemplate.OfType("AWS::IAM::Role"))
        {
            Assert.Equal("RolePath", StackTemplate.Target(role["Path"]));
            Assert.Equal("""{"Fn::If":["HasBoundary",{"Ref":"PermissionsBoundaryArn"},{"Ref":"AWS::NoValue"}]}""", role["PermissionsBoundary"]!.ToJsonString());
            Assert.Single(role["Policies"]!.AsArray());
        }
    }

    [Fact]
    public void Every_role_is_assumed_by_one_service()
    {
        foreach (var role in StackTemplate.OfType("AWS::IAM::Role"))
        {
            var statement = Assert.Single(role["AssumeRolePolicyDocument"]!["Statement"]!.AsArray())!;
            var service = statement["Principal"]!["Service"]!.GetValue<string>();
            Assert.Contains(service, (string[])["lambda.amazonaws.com", "events.amazonaws.com", "scheduler.amazonaws.com"]);
            // Lambda assumes the roles of functions only; the others assume what anybody asks them to.
            Assert.Equal(service != "lambda.amazonaws.com", statement["Condition"]?["StringEquals"]?["aws:SourceAccount"] is not null);
        }
    }

    [Fact]
    public void Every_statement_allows_named_actions_on_named_resources()
    {
        foreach (var grant in Grants.All())
        {
            Assert.True(grant.Actions.All(static a => !a.Contains('*', StringComparison.Ordinal)), $"'{grant}' allows by wildcard");
            Assert.All(grant.Resources.Where(static r => r.Contains('*', StringComparison.Ordinal) && r != "*"), static r => Assert.Contains(r, Wide.Keys));
            if (!grant.Resources.Contains("*")) continue;
            Assert.Single(grant.Resources);
            Assert.True(grant.Actions.All(Unscoped.ContainsKey), $"'{grant}' is for all resources, though IAM knows some");
        }
    }

    [Fact]
    public void Every_exception_from_narrow_grants_is_still_needed() => Assert.Multiple(
        static () => Assert.Equal(Unscoped.Keys.Order(StringComparer.Ordinal), Grants.All().Where(static g => g.Resources.Contains("*")).SelectMany(static g => g.Actions).Distinct().Order(StringComparer.Ordinal)),
        static () => Assert.Empty(Wide.Keys.Except(Grants.All().SelectMany(static g => g.Resources))));

    [Fact]
    public void Every_grant_on_all_resources_says_why()
    {
        var lines = File.ReadAllLines(Repository.Path("template.yaml")).Where(static l => l.Contains("Resource: '*'", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(lines);
        Assert.All(lines, static l => Assert.Matches(Explained, l));
    }

    [Fact]
    public void A_statement_has_a_name_that_is_its_own_within_the_policy() =>
        Assert.All(Grants.All().GroupBy(static g => g.Role), static role => Assert.Distinct(role.Select(static g => g.Sid)));

    [Fact]
    public void A_function_writes_its_own_logs_and_no_others()
    {
        foreach (var function in StackTemplate.Functions)
        {
            var grants = Grants.All().Where(g => g.Role == StackTemplate.Target(function["Role"]) && g.Actions.Contains("logs:PutLogEvents")).ToList();
            Assert.Equal($"{StackTemplate.Target(function["LoggingConfig"]!["LogGroup"])}.Arn", Assert.Single(Assert.Single(grants).Resources));
        }
    }

    [Fact]
    public void A_function_takes_messages_from_the_queues_that_invoke_it_and_no_others()
    {
        foreach (var function in StackTemplate.Functions)
        {
            var queues = (function["Events"]?.AsObject() ?? []).Select(static e => StackTemplate.Target(e.Value!["Properties"]!["Queue"])).OfType<string>().Select(static q => $"{q}.Arn");
            var granted = Grants.All().Where(g => g.Role == StackTemplate.Target(function["Role"]) && g.Actions.Contains("sqs:ReceiveMessage")).SelectMany(static g => g.Resources);
            Assert.Equal(queues.Order(), granted.Order());
        }
    }

    [Fact]
    public void Every_queue_is_filled_by_somebody()
    {
        var filled = Grants.All().Where(static g => g.Actions.Contains("sqs:SendMessage")).SelectMany(static g => g.Resources).ToHashSet();
        var fed = StackTemplate.OfType("AWS::SQS::QueuePolicy").Select(static p => $"{StackTemplate.Target(p["Queues"]![0])}.Arn");
        filled.UnionWith(fed);
        Assert.All(StackTemplate.OfType("AWS::SQS::Queue").Where(static q => q["RedrivePolicy"] is not null), q => Assert.Contains($"{q.Id}.Arn", filled));
    }

    [Fact]
    public void Only_the_publisher_writes_to_Security_Hub_and_only_scans_read_code() => Assert.Multiple(
        static () => Assert.Equal(["PublishFindingsRole"], Holders("securityhub:BatchImportFindings")),
        static () => Assert.Equal(["ScanPackageRole", "ScanPostureRole"], Holders("lambda:GetFunction")),
        static () => Assert.Equal(["ScanPackageRole"], Holders("ecr:BatchGetImage")),
        static () => Assert.Equal(["SchedulesRole"], Holders("lambda:InvokeFunction")),
        static () => Assert.Equal(["ForwarderRole"], Holders("events:PutEvents")));

    [Fact]
    public void Nothing_in_the_scanned_account_can_be_changed()
    {
        string[] ours = ["dynamodb", "logs", "s3", "sqs", "kms", "xray", "events", "securityhub"];
        foreach (var action in Grants.All().SelectMany(static g => g.Actions).Where(a => !ours.Contains(a.Split(':')[0]) && a is not ("lambda:InvokeFunction" or "ecr:BatchGetImage")))
            Assert.True(action.Split(':')[1].StartsWith("Get", StringComparison.Ordinal) || action.Split(':')[1].StartsWith("List", StringComparison.Ordinal), action);
    }

    [Fact]
    public void The_documented_permissions_are_those_of_the_template() =>
        Golden.Verify("/docs/operations.md", PermissionTable.PutInto(File.ReadAllText(Repository.Path("docs/operations.md"))));

    private static IEnumerable<string> Holders(string action) =>
        Grants.All().Where(g => g.Actions.Contains(action)).Select(static g => g.Role).Distinct().Order(StringComparer.Ordinal);
}
