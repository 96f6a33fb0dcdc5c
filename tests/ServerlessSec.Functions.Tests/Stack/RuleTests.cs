using System.Text.Json.Nodes;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Stack;

/// <summary>Which events reach the scanner.</summary>
public sealed class RuleTests
{
    private static List<Resource> Rules => [.. StackTemplate.OfType("AWS::Events::Rule")];

    private static List<(string Name, JsonObject Event)> Samples => [.. Directory.GetFiles(Repository.Path("events/deployments"), "*.json").Order(StringComparer.Ordinal)
        .Select(static f => (Path.GetFileNameWithoutExtension(f), JsonNode.Parse(File.ReadAllText(f))!.AsObject()))];

    [Fact]
    public void Every_sample_event_is_taken_by_the_rule_meant_for_it_and_no_other()
    {
        Assert.True(Samples.Count > 40);
        foreach (var (name, sample) in Samples)
        {
            var meant = sample["source"]!.GetValue<string>() switch
            {
                "aws.lambda" => "LambdaCallsRule",
                "aws.iam" => "IamCallsRule",
                "aws.cloudformation" => "StackResourcesRule",
                var other => throw new FormatException($"'{name}' comes from '{other}'"),
            };
            Assert.Equal([meant], Takers(sample));
        }
    }

    [Fact]
    public void A_call_that_failed_is_taken_by_no_rule()
    {
        foreach (var (name, sample) in Samples.Where(static s => s.Event["detail"]!["eventName"] is not null))
        {
            sample["detail"]!["errorCode"] = "AccessDenied";
            Assert.True(Takers(sample).Count == 0, name);
        }
    }

    [Fact]
    public void A_resource_that_is_not_done_is_taken_by_no_rule()
    {
        foreach (var (name, sample) in Samples.Where(static s => s.Event["detail"]!["status-details"] is not null))
        {
            foreach (var status in (string[])["CREATE_IN_PROGRESS", "UPDATE_FAILED", "DELETE_SKIPPED"])
            {
                sample["detail"]!["status-details"]!["status"] = status;
                Assert.True(Takers(sample).Count == 0, name);
            }
        }
    }

    [Theory]
    [InlineData("aws.lambda", "lambda.amazonaws.com", "GetFunction20150331v2")]
    [InlineData("aws.lambda", "lambda.amazonaws.com", "ListTags20170331")]
    [InlineData("aws.lambda", "lambda.amazonaws.com", "Invoke")]
    [InlineData("aws.iam", "iam.amazonaws.com", "GetRole")]
    [InlineData("aws.iam", "iam.amazonaws.com", "CreateUser")]
    [InlineData("aws.iam", "iam.amazonaws.com", "PutUserPolicy")]
    [InlineData("aws.ecs", "ecs.amazonaws.com", "TagResource")]
    public void A_call_that_opens_and_closes_nothing_is_taken_by_no_rule(string source, string service, string call) => Assert.Empty(Takers(new()
    {
        ["source"] = source,
        ["detail-type"] = "AWS API Call via CloudTrail",
        ["detail"] = new JsonObject { ["eventSource"] = service, ["eventName"] = call },
    }));

    /// <summary>Every operation of Lambda that writes and names a function, its layer or its mapping (API of 2026-04).</summary>
    [Theory]
    [InlineData("AddLayerVersionPermission AddPermission20150331v2 CreateAlias20150331 CreateEventSourceMapping20150331 CreateFunction20150331 CreateFunctionUrlConfig")]
    [InlineData("DeleteAlias20150331 DeleteEventSourceMapping20150331 DeleteFunction20150331 DeleteFunctionCodeSigningConfig DeleteFunctionConcurrency20171031")]
    [InlineData("DeleteFunctionEventInvokeConfig DeleteFunctionUrlConfig DeleteLayerVersion20181031 PublishLayerVersion20181031 PublishVersion20150331")]
    [InlineData("PutFunctionCodeSigningConfig PutFunctionConcurrency20171031 PutFunctionEventInvokeConfig PutFunctionRecursionConfig PutRuntimeManagementConfig")]
    [InlineData("RemoveLayerVersionPermission RemovePermission20150331v2 TagResource20170331v2 UntagResource20170331v2 UpdateAlias20150331")]
    [InlineData("UpdateEventSourceMapping20150331 UpdateFunctionCode20150331v2 UpdateFunctionConfiguration20150331v2 UpdateFunctionEventInvokeConfig UpdateFunctionUrlConfig")]
    public void A_call_that_can_open_or_close_a_problem_is_taken_whatever_its_suffix(string calls)
    {
        foreach (var call in calls.Split(' '))
        {
            foreach (var name in (string[])[call, call + "v9"])
            {
                Assert.Equal(["LambdaCallsRule"], Takers(new()
                {
                    ["source"] = "aws.lambda",
                    ["detail-type"] = "AWS API Call via CloudTrail",
                    ["detail"] = new JsonObject { ["eventSource"] = "lambda.amazonaws.com", ["eventName"] = name },
                }));
            }
        }
    }

