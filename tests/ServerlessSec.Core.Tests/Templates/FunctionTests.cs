
namespace ServerlessSec.Templates;

public sealed class FunctionTests
{
    [Fact]
    public void Globals_reach_sam_functions_only_and_merge_as_sam_merges()
    {
        var application = Read.Sam("""
            Globals:
              Function:
                Runtime: python3.13
                Timeout: 10
                Tracing: Active
                Layers: [arn:aws:lambda:eu-west-1:123456789012:layer:one:1]
                Environment: {Variables: {A: global, B: global}}
                Tags: {Team: core}
            Resources:
              Own:
                Type: AWS::Serverless::Function
                Properties:
                  Timeout: 3
                  Layers: [arn:aws:lambda:eu-west-1:123456789012:layer:two:2]
                  Environment: {Variables: {B: own, C: own}}
                  Tags: {Cost: x}
              Bare: {Type: AWS::Serverless::Function}
              Chosen:
                Type: AWS::Serverless::Function
                Properties: {Environment: !If [Nothing, {Variables: {D: d}}, {Variables: {D: e}}]}
              Loner: {Type: AWS::Serverless::Function, IgnoreGlobals: '*'}
              Picky: {Type: AWS::Serverless::Function, IgnoreGlobals: [Tracing]}
              Plain: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}
            Conditions: {Nothing: !Equals [a, b]}
            """);
        var own = application.Function("Own");
        Assert.Equal((3, "python3.13", "Active"), (own.Configuration.Timeout.Value, own.Configuration.Runtime.Value, own.Configuration.Tracing.Value));
        Assert.Equal(["one", "two"], own.Package.Layers.Select(layer => layer.Name));
        Assert.Equal(["A=global", "B=own", "C=own"], own.Configuration.Environment.Select(variable => $"{variable.Name}={variable.Value}"));
        Assert.Equal(["Cost", "Team"], own.Tags.Keys);
        Assert.Equal("Resources.Own.Properties.Runtime", own.Configuration.Runtime.Location!.Property);
        Assert.Equal(4, own.Configuration.Runtime.Location.Line);
        Assert.Equal(10, application.Function("Bare").Configuration.Timeout.Value);
        Assert.Equal(["D=e"], application.Function("Chosen").Configuration.Environment.Select(variable => $"{variable.Name}={variable.Value}"));
        Assert.True(application.Function("Loner").Configuration.Runtime.IsAbsent);
        Assert.True(application.Function("Picky").Configuration.Tracing.IsAbsent);
        Assert.Equal("python3.13", application.Function("Picky").Configuration.Runtime.Value);
        Assert.True(application.Function("Plain").Configuration.Runtime.IsAbsent);
    }

    [Fact]
    public void Both_dialects_give_the_same_configuration()
    {
        var application = Read.Sam("""
            Resources:
              Spare: {Type: AWS::SQS::Queue}
              Lock: {Type: AWS::KMS::Key}
              One:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: one
                  Runtime: nodejs22.x
                  Handler: index.handler
                  Timeout: 5
                  MemorySize: 256
                  ReservedConcurrentExecutions: 7
                  Tracing: Active
                  KmsKeyArn: !GetAtt Lock.Arn
                  DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Spare.Arn}
                  EventInvokeConfig: {MaximumRetryAttempts: 1, DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Spare.Arn}, OnSuccess: {Type: SNS}}}
                  RecursiveLoop: Terminate
                  Architectures: [arm64]
                  VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
                  EphemeralStorage: {Size: 1024}
                  Whatever: {Next: !Ref Spare}
              Two:
                Type: AWS::Lambda::Function
                Properties:
                  FunctionName: two
                  Runtime: nodejs22.x
                  Handler: index.handler
                  Timeout: '5'
                  MemorySize: 256
                  ReservedConcurrentExecutions: 7
                  TracingConfig: {Mode: Active}
                  KmsKeyArn: !GetAtt Lock.Arn
                  DeadLetterConfig: {TargetArn: !GetAtt Spare.Arn}
                  RecursiveLoop: Terminate
                  Architectures: [arm64]
                  VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
                  Tags: [{Key: Team, Value: core}]
              TwoInvoke:
                Type: AWS::Lambda::EventInvokeConfig
                Properties: {FunctionName: !Ref Two, Qualifier: $LATEST, MaximumRetryAttempts: 1, DestinationConfig: {OnFailure: {Destination: !GetAtt Spare.Arn}}}
            """);
        const string Spare = "arn:⟨AWS::Partition⟩:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Spare⟩";
        foreach (var id in new[] { "One", "Two" })
        {
            var c = application.Function(id).Configuration;
            Assert.Equal((5, 256, 7, "Active"), (c.Timeout.Value, c.MemorySize.Value, c.ReservedConcurrency.Value, c.Tracing.Value));
            Assert.Equal((Spare, Spare, 1, "Terminate"), (c.DeadLetterTarget.Value, c.OnFailure.Value, c.MaximumRetryAttempts.Value, c.RecursiveLoop.Value));
            Assert.Equal("arn:⟨AWS::Partition⟩:kms:⟨AWS::Region⟩:⟨AWS::AccountId⟩:key/⟨Lock⟩", c.KmsKeyArn.Value);
            Assert.Equal(["arm64"], c.Architectures);
            Assert.True(c.InVpc);
            Assert.Equal("Zip", c.PackageType.Value);
            Assert.Equal($"arn:⟨AWS::Partition⟩:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:{id.ToLowerInvariant()}", application.Function(id).Arn);
            Assert.Empty(application.Function(id).Gaps.Where(gap => gap.Scope.Evidence == Evidence.Configuration));
        }

        var one = application.Function("One").Configuration;
        Assert.Equal("arn:⟨AWS::Partition⟩:sns:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨OneEventInvokeConfigOnSuccessTopic⟩", one.OnSuccess.Value);
        Assert.Equal("{\"Size\":1024}", one.Other["EphemeralStorage"]);
        Assert.Contains("⟨Spare⟩", one.Other["Whatever"], StringComparison.Ordinal);
        Assert.Equal("core", application.Function("Two").Tags["Team"]);
    }

