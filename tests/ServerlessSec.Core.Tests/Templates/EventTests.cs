using System.Text.Json;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;

namespace ServerlessSec.Templates;

public sealed class EventTests
{
    private const string Here = "⟨AWS::Region⟩:⟨AWS::AccountId⟩";
    private const string Rest = """
          Shelf: {Type: AWS::S3::Bucket, Properties: {BucketName: example-shelf}}
          Desk: {Type: AWS::SQS::Queue}
          News: {Type: AWS::SNS::Topic}
          Stock: {Type: AWS::DynamoDB::Table}
          Clicks: {Type: AWS::Kinesis::Stream}
          Bus: {Type: AWS::Events::EventBus, Properties: {Name: orders}}
          Pool: {Type: AWS::Cognito::UserPool}
          Lines: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /app}}
        """;

    [Theory]
    [InlineData("S3", "Bucket: !Ref Shelf, Events: 's3:ObjectCreated:*'", TriggerKind.S3, "arn:⟨AWS::Partition⟩:s3:::example-shelf")]
    [InlineData("SNS", "Topic: !Ref News", TriggerKind.Sns, "arn:⟨AWS::Partition⟩:sns:" + Here + ":⟨News⟩")]
    [InlineData("SNS", "Topic: !Ref News, SqsSubscription: true", TriggerKind.Sqs, "arn:⟨AWS::Partition⟩:sqs:" + Here + ":⟨ItTakeQueue⟩")]
    [InlineData("SQS", "Queue: !GetAtt Desk.Arn", TriggerKind.Sqs, "arn:⟨AWS::Partition⟩:sqs:" + Here + ":⟨Desk⟩")]
    [InlineData("Kinesis", "Stream: !GetAtt Clicks.Arn", TriggerKind.Kinesis, "arn:⟨AWS::Partition⟩:kinesis:" + Here + ":stream/⟨Clicks⟩")]
    [InlineData("DynamoDB", "Stream: !GetAtt Stock.StreamArn", TriggerKind.DynamoDb, "arn:⟨AWS::Partition⟩:dynamodb:" + Here + ":table/⟨Stock⟩/stream/⟨Stock.StreamLabel⟩")]
    [InlineData("MSK", "Stream: 'arn:aws:kafka:eu-west-1:123456789012:cluster/c/1'", TriggerKind.Kafka, "arn:aws:kafka:eu-west-1:123456789012:cluster/c/1")]
    [InlineData("SelfManagedKafka", "KafkaBootstrapServers: [a], Topics: [t]", TriggerKind.Kafka, null)]
    [InlineData("MQ", "Broker: 'arn:aws:mq:eu-west-1:123456789012:broker:b:1', Queues: [q]", TriggerKind.Mq, "arn:aws:mq:eu-west-1:123456789012:broker:b:1")]
    [InlineData("DocumentDB", "Cluster: 'arn:aws:rds:eu-west-1:123456789012:cluster:c'", TriggerKind.DocumentDb, "arn:aws:rds:eu-west-1:123456789012:cluster:c")]
    [InlineData("Schedule", "Schedule: rate(1 day)", TriggerKind.Schedule, "arn:⟨AWS::Partition⟩:events:" + Here + ":rule/⟨ItTake⟩")]
    [InlineData("ScheduleV2", "ScheduleExpression: rate(1 day)", TriggerKind.Schedule, null)]
    [InlineData("EventBridgeRule", "EventBusName: !Ref Bus, Pattern: {source: [a]}", TriggerKind.EventBridge, "arn:⟨AWS::Partition⟩:events:" + Here + ":event-bus/orders")]
    [InlineData("CloudWatchEvent", "Pattern: {source: [a]}", TriggerKind.EventBridge, "arn:⟨AWS::Partition⟩:events:" + Here + ":event-bus/default")]
    [InlineData("CloudWatchLogs", "LogGroupName: !Ref Lines", TriggerKind.Logs, "arn:⟨AWS::Partition⟩:logs:" + Here + ":log-group:/app:*")]
    [InlineData("IoTRule", "Sql: SELECT 1", TriggerKind.Iot, "arn:⟨AWS::Partition⟩:iot:" + Here + ":rule/⟨ItTake⟩")]
    [InlineData("AlexaSkill", "SkillId: amzn1.x", TriggerKind.Alexa, null)]
    [InlineData("Cognito", "UserPool: !Ref Pool, Trigger: PreSignUp", TriggerKind.Cognito, "arn:⟨AWS::Partition⟩:cognito-idp:" + Here + ":userpool/⟨Pool⟩")]
    public void Every_event_of_sam_is_a_trigger(string type, string properties, TriggerKind kind, string? source)
    {
        var trigger = Assert.Single(Function(type, properties).Triggers);
        Assert.Equal((kind, "Take", source), (trigger.Kind, type == "SNS" && kind == TriggerKind.Sqs ? "Take" : trigger.Name, trigger.Source));
        Assert.Equal("Resources.It.Properties.Events.Take", trigger.Location!.Property);
        Assert.True(trigger.Enabled);
    }