    [Fact]
    public void Every_prefix_takes_a_sample()
    {
        foreach (var rule in Rules)
        {
            foreach (var (path, node) in StackTemplate.Walk(rule["EventPattern"]).Where(static n => n.Path.EndsWith("/prefix", StringComparison.Ordinal)).ToList())
            {
                var field = path.Split('/')[^3];
                var prefix = node!.GetValue<string>();
                Assert.True(Samples.Any(s => s.Event["detail"]![field]?.GetValue<string>().StartsWith(prefix, StringComparison.Ordinal) == true), $"'{prefix}' of '{rule}' takes no sample");
            }
        }
    }

    [Fact]
    public void A_pattern_is_no_longer_than_EventBridge_takes() =>
        Assert.All(Rules, static r => Assert.InRange(r["EventPattern"]!.ToJsonString().Length, 1, 2048));

    [Fact]
    public void Every_target_has_a_dead_letter_queue()
    {
        foreach (var rule in Rules)
        {
            var targets = StackTemplate.Walk(rule["Targets"]).Where(static n => n.Node is JsonObject map && map.ContainsKey("Arn") && map.ContainsKey("Id")).ToList();
            Assert.NotEmpty(targets);
            Assert.All(targets, static t => Assert.Equal("EventsDeadLetters", StackTemplate.Target(t.Node!["DeadLetterConfig"]!["Arn"])));
        }
    }

    [Fact]
    public void Queues_let_in_exactly_the_rules_that_send_to_them()
    {
        Assert.Equal(["IamCallsRule", "LambdaCallsRule", "StackResourcesRule"], Rules.Select(static r => r.Id).Order(StringComparer.Ordinal));
        foreach (var policy in StackTemplate.OfType("AWS::SQS::QueuePolicy"))
        {
            var statement = Assert.Single(policy["PolicyDocument"]!["Statement"]!.AsArray())!;
            Assert.Equal("sqs:SendMessage", statement["Action"]!.GetValue<string>());
            Assert.Equal("""{"Service":"events.amazonaws.com"}""", statement["Principal"]!.ToJsonString());
            Assert.Equal(StackTemplate.Target(policy["Queues"]![0]), StackTemplate.Target(statement["Resource"]));
            var sources = StackTemplate.Walk(statement["Condition"]!["ArnEquals"]!["aws:SourceArn"]).Select(static n => StackTemplate.Target(n.Node)).OfType<string>().Where(static id => id != "AWS::NoValue");
            Assert.Equal(Rules.Select(static r => r.Id).Order(StringComparer.Ordinal), sources.Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_forwarded_event_is_taken_by_the_scanners_own_rule()
    {
        var target = StackTemplate.Get("IamCallsRule")["Targets"]![0]!["Fn::If"]!.AsArray();
        Assert.Equal("IsScanner", target[0]!.GetValue<string>());
        Assert.Equal("DeploymentsQueue", StackTemplate.Target(target[1]!["Arn"]));
        Assert.Equal("arn:${AWS::Partition}:events:${ScannerRegion}:${AWS::AccountId}:event-bus/default", target[2]!["Arn"]!["Fn::Sub"]!.GetValue<string>());
        Assert.Equal("ForwarderRole", StackTemplate.Target(target[2]!["RoleArn"]));
    }

    private static List<string> Takers(JsonObject sample) => [.. Rules.Where(r => EventPattern.Matches(r["EventPattern"]!, sample)).Select(static r => r.Id)];
}