    [Theory]
    [InlineData("CodeUri: src/", "src/", null)]
    [InlineData("CodeUri: s3://bucket/key.zip", "s3://bucket/key.zip", null)]
    [InlineData("CodeUri: {Bucket: bucket, Key: key.zip, Version: v}", "s3://bucket/key.zip", null)]
    [InlineData("Timeout: 3", ".", null)]
    [InlineData("InlineCode: 'exports.handler = 1'", null, "exports.handler = 1")]
    [InlineData("PackageType: Image, ImageUri: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1", null)]
    [InlineData("PackageType: Image", null, null)]
    public void Code_is_where_sam_says(string properties, string? code, string? inline)
    {
        var package = Read.Sam("Resources:\n  It: {Type: AWS::Serverless::Function, Properties: {" + properties + "}}").Function("It").Package;
        Assert.Equal((code, inline), (package.Code.Value, package.Inline));
    }

    [Theory]
    [InlineData("{S3Bucket: bucket, S3Key: key.zip}", "s3://bucket/key.zip", null)]
    [InlineData("{ZipFile: 'import os'}", null, "import os")]
    [InlineData("{ImageUri: repo/app:1}", "repo/app:1", null)]
    [InlineData("./src", "./src", null)]
    public void Code_is_where_cloudformation_says(string code, string? place, string? inline)
    {
        var function = Read.Template("Resources:\n  It: {Type: AWS::Lambda::Function, Properties: {Code: " + code + "}}").Function("It");
        Assert.Equal((place, inline), (function.Package.Code.Value, function.Package.Inline));
    }

    [Fact]
    public void Layers_of_the_template_have_their_content()
    {
        var function = Read.Sam("""
            Parameters: {Foreign: {Type: String}}
            Resources:
              Tools: {Type: AWS::Serverless::LayerVersion, Properties: {LayerName: tools, ContentUri: layers/tools}}
              Stored: {Type: AWS::Lambda::LayerVersion, Properties: {Content: {S3Bucket: b, S3Key: k}}}
              It: {Type: AWS::Serverless::Function, Properties: {Layers: [!Ref Tools, !Ref Stored, !Ref Foreign, 'arn:aws:lambda:eu-west-1:123456789012:layer:out:4']}}
            """).Function("It");
        Assert.Equal(
            [("Tools", "layers/tools"), ("Stored", null), ("⟨Foreign⟩", null), ("out", (string?)null)],
            function.Package.Layers.Select(layer => (layer.Name, layer.Content)));
    }

