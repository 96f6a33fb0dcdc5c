using System.Text.Json;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Sam;

namespace ServerlessSec.Templates;

public sealed class RoleTests
{
    [Fact]
    public void Sam_makes_a_role_of_what_the_function_needs()
    {
        var role = Read.Sam("""
            Resources:
              Desk: {Type: AWS::SQS::Queue}
              Spare: {Type: AWS::SQS::Queue}
              Edge: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:*', Resource: '*'}]}}}
              It:
                Type: AWS::Serverless::Function
                Properties:
                  Tracing: Active
                  VpcConfig: {SubnetIds: [a]}
                  PermissionsBoundary: !Ref Edge
                  DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Spare.Arn}
                  Policies:
                    - AmazonS3ReadOnlyAccess
                    - arn:aws:iam::aws:policy/service-role/AWSLambdaKinesisExecutionRole
                    - !Ref Edge
                    - Statement:
                        - {Effect: Allow, Action: 'sns:Publish', Resource: '*'}
                        - {Effect: Deny, Action: 'sns:Publish', Resource: 'x'}
                    - SQSSendMessagePolicy: {QueueName: !GetAtt Desk.QueueName}
                    - Nonsense: {}
                  Events: {Take: {Type: SQS, Properties: {Queue: !GetAtt Desk.Arn}}}
            """).Function("It").Role!;
        Assert.Equal(("ItRole", "arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:role/⟨ItRole⟩"), (role.Id, role.Arn));
        Assert.Equal(
            ["AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSLambdaVPCAccessExecutionRole", "AWSLambdaSQSQueueExecutionRole", "DeadLetterQueuePolicy",
                "AmazonS3ReadOnlyAccess", "AWSLambdaKinesisExecutionRole", "Edge", "ItRolePolicy3", "SQSSendMessagePolicy", "Nonsense"],
            role.Policies.Select(policy => policy.Name));
        var own = role.Policies[8];
        Assert.Equal([PolicyKind.AwsManaged, PolicyKind.AwsManaged, PolicyKind.CustomerManaged, PolicyKind.Inline, PolicyKind.SamTemplate], role.Policies.Skip(5).Take(5)
            .Select(policy => policy.Kind));
        Assert.Equal([18, 19], own.StatementLocations.Select(location => location.Line));
        Assert.Null(role.Policies[5].Json);
        Assert.Contains("arn:⟨AWS::Partition⟩:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Desk⟩", role.Policies[9].Json!, StringComparison.Ordinal);
        Assert.Equal(PolicyKind.Boundary, role.Boundary!.Kind);
        Assert.Contains("lambda.amazonaws.com", role.Trust!.Json!, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_policy_template_of_sam_expands_to_a_document()
    {
        Assert.Equal(81, SamPolicyTemplates.Names.Count());
        foreach (var name in SamPolicyTemplates.Names)
        {
            var policy = Read.Sam($$$"""
                Resources:
                  It: {Type: AWS::Serverless::Function, Properties: {Policies: [ {{{name}}}: {BucketName: shelf, QueueName: desk, TableName: stock, FunctionName: it} ] } }
                """).Function("It").Role!.Policies[^1];
            using var document = JsonDocument.Parse(policy.Json!);
            Assert.Equal((PolicyKind.SamTemplate, name), (policy.Kind, policy.Name));
            foreach (var statement in document.RootElement.GetProperty("Statement").EnumerateArray())
            {
                Assert.Equal("Allow", statement.GetProperty("Effect").GetString());
                Assert.All(statement.GetProperty("Action").EnumerateArray(), action => Assert.Matches("^[a-z0-9-]+:[A-Za-z]*\\*?$", action.GetString()));
                Assert.All(statement.GetProperty("Resource").EnumerateArray(), resource => Assert.Matches("^(\\*|arn:.*|⟨.*⟩)$", resource.GetString()));
            }
        }
    }

    [Theory]
    [InlineData("S3ReadPolicy: {BucketName: shelf}", "s3:ListBucket", "arn:⟨AWS::Partition⟩:s3:::shelf/*")]
    [InlineData("DynamoDBCrudPolicy: {TableName: stock}", "dynamodb:ConditionCheckItem", "arn:⟨AWS::Partition⟩:dynamodb:⟨AWS::Region⟩:⟨AWS::AccountId⟩:table/stock/index/*")]
    [InlineData("SNSPublishMessagePolicy: {TopicName: news}", "sns:Publish", "arn:⟨AWS::Partition⟩:sns:⟨AWS::Region⟩:⟨AWS::AccountId⟩:news")]
    [InlineData("LambdaInvokePolicy: {FunctionName: it}", "lambda:InvokeFunction", "arn:⟨AWS::Partition⟩:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:it*")]
    [InlineData("EventBridgePutEventsPolicy: {EventBusName: default}", "events:PutEvents", "arn:⟨AWS::Partition⟩:events:⟨AWS::Region⟩:⟨AWS::AccountId⟩:event-bus/default")]
    [InlineData("AWSSecretsManagerGetSecretValuePolicy: {SecretArn: 'arn:x'}", "secretsmanager:GetSecretValue", "arn:x")]
    [InlineData("EFSWriteAccessPolicy: {FileSystem: fs, AccessPoint: ap}", "elasticfilesystem:ClientWrite",
        "arn:⟨AWS::Partition⟩:elasticfilesystem:⟨AWS::Region⟩:⟨AWS::AccountId⟩:access-point/ap")]
    [InlineData("CodeCommitCrudPolicy: {RepositoryName: r}", "codecommit:UploadArchive", "arn:⟨AWS::Partition⟩:codecommit:⟨AWS::Region⟩:⟨AWS::AccountId⟩:r")]
    public void A_policy_template_grants_what_sam_documents(string policy, string action, string resource)
    {
        var json = Read.Sam("Resources:\n  It: {Type: AWS::Serverless::Function, Properties: {Policies: {" + policy + "}}}").Function("It").Role!.Policies[^1].Json!;
        Assert.Contains($"\"{action}\"", json, StringComparison.Ordinal);
        Assert.Contains($"\"{resource}\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void A_role_has_everything_that_is_attached_to_it()
    {
        var application = Read.Template("""
            Resources:
              Hat:
                Type: AWS::IAM::Role
                Properties:
                  AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
                  ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess', !Ref Linked]
                  Policies: [{PolicyName: own, PolicyDocument: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}}]
              Linked: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: {Statement: []}}}
              Extra: {Type: AWS::IAM::Policy, Properties: {PolicyName: extra, Roles: [!Ref Hat], PolicyDocument: {Statement: []}}}
              More: {Type: AWS::IAM::RolePolicy, Properties: {PolicyName: more, RoleName: !Ref Hat, PolicyDocument: {Statement: []}}}
              Theirs: {Type: AWS::IAM::Policy, Properties: {PolicyName: theirs, Roles: [other], PolicyDocument: {Statement: []}}}
              One: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Hat.Arn}}
              Two: {Type: AWS::Lambda::Function, Properties: {Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/${Hat}'}}
              Three: {Type: AWS::Lambda::Function, Properties: {Role: 'arn:aws:iam::123456789012:role/example'}}
            """);
        var role = application.Function("One").Role!;
        Assert.Equal("Hat", role.Id);
        Assert.Equal(["own", "AdministratorAccess", "Linked", "extra", "more"], role.Policies.Select(policy => policy.Name));
        Assert.Equal("Hat", application.Function("Two").Role!.Id);
        Assert.Equal(("example", 0), (application.Function("Three").Role!.Id, application.Function("Three").Role!.Policies.Length));
        Assert.True(application.Function("Three").Missing.ContainsKey(Evidence.ExecutionRole));
        Assert.False(application.Function("Two").Missing.ContainsKey(Evidence.ExecutionRole));
    }

    [Fact]
    public void A_statement_by_choice_is_there_gone_or_a_hole()
    {
        var application = Read.Template("""
            Parameters: {Open: {Type: String}}
            Conditions: {No: !Equals [a, b], Yes: !Equals [a, a], Maybe: !Equals [!Ref Open, a]}
            Resources:
              Hat:
                Type: AWS::IAM::Role
                Properties:
                  Policies:
                    - PolicyName: own
                      PolicyDocument:
                        Statement:
                          - !If [No, {Effect: Allow, Action: 'a:*', Resource: '*'}, !Ref AWS::NoValue]
                          - !If [Yes, {Effect: Allow, Action: 'b:*', Resource: '*'}, !Ref AWS::NoValue]
                          - !If [Maybe, {Effect: Allow, Action: 'c:*', Resource: '*'}, !Ref AWS::NoValue]
              It: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt Hat.Arn}}
            """);
        var policy = application.Function("It").Role!.Policies[0];
        using var document = JsonDocument.Parse(policy.Json!);
        var statements = document.RootElement.GetProperty("Statement");
        Assert.Equal(2, statements.GetArrayLength());
        Assert.Equal("b:*", statements[0].GetProperty("Action").GetString());
        Assert.StartsWith("⟨If Maybe", statements[1].GetString(), StringComparison.Ordinal);
        Assert.Equal(2, policy.StatementLocations.Length);
    }

    [Fact]
    public void Connectors_grant_to_the_role_or_let_the_source_call()
    {
        var application = Read.Sam("""
            Resources:
              Stock: {Type: AWS::Serverless::SimpleTable}
              News: {Type: AWS::SNS::Topic}
              It:
                Type: AWS::Serverless::Function
                Connectors:
                  ToStock: {Properties: {Destination: {Id: Stock}, Permissions: [Read, Write]}}
              FromNews:
                Type: AWS::Serverless::Connector
                Properties: {Source: {Id: News}, Destination: {Id: It}, Permissions: [Write]}
            """);
        var function = application.Function("It");
        var json = Assert.Single(function.Role!.Policies, policy => policy.Name == "ItToStockPolicy").Json!;
        Assert.Contains("dynamodb:DeleteItem", json, StringComparison.Ordinal);
        Assert.Contains("table/⟨Stock⟩/index/*", json, StringComparison.Ordinal);
        Assert.Contains("sns.amazonaws.com", Assert.Single(function.ResourcePolicies).Json!, StringComparison.Ordinal);
    }
}
