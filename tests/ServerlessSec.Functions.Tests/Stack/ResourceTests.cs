using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ServerlessSec.Aws.Storing;

namespace ServerlessSec.Functions.Stack;

public sealed partial class ResourceTests
{
    /// <summary>Properties that would fix a resource's name: a second stack in the account would collide with the first.</summary>
    private static readonly string[] NameProperties =
        ["AlarmName", "BucketName", "FunctionName", "LogGroupName", "Name", "QueueName", "RoleName", "TableName", "TopicName", "TrailName"];

    /// <summary>Kinds that CloudFormation gives no tags.</summary>
    private static readonly string[] Untaggable = ["AWS::IAM::Policy", "AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::Scheduler::Schedule"];

    private static readonly string[] OfBothModes = ["EventsDeadLetters", "EventsDeadLettersPolicy", "FailedInvocationsAlarm", "IamCallsRule"];

    private static readonly string[] Buckets = ["AdvisoriesBucket", "FactsBucket", "SbomBucket", "TrailBucket"];

    [GeneratedRegex(@"\b\d{12}\b|\b(us|eu|ap|sa|ca|me|af|cn|il|mx)-(gov-)?[a-z]+-\d\b", RegexOptions.NonBacktracking)]
    private static partial Regex OneAccountOrRegion { get; }

    [Fact]
    public void No_resource_has_a_fixed_name() =>
        Assert.All(StackTemplate.Resources, static r => Assert.DoesNotContain(r.Properties, static p => NameProperties.Contains(p.Key)));

    [Fact]
    public void No_ARN_is_of_one_partition_account_or_Region()
    {
        foreach (var section in (string[])["Resources", "Outputs", "Globals"])
        {
            foreach (var (path, node) in StackTemplate.Walk(StackTemplate.Root[section]))
            {
                if (node is not JsonValue value || !value.TryGetValue<string>(out var text) || path.EndsWith("Description", StringComparison.Ordinal)) continue;
                Assert.DoesNotMatch(OneAccountOrRegion, text);
                Assert.True(!text.Contains("arn:", StringComparison.Ordinal) || text.Contains("arn:${AWS::Partition}:", StringComparison.Ordinal), $"'{path}' is '{text}'");
            }
        }
    }

    [Fact]
    public void Everything_that_can_be_tagged_says_which_part_it_is()
    {
        foreach (var resource in StackTemplate.Resources.Where(static r => !Untaggable.Contains(r.Type)))
        {
            var part = resource["Tags"] switch
            {
                JsonObject map => map["serverlesssec:part"]?.GetValue<string>(),
                JsonArray list => list.FirstOrDefault(static t => t!["Key"]!.GetValue<string>() == "serverlesssec:part")?["Value"]?.GetValue<string>(),
                _ => null,
            };
            Assert.False(string.IsNullOrEmpty(part), $"'{resource}' has no tag 'serverlesssec:part'");
        }
    }

    [Fact]
    public void A_forwarder_is_the_rule_for_IAM_and_what_delivers_its_events()
    {
        var shared = StackTemplate.Resources.Where(static r => r.Condition is null).Select(static r => r.Id);
        Assert.Equal(OfBothModes, shared.Order(StringComparer.Ordinal));
        Assert.Equal(["ForwarderRole"], StackTemplate.Resources.Where(static r => r.Condition == "IsForwarder").Select(static r => r.Id));
        Assert.All(
            StackTemplate.Resources.Where(static r => r.Condition is not null),
            static r => Assert.Contains(r.Condition, (string[])["IsScanner", "IsForwarder", "CreatesTrail", "ScannerUsesKey", "ScannerMayDecrypt"]));
    }