    [Fact]
    public void What_only_deployment_decides_is_unknown_and_a_gap_with_its_path()
    {
        var function = Read.Sam("""
            Parameters: {Chosen: {Type: String, AllowedValues: [python3.7, python3.13]}, Size: {Type: Number}, Key: {Type: String}}
            Resources:
              It:
                Type: AWS::Serverless::Function
                Properties: {Runtime: !Ref Chosen, MemorySize: !Ref Size, KmsKeyArn: !Ref Key, FunctionUrlConfig: {AuthType: !Ref Chosen}}
            """).Function("It");
        Assert.True(function.Configuration.Runtime.IsUnknown);
        Assert.True(function.Configuration.MemorySize.IsUnknown);
        Assert.True(function.Url!.AuthType.IsUnknown);
        Assert.Equal("⟨Key⟩", function.Configuration.KmsKeyArn.Value);
        Assert.Equal(
            ["Resources.It.Properties.FunctionUrlConfig.AuthType", "Resources.It.Properties.MemorySize", "Resources.It.Properties.Runtime"],
            function.Gaps.Select(gap => gap.Scope.Path).Order(StringComparer.Ordinal));
        Assert.Empty(function.ResourcePolicies);
    }

    [Fact]
    public void Log_groups_are_found_by_name()
    {
        var application = Read.Sam("""
            Parameters: {Days: {Type: Number}, Group: {Type: String}}
            Resources:
              Diary: {Type: AWS::Serverless::Function}
              DiaryLines: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/aws/lambda/${Diary}', RetentionInDays: 14}}
              Named: {Type: AWS::Serverless::Function, Properties: {FunctionName: named}}
              NamedLines: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /aws/lambda/named}}
              Joint: {Type: AWS::Serverless::Function, Properties: {LoggingConfig: {LogGroup: !Ref Pool}}}
              Pool: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !Ref Days}}
              Scrap: {Type: AWS::Serverless::Function}
              Foreign: {Type: AWS::Serverless::Function, Properties: {LoggingConfig: {LogGroup: !Ref Group}}}
            """);
        Assert.Equal((14, true), (application.Function("Diary").Logs.RetentionDays.Value, application.Function("Diary").Logs.IsDeclared));
        Assert.True(application.Function("Named").Logs is { IsDeclared: true, RetentionDays.IsAbsent: true });
        Assert.True(application.Function("Joint").Logs is { IsDeclared: true, RetentionDays.IsUnknown: true });
        Assert.True(application.Function("Scrap").Logs is { IsDeclared: false, RetentionDays.IsAbsent: true, Name.IsAbsent: true });
        Assert.True(application.Function("Foreign").Logs is { IsDeclared: false, RetentionDays.IsUnknown: true });
    }

    [Theory]
    [InlineData("Transform: ['123456789012::ExampleHouse', AWS::Serverless-2016-10-31]\nResources:\n  A: {Type: AWS::Serverless::Function}", "macro", "ExampleHouse")]
    [InlineData("Transform: {Name: AWS::Include, Parameters: {Location: s3://x/y}}\nResources:\n  A: {Type: AWS::Serverless::Function}", "transform", "AWS::Include")]
    [InlineData("Resources:\n  Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://x/y}}\n  A: {Type: AWS::Serverless::Function}", "transform", "AWS::Include")]
    [InlineData("Resources:\n  'Fn::ForEach::Desks': [D, [a, b], {}]\n  A: {Type: AWS::Serverless::Function}", "transform", "Fn::ForEach::Desks")]
    [InlineData("Resources:\n  A: {Type: AWS::Serverless::Function, Properties: {Fn::Transform: {Name: House}, Timeout: 3}}", "transform", "House")]
    [InlineData("Resources:\n  A: {Type: AWS::Serverless::Function}\n  N: {Type: AWS::Serverless::Application, Properties: {Location: ./n.yaml}}", "nested template", "'N'")]
    public void What_is_put_in_from_elsewhere_is_a_gap_that_names_it(string text, string reason, string name)
    {
        var application = Read.Template(text);
        Assert.Equal("A", Assert.Single(application.Functions).Id);
        Assert.Contains(application.Gaps, gap => gap.Reason == reason && gap.Message.Contains(name, StringComparison.Ordinal) && gap.Kind == GapKind.Unresolved);
    }

    [Fact]
    public void Comments_know_the_resource_that_they_stand_in_or_above()
    {
        var application = Read.Sam("""
            # serverlesssec: head
            Resources:
              # serverlesssec:allow SL1001 above One
              One:
                Type: AWS::Serverless::Function # serverlesssec:allow behind
                Properties:
                  # serverlesssec:allow within
                  Timeout: 3
                  Description: "# serverlesssec: no comment"

              # serverlesssec:allow above Two
              # another
              Two: {Type: AWS::SQS::Queue}
            # serverlesssec: tail
            Outputs: {}
            """);
        Assert.Equal([null, "One", "One", "One", "Two", null], application.Comments.Select(comment => comment.ResourceId));
        Assert.Equal([2, 4, 6, 8, 12, 15], application.Comments.Select(comment => comment.Location.Line));
        Assert.Equal("serverlesssec:allow SL1001 above One", application.Comments[1].Text);
    }
}