    [Theory]
    [InlineData("S3", "Bucket: !Ref Shelf, Events: x", "s3.amazonaws.com", "{\"StringEquals\":{\"AWS:SourceAccount\":\"⟨AWS::AccountId⟩\"}}")]
    [InlineData("SNS", "Topic: !Ref News", "sns.amazonaws.com", "{\"ArnLike\":{\"AWS:SourceArn\":\"arn:⟨AWS::Partition⟩:sns:" + Here + ":⟨News⟩\"}}")]
    [InlineData("Schedule", "Schedule: rate(1 day), Name: nightly", "events.amazonaws.com", "{\"ArnLike\":{\"AWS:SourceArn\":\"arn:⟨AWS::Partition⟩:events:" + Here
        + ":rule/nightly\"}}")]
    [InlineData("CloudWatchLogs", "LogGroupName: /app", "logs.amazonaws.com", "{\"ArnLike\":{\"AWS:SourceArn\":\"arn:⟨AWS::Partition⟩:logs:" + Here + ":log-group:/app:*\"}}")]
    [InlineData("AlexaSkill", "SkillId: amzn1.x", "alexa-appkit.amazon.com", "{\"StringEquals\":{\"lambda:EventSourceToken\":\"amzn1.x\"}}")]
    [InlineData("AlexaSkill", "", "alexa-appkit.amazon.com", null)]
    [InlineData("Api", "Path: '/a/{id}/b', Method: get", "apigateway.amazonaws.com", "{\"ArnLike\":{\"AWS:SourceArn\":\"arn:⟨AWS::Partition⟩:execute-api:" + Here
        + ":⟨ServerlessRestApi⟩/*/GET/a/*/b\"}}")]
    [InlineData("HttpApi", "", "apigateway.amazonaws.com", "{\"ArnLike\":{\"AWS:SourceArn\":\"arn:⟨AWS::Partition⟩:execute-api:" + Here + ":⟨ServerlessHttpApi⟩/*/*\"}}")]
    public void Sam_lets_its_events_call(string type, string properties, string principal, string? condition)
    {
        using var document = JsonDocument.Parse(Assert.Single(Function(type, properties).ResourcePolicies).Json!);
        var statement = document.RootElement.GetProperty("Statement")[0];
        Assert.Equal(principal, statement.GetProperty("Principal").GetProperty("Service").GetString());
        Assert.Equal("lambda:InvokeFunction", statement.GetProperty("Action").GetString());
        Assert.Equal(condition, statement.TryGetProperty("Condition", out var found) ? found.GetRawText() : null);
    }