    [Fact]
    public void What_both_modes_have_refers_to_the_scanner_only_where_there_is_one()
    {
        var conditional = StackTemplate.Resources.Where(static r => r.Condition is not null).Select(static r => r.Id).ToHashSet();
        foreach (var resource in OfBothModes.Select(StackTemplate.Get))
        {
            foreach (var (path, _) in StackTemplate.Walk(resource.Properties).Where(n => StackTemplate.Target(n.Node) is { } id && conditional.Contains(id)))
                Assert.Contains("/Fn::If/", path, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_table_is_what_the_stores_expect()
    {
        var table = Assert.Single(StackTemplate.OfType("AWS::DynamoDB::Table"));
        Assert.Equal("StateTable", table.Id);
        Assert.Equal(["PK", "SK"], Keys(table["KeySchema"]!));
        var indexes = table["GlobalSecondaryIndexes"]!.AsArray().ToDictionary(static i => i!["IndexName"]!.GetValue<string>(), static i => Keys(i!["KeySchema"]!));
        Assert.Equal(TableIndex.All.Select(static i => i.Name).Order(StringComparer.Ordinal), indexes.Keys.Order(StringComparer.Ordinal));
        Assert.All(TableIndex.All, i => Assert.Equal([i.PartitionName, i.SortName], indexes[i.Name]));
        Assert.All(table["GlobalSecondaryIndexes"]!.AsArray(), static i => Assert.Equal("KEYS_ONLY", i!["Projection"]!["ProjectionType"]!.GetValue<string>()));
        Assert.Equal("NEW_IMAGE", table["StreamSpecification"]!["StreamViewType"]!.GetValue<string>());
        Assert.Equal("ExpiresAt", table["TimeToLiveSpecification"]!["AttributeName"]!.GetValue<string>());
    }

    [Fact]
    public void The_table_is_paid_by_request_encrypted_recoverable_and_hard_to_delete()
    {
        var table = StackTemplate.Get("StateTable");
        Assert.Equal("PAY_PER_REQUEST", table["BillingMode"]!.GetValue<string>());
        Assert.True(table["SSESpecification"]!["SSEEnabled"]!.GetValue<bool>());
        Assert.True(table["PointInTimeRecoverySpecification"]!["PointInTimeRecoveryEnabled"]!.GetValue<bool>());
        Assert.Equal("DeletionProtection", StackTemplate.Target(table["DeletionProtectionEnabled"]));
        Assert.Equal("Retain", table.Json["DeletionPolicy"]!.GetValue<string>());
        Assert.Equal("Retain", table.Json["UpdateReplacePolicy"]!.GetValue<string>());
    }

    [Fact]
    public void Buckets_are_private_versioned_encrypted_tidied_and_outlive_the_stack()
    {
        Assert.Equal(Buckets, StackTemplate.OfType("AWS::S3::Bucket").Select(static b => b.Id).Order(StringComparer.Ordinal));
        foreach (var bucket in Buckets.Select(StackTemplate.Get))
        {
            Assert.All(bucket["PublicAccessBlockConfiguration"]!.AsObject(), static p => Assert.True(p.Value!.GetValue<bool>()));
            Assert.Equal(4, bucket["PublicAccessBlockConfiguration"]!.AsObject().Count);
            Assert.Equal("Enabled", bucket["VersioningConfiguration"]!["Status"]!.GetValue<string>());
            Assert.NotNull(bucket["BucketEncryption"]!["ServerSideEncryptionConfiguration"]![0]!["ServerSideEncryptionByDefault"]!["SSEAlgorithm"]);
            Assert.All(bucket["LifecycleConfiguration"]!["Rules"]!.AsArray(), static r => Assert.Equal("Enabled", r!["Status"]!.GetValue<string>()));
            Assert.Contains(bucket["LifecycleConfiguration"]!["Rules"]!.AsArray(), static r => r!["NoncurrentVersionExpiration"] is not null);
            Assert.StartsWith("Retain", bucket.Json["DeletionPolicy"]!.GetValue<string>(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Facts_and_component_lists_expire_when_they_are_released_and_never_otherwise()
    {
        foreach (var id in (string[])["FactsBucket", "SbomBucket"])
        {
            var rules = StackTemplate.Get(id)["LifecycleConfiguration"]!["Rules"]!.AsArray();
            var expiring = rules.Where(static r => r!["ExpirationInDays"] is not null || r["ExpirationDate"] is not null);
            var tag = Assert.Single(Assert.Single(expiring)!["TagFilters"]!.AsArray())!;
            Assert.Equal((ReleasedObject.Tag, ReleasedObject.Value), (tag["Key"]!.GetValue<string>(), tag["Value"]!.GetValue<string>()));
        }
    }

    [Fact]
    public void Buckets_take_no_request_without_TLS()
    {
        var policies = StackTemplate.OfType("AWS::S3::BucketPolicy").ToDictionary(static p => StackTemplate.Target(p["Bucket"])!);
        Assert.Equal(Buckets, policies.Keys.Order(StringComparer.Ordinal));
        foreach (var (bucket, policy) in policies)
        {
            var deny = Assert.Single(policy["PolicyDocument"]!["Statement"]!.AsArray(), static s => s!["Effect"]!.GetValue<string>() == "Deny")!;
            Assert.Equal("false", deny["Condition"]!["Bool"]!["aws:SecureTransport"]!.GetValue<string>());
            Assert.Equal("s3:*", deny["Action"]!.GetValue<string>());
            Assert.Equal("*", deny["Principal"]!.GetValue<string>());
            Assert.Equal($$"""[{"Fn::GetAtt":["{{bucket}}","Arn"]},{"Fn::Sub":"${{{bucket}}.Arn}/*"}]""", deny["Resource"]!.ToJsonString());
        }
    }

    [Fact]
    public void Every_schedule_has_a_target_a_dead_letter_queue_and_an_end_of_retries()
    {
        Assert.Equal(["DrainSchedule", "RefreshSchedule", "SweepSchedule"], StackTemplate.OfType("AWS::Scheduler::Schedule").Select(static s => s.Id).Order(StringComparer.Ordinal));
        foreach (var schedule in StackTemplate.OfType("AWS::Scheduler::Schedule"))
        {
            var target = schedule["Target"]!.AsObject();
            Assert.Equal(schedule.Id == "RefreshSchedule" ? "RefreshQueue" : "SweepAccountFunction", StackTemplate.Target(target["Arn"]));
            Assert.Equal("WakeDeadLetters", StackTemplate.Target(target["DeadLetterConfig"]!["Arn"]));
            Assert.InRange(target["RetryPolicy"]!["MaximumRetryAttempts"]!.GetValue<long>(), 1, 10);
            Assert.Equal(schedule.Id.Replace("Schedule", "", StringComparison.Ordinal), JsonNode.Parse(target["Input"]!.GetValue<string>())!["kind"]!.GetValue<string>(), ignoreCase: true);
        }
    }

    /// <summary>A rate without a start date begins at once; a cron expression at its time.</summary>
    [Fact]
    public void The_first_refresh_runs_on_deployment_and_the_first_sweep_does_not()
    {
        Assert.StartsWith("rate(", StackTemplate.Root["Parameters"]!["RefreshExpression"]!["Default"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.StartsWith("cron(", StackTemplate.Root["Parameters"]!["SweepExpression"]!["Default"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.All(StackTemplate.OfType("AWS::Scheduler::Schedule"), static s => Assert.Null(s["StartDate"]));
    }

    [Fact]
    public void Alarms_watch_every_queue_dead_letter_queue_function_and_rule()
    {
        var watched = StackTemplate.OfType("AWS::CloudWatch::Alarm")
            .SelectMany(static a => StackTemplate.Walk(a["Metrics"]))
            .Where(static n => n.Path.EndsWith("/Metric", StringComparison.Ordinal))
            .Select(static n => (Metric: n.Node!["MetricName"]!.GetValue<string>(), Target: StackTemplate.Target(n.Node["Dimensions"]![0]!["Value"])))
            .ToHashSet();
        foreach (var queue in StackTemplate.OfType("AWS::SQS::Queue"))
        {
            Assert.Contains(("ApproximateNumberOfMessagesVisible", queue.Id), watched);
            if (queue["RedrivePolicy"] is not null) Assert.Contains(("ApproximateAgeOfOldestMessage", queue.Id), watched);
        }

        Assert.All(StackTemplate.Functions, f => Assert.Contains(("Errors", f.Id), watched));
        Assert.All(StackTemplate.OfType("AWS::Events::Rule"), r => Assert.Contains(("FailedInvocations", r.Id), watched));
        Assert.Contains(watched, static w => w.Metric == "AdvisoriesAge");
    }

    [Fact]
    public void An_alarm_watches_the_messages_that_each_taker_of_a_queue_fails_at()
    {
        var takers = StackTemplate.Functions.Where(static f => (f["Events"]?.AsObject() ?? []).Any(static e => e.Value!["Type"]!.GetValue<string>() == "SQS")).Select(static f => f["Handler"]!.GetValue<string>());
        var watched = StackTemplate.Walk(StackTemplate.Get("MessagesFailedAlarm")["Metrics"]).Where(static n => n.Path.EndsWith("/Metric", StringComparison.Ordinal))
            .Select(static n => ((string?)n.Node!["Namespace"], (string?)n.Node["MetricName"], (string?)n.Node["Dimensions"]![0]!["Name"], (string?)n.Node["Dimensions"]![0]!["Value"]));
        Assert.Equal(takers.Select(static t => ((string?)"ServerlessSec", (string?)"MessagesFailed", (string?)"Function", (string?)t)), watched);
    }

    [Fact]
    public void An_alarm_asks_for_no_more_metrics_than_CloudWatch_takes() =>
        Assert.All(StackTemplate.OfType("AWS::CloudWatch::Alarm"), static a => Assert.InRange(a["Metrics"]!.AsArray().Count, 2, 11));

    [Fact]
    public void A_trail_is_created_with_a_bucket_that_takes_records_of_ours_alone()
    {
        var trail = Assert.Single(StackTemplate.OfType("AWS::CloudTrail::Trail"));
        Assert.Equal("CreatesTrail", trail.Condition);
        Assert.Equal("TrailBucketPolicy", trail.Json["DependsOn"]!.GetValue<string>());
        Assert.True(trail["IncludeGlobalServiceEvents"]!.GetValue<bool>());
        var allowed = StackTemplate.Get("TrailBucketPolicy")["PolicyDocument"]!["Statement"]!.AsArray().Where(static s => s!["Effect"]!.GetValue<string>() == "Allow").ToList();
        Assert.Equal(["s3:GetBucketAcl", "s3:PutObject"], allowed.Select(static s => s!["Action"]!.GetValue<string>()));
        Assert.All(allowed, static s => Assert.NotNull(s!["Condition"]!["ArnLike"]!["aws:SourceArn"]));
    }

    [Fact]
    public void The_outputs_lead_to_the_findings()
    {
        var link = StackTemplate.Root["Outputs"]!["Findings"]!["Value"]!["Fn::Sub"]![0]!.GetValue<string>();
        Assert.StartsWith("https://${AWS::Region}.${Console}/securityhub/home?region=${AWS::Region}#/findings", link, StringComparison.Ordinal);
        Assert.Equal(["aws", "aws-cn", "aws-us-gov"], StackTemplate.Root["Mappings"]!["Partition"]!.AsObject().Select(static p => p.Key));
    }

    [Fact]
    public void Every_parameter_is_used_and_shown_in_a_group()
    {
        var used = StackTemplate.Walk(StackTemplate.Root).Where(static n => n.Node is JsonValue).Select(static n => n.Node!.ToString()).ToList();
        var shown = StackTemplate.Root["Metadata"]!["AWS::CloudFormation::Interface"]!["ParameterGroups"]!.AsArray().SelectMany(static g => g!["Parameters"]!.AsArray()).Select(static p => p!.GetValue<string>()).ToList();
        var parameters = StackTemplate.Root["Parameters"]!.AsObject().Select(static p => p.Key).ToList();
        Assert.Equal(parameters.Order(), shown.Order());
        Assert.All(parameters, p => Assert.True(used.Count(u => u == p || u.Contains($"${{{p}}}", StringComparison.Ordinal)) > 1, $"'{p}' is used nowhere"));
    }

    private static string[] Keys(JsonNode schema) => [.. schema.AsArray().Select(static k => k!["AttributeName"]!.GetValue<string>())];
}