    [Fact]
    public void Polling_reads_everything_a_mapping_says()
    {
        var trigger = Function("SQS",
            "Queue: !GetAtt Desk.Arn, BatchSize: 5, Enabled: false, ScalingConfig: {MaximumConcurrency: 2}, FunctionResponseTypes: [ReportBatchItemFailures], FilterCriteria: {Filters: [{Pattern: '{\"a\":[1]}'}]}, DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Desk.Arn}}").Triggers[0];
        Assert.Equal((5, 2, false), (trigger.BatchSize.Value, trigger.MaximumConcurrency.Value, trigger.Enabled));
        Assert.Equal(["ReportBatchItemFailures"], trigger.FunctionResponseTypes);
        Assert.Equal(["{\"a\":[1]}"], trigger.Patterns);
        Assert.EndsWith("⟨Desk⟩", trigger.OnFailure.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_filters_are_unknown()
    {
        var triggers = Read.Sam("""
            Parameters: {Open: {Type: String}}
            Conditions: {Maybe: !Equals [!Ref Open, a]}
            Resources:
              Shelf: {Type: AWS::S3::Bucket}
              It:
                Type: AWS::Serverless::Function
                Properties:
                  Events:
                    A: {Type: S3, Properties: {Bucket: !Ref Shelf, Events: ['s3:ObjectCreated:Put', 's3:ObjectRemoved:*'], Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}, {Name: suffix, Value: !If [Maybe, a, b]}]}}}}
                    B: {Type: EventBridgeRule, Properties: {Pattern: !If [Maybe, {source: [a]}, {source: [b]}]}}
                    C: {Type: SQS, Properties: {Queue: arn, FilterCriteria: !If [Maybe, {Filters: []}, !Ref AWS::NoValue]}}
                    D: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}
            """).Function("It").Triggers;
        Assert.Equal(["s3:ObjectCreated:Put", "s3:ObjectRemoved:*"], triggers[0].Events);
        Assert.Equal("in/", triggers[0].Prefix.Value);
        Assert.True(triggers[0].Suffix.IsUnknown);
        Assert.True(triggers[1] is { PatternsUnknown: true, Patterns.Length: 0 });
        Assert.True(triggers[2].PatternsUnknown);
        Assert.False(triggers[3].Enabled);
    }

    [Fact]
    public void Plain_resources_trigger_functions_and_pass_events_on()
    {
        var application = Read.Template("""
            Resources:
              It: {Type: AWS::Lambda::Function, Properties: {FunctionName: it}}
              Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref It, Name: live}}
              Desk: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: {deadLetterTargetArn: !GetAtt Spare.Arn, maxReceiveCount: 5}}}
              Text: {Type: AWS::SQS::Queue, Properties: {RedrivePolicy: '{"deadLetterTargetArn": "arn:aws:sqs:x:1:y"}'}}
              Spare: {Type: AWS::SQS::Queue}
              News: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt It.Arn}]}}
              Feed: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref News, Protocol: sqs, Endpoint: !GetAtt Desk.Arn, FilterPolicy: {kind: [x]}}}
              Shelf:
                Type: AWS::S3::Bucket
                Properties:
                  NotificationConfiguration:
                    LambdaConfigurations: [{Event: 's3:ObjectCreated:*', Function: !GetAtt It.Arn, Filter: {S3Key: {Rules: [{Name: Prefix, Value: in/}]}}}]
                    QueueConfigurations: [{Event: 's3:ObjectRemoved:*', Queue: !GetAtt Desk.Arn}]
                    TopicConfigurations: [{Event: 's3:ObjectRemoved:*', Topic: !Ref News}]
                    EventBridgeConfiguration: {EventBridgeEnabled: true}
              Poll: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref Live, EventSourceArn: !GetAtt Desk.Arn, BatchSize: 3}}
              OnOrder: {Type: AWS::Events::Rule, Properties: {EventPattern: {source: [shop]}, Targets: [{Id: a, Arn: !Ref Live}, {Id: b, Arn: !GetAtt Desk.Arn}]}}
              Nightly: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), State: DISABLED, Targets: [{Id: a, Arn: !GetAtt It.Arn}]}}
              Later: {Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(1 day), Target: {Arn: !GetAtt It.Arn}}}
              Pipe: {Type: AWS::Pipes::Pipe, Properties: {Source: !GetAtt Desk.Arn, Target: !GetAtt It.Arn}}
              Lines: {Type: AWS::Logs::SubscriptionFilter, Properties: {LogGroupName: /app, DestinationArn: !GetAtt It.Arn}}
              Pool: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !GetAtt It.Arn, PreTokenGenerationConfig: {LambdaArn: !GetAtt It.Arn}}}}
              Thing: {Type: AWS::IoT::TopicRule, Properties: {TopicRulePayload: {Actions: [{Lambda: {FunctionArn: !GetAtt It.Arn}}]}}}
              Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: lambda, Targets: [{Id: !GetAtt It.Arn}]}}
              Graph: {Type: AWS::AppSync::DataSource, Properties: {ApiId: abc, LambdaConfig: {LambdaFunctionArn: !GetAtt It.Arn}}}
              Flow: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !Sub '{"States":{"A":{"Type":"Task","Resource":"${It.Arn}"}}}'}}
              Flow2: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: {States: {A: {Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: !GetAtt It.Arn}}}}}}
              Lost: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: other, EventSourceArn: !GetAtt Desk.Arn}}
              LostCall: {Type: AWS::Lambda::Permission, Properties: {FunctionName: other, Action: lambda:InvokeFunction, Principal: '*'}}
            """);
        var function = application.Function("It");
        Assert.Equal(
            ["AppSync Graph", "Cognito PreSignUp", "Cognito PreTokenGenerationConfig", "EventBridge OnOrder", "Iot Thing", "LoadBalancer Group", "Logs Lines", "S3 Shelf",
                "Schedule Later", "Schedule Nightly", "Sns News", "Sqs Pipe", "Sqs Poll", "StepFunctions Flow", "StepFunctions Flow2"],
            function.Triggers.Select(trigger => $"{trigger.Kind} {trigger.Name}").Order(StringComparer.Ordinal));
        Assert.False(Assert.Single(function.Triggers, trigger => trigger.Name == "Nightly").Enabled);
        Assert.Equal("in/", Assert.Single(function.Triggers, trigger => trigger.Kind == TriggerKind.S3).Prefix.Value);
        Assert.Equal(["{\"source\":[\"shop\"]}"], Assert.Single(function.Triggers, trigger => trigger.Name == "OnOrder").Patterns);
        Assert.Equal(
            [
                "EventBridge event-bus/default > rule/⟨OnOrder⟩", "EventBridge rule/⟨OnOrder⟩ > ⟨Desk⟩", "S3 ⟨Shelf⟩ > event-bus/default", "S3 ⟨Shelf⟩ > ⟨Desk⟩",
                "S3 ⟨Shelf⟩ > ⟨News⟩",
                "Sns ⟨News⟩ > ⟨Desk⟩", "Sqs ⟨Desk⟩ > ⟨Spare⟩", "Sqs ⟨Text⟩ > y",
            ],
            application.Deliveries.Select(hop => $"{hop.Kind} {ArnText.Split(hop.From, ':')[5]} > {ArnText.Split(hop.To, ':')[5]}").Order(StringComparer.Ordinal));
        Assert.Equal(application.Resource("Spare").Arn, application.Resource("Desk").DeadLetterTarget.Value);
        Assert.Equal("arn:aws:sqs:x:1:y", application.Resource("Text").DeadLetterTarget.Value);
        Assert.Equal("{\"FunctionName\":\"other\"}", $"{{\"FunctionName\":{application.Resource("Lost").Properties["FunctionName"]}}}");
        Assert.Empty(function.ResourcePolicies);
    }

    [Fact]
    public void Resources_have_their_policies()
    {
        var application = Read.Template("""
            Resources:
              Desk: {Type: AWS::SQS::Queue}
              DeskRules: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Desk], PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: '*'}]}}}
              News: {Type: AWS::SNS::Topic}
              NewsRules: {Type: AWS::SNS::TopicPolicy, Properties: {Topics: [!Ref News], PolicyDocument: {Statement: []}}}
              Shelf: {Type: AWS::S3::Bucket}
              ShelfRules: {Type: AWS::S3::BucketPolicy, Properties: {Bucket: !Ref Shelf, PolicyDocument: {Statement: []}}}
              Lock: {Type: AWS::KMS::Key, Properties: {KeyPolicy: {Statement: []}}}
            """);
        Assert.Equal("DeskRules", Assert.Single(application.Resource("Desk").Policies).Name);
        Assert.Equal("NewsRules", Assert.Single(application.Resource("News").Policies).Name);
        Assert.Equal("ShelfRules", Assert.Single(application.Resource("Shelf").Policies).Name);
        Assert.Equal("KeyPolicy", Assert.Single(application.Resource("Lock").Policies).Name);
    }

    private static FunctionSnapshot Function(string type, string properties) => Read.Sam($$$"""
        Resources:
          It:
            Type: AWS::Serverless::Function
            Properties: {Events: {Take: {Type: {{{type}}}, Properties: { {{{properties}}} } } } }
        {{{Rest}}}
        """).Function("It");
}
