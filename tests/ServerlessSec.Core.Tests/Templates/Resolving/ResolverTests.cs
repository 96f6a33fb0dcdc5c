using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates.Resolving;

public sealed class ResolverTests
{
    private const string Sections = """
        Parameters:
          Given: {Type: String, Default: fallback}
          Open: {Type: String}
          Choice: {Type: String, AllowedValues: [red, blue]}
          Many: {Type: CommaDelimitedList, Default: 'a, b,c'}
          Nets: {Type: 'List<AWS::EC2::Subnet::Id>'}
          Looked: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /path}
          Hidden: {Type: String, NoEcho: true}
          HiddenDefault: {Type: String, NoEcho: true, Default: changeme}
        Mappings:
          Sizes: {live: {Memory: 512, Arch: arm64}, test: {Memory: 128}}
        Conditions:
          Yes: !Equals [!Ref Given, fallback]
          No: !Not [!Condition Yes]
          Maybe: !Equals [!Ref Open, live]
          Impossible: !Equals [!Ref Choice, green]
          Both: !And [!Condition Yes, !Condition Maybe]
          Either: !Or [!Condition Yes, !Condition Maybe]
          Neither: !And [!Condition No, !Condition Maybe]
        """;

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("!Ref Given", "fallback")]
    [InlineData("{Ref: Given}", "fallback")]
    [InlineData("!Ref Open", "⟨Open⟩")]
    [InlineData("!Ref Looked", "⟨Looked⟩")]
    [InlineData("!Ref AWS::Region", "⟨AWS::Region⟩")]
    [InlineData("!Sub '${AWS::Region}-${Given}-${!Literal}'", "⟨AWS::Region⟩-fallback-${Literal}")]
    [InlineData("!Sub ['${A}/${B}/${Given}', {A: one, B: !Ref Open}]", "one/⟨Open⟩/fallback")]
    [InlineData("!Sub '$ {x} $x ${'", "$ {x} $x ${")]
    [InlineData("!Sub '${Given'", "${Given")]
    [InlineData("!Join ['-', [a, !Ref Given, !Ref Open]]", "a-fallback-⟨Open⟩")]
    [InlineData("!Join [',', !Ref Many]", "a,b,c")]
    [InlineData("!Join ['', [a, !Ref AWS::NoValue, b]]", "ab")]
    [InlineData("!Select [1, [a, b, c]]", "b")]
    [InlineData("!Select ['2', !Ref Many]", "c")]
    [InlineData("!Select [0, !Ref Nets]", "⟨Select 0 Nets⟩")]
    [InlineData("!Select [5, !Split [':', !GetAtt Pile.Arn]]", "⟨Pile⟩")]
    [InlineData("!Select [1, !Split ['/', 'a/b/c']]", "b")]
    [InlineData("!Join ['+', !Split [',', 'a,b']]", "a+b")]
    [InlineData("!FindInMap [Sizes, live, Memory]", "512")]
    [InlineData("!FindInMap [Sizes, !Ref Open, Memory]", "⟨FindInMap Sizes.Open.Memory⟩")]
    [InlineData("!FindInMap [Sizes, none, Memory, {DefaultValue: 64}]", "64")]
    [InlineData("!If [Yes, a, b]", "a")]
    [InlineData("!If [No, a, b]", "b")]
    [InlineData("!If [Maybe, same, same]", "same")]
    [InlineData("!If [Impossible, a, b]", "b")]
    [InlineData("!If [Either, a, b]", "a")]
    [InlineData("!If [Neither, a, b]", "b")]
    [InlineData("!If [Yes, !If [No, a, !Sub '${Given}!'], b]", "fallback!")]
    [InlineData("!ImportValue other-stack-key", "⟨ImportValue other-stack-key⟩")]
    [InlineData("!Base64 hello", "aGVsbG8=")]
    [InlineData("{'Fn::Length': [a, b]}", "2")]
    [InlineData("{'Fn::ToJsonString': {a: [1, !Ref Given]}}", "{\"a\":[1,\"fallback\"]}")]
    [InlineData("!GetAtt Pile.Arn", "arn:⟨AWS::Partition⟩:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Pile⟩")]
    [InlineData("!GetAtt [Pile, Arn]", "arn:⟨AWS::Partition⟩:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Pile⟩")]
    [InlineData("!Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${Pile.QueueName}'", "arn:⟨AWS::Partition⟩:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Pile⟩")]
    [InlineData("!GetAtt Named.QueueName", "parcels")]
    [InlineData("!Ref Named", "https://sqs.⟨AWS::Region⟩.⟨AWS::URLSuffix⟩/⟨AWS::AccountId⟩/parcels")]
    [InlineData("!Ref Shelf", "example-shelf")]
    [InlineData("!Sub '${Shelf.Arn}/*'", "arn:⟨AWS::Partition⟩:s3:::example-shelf/*")]
    [InlineData("!GetAtt Stock.StreamArn", "arn:⟨AWS::Partition⟩:dynamodb:⟨AWS::Region⟩:⟨AWS::AccountId⟩:table/⟨Stock⟩/stream/⟨Stock.StreamLabel⟩")]
    [InlineData("!Ref News", "arn:⟨AWS::Partition⟩:sns:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨News⟩")]
    [InlineData("!GetAtt Hat.Arn", "arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:role/crew/⟨Hat⟩")]
    [InlineData("!GetAtt Asker.Arn", "arn:⟨AWS::Partition⟩:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Asker⟩")]
    [InlineData("!GetAtt Elsewhere.Thing", "⟨Elsewhere.Thing⟩")]
    [InlineData("!Ref Elsewhere", "⟨Elsewhere⟩")]
    public void An_expression_has_its_value(string expression, string expected) => Assert.Equal(expected, Read.Value(expression, Sections).Value);

    [Theory]
    [InlineData("plain", ValueOrigin.Literal, "plain")]
    [InlineData("!FindInMap [Sizes, live, Arch]", ValueOrigin.Literal, "arm64")]
    [InlineData("!Ref Given", ValueOrigin.Reference, "fallback")]
    [InlineData("!Ref Pile", ValueOrigin.ResourceName, "https://sqs.⟨AWS::Region⟩.⟨AWS::URLSuffix⟩/⟨AWS::AccountId⟩/⟨Pile⟩")]
    [InlineData("!Ref Hidden", ValueOrigin.NoEcho, "⟨Hidden⟩")]
    [InlineData("!Ref HiddenDefault", ValueOrigin.NoEcho, "changeme")]
    [InlineData("!Sub 'pre-${HiddenDefault}'", ValueOrigin.NoEcho, "pre-changeme")]
    [InlineData("'{{resolve:secretsmanager:example:SecretString:password}}'", ValueOrigin.DynamicReference, "{{resolve:secretsmanager:example:SecretString:password}}")]
    [InlineData("!Sub '{{resolve:ssm-secure:${Given}}}'", ValueOrigin.DynamicReference, "{{resolve:ssm-secure:fallback}}")]
    [InlineData("!If [Maybe, a, b]", ValueOrigin.Unknown, null)]
    [InlineData("!If [Both, a, b]", ValueOrigin.Unknown, null)]
    public void A_variable_knows_how_it_was_given(string expression, ValueOrigin origin, string? value)
    {
        var variable = Read.Value(expression, Sections);
        Assert.Equal((origin, value), (variable.Origin, variable.Value));
    }

    [Fact]
    public void Given_parameters_win_over_defaults_and_name_pseudo_parameters()
    {
        Assert.Equal("other", Read.Value("!Ref Given", Sections, ("Given", "other")).Value);
        Assert.Equal("b", Read.Value("!If [Yes, a, b]", Sections, ("Given", "other")).Value);
        Assert.Equal("a", Read.Value("!If [Maybe, a, b]", Sections, ("Open", "live")).Value);
        Assert.Equal("arn:⟨AWS::Partition⟩:sqs:eu-west-1:⟨AWS::AccountId⟩:parcels", Read.Value("!GetAtt Named.Arn", Sections, ("AWS::Region", "eu-west-1")).Value);
        Assert.Equal("⟨Looked⟩", Read.Value("!Ref Looked", Sections, ("Looked", "/other")).Value);
    }

    [Fact]
    public void The_same_open_choice_is_the_same_hole_wherever_it_stands()
    {
        var application = Read.Template("""
            Parameters: {Stage: {Type: String}}
            Conditions: {Live: !Equals [!Ref Stage, live]}
            Resources:
              One: {Type: AWS::S3::Bucket, Properties: {BucketName: !If [Live, shelf, shelf-test]}}
              Two: {Type: AWS::S3::Bucket, Properties: {BucketName: !If [Live, shelf, shelf-test]}}
              Three: {Type: AWS::S3::Bucket, Properties: {BucketName: !If [Live, rack, rack-test]}}
            """);
        Assert.Equal(application.Resource("One").Arn, application.Resource("Two").Arn);
        Assert.NotEqual(application.Resource("One").Arn, application.Resource("Three").Arn);
        Assert.DoesNotContain("shelf", application.Resource("One").Arn, StringComparison.Ordinal);
        Assert.Contains(application.Gaps, gap => gap.Message.Contains("'Live'", StringComparison.Ordinal));
    }

    [Fact]
    public void Resources_follow_their_conditions()
    {
        var application = Read.Template("""
            Parameters: {Stage: {Type: String, Default: live}, Open: {Type: String}}
            Conditions: {Test: !Equals [!Ref Stage, test], Live: !Equals [!Ref Stage, live], Maybe: !Equals [!Ref Open, x]}
            Resources:
              Out: {Type: AWS::Lambda::Function, Condition: Test, Properties: {}}
              In: {Type: AWS::Lambda::Function, Condition: Live, Properties: {}}
              Perhaps: {Type: AWS::Lambda::Function, Condition: Maybe, Properties: {}}
              Lost: {Type: AWS::Lambda::Function, Condition: Undefined, Properties: {}}
            """);
        Assert.Equal(["In", "Perhaps", "Lost"], application.Functions.Select(function => function.Id));
        Assert.Contains(application.Gaps, gap => gap.Message.Contains("'Perhaps'", StringComparison.Ordinal) && gap.Kind == GapKind.Unresolved);
        Assert.Contains(application.Gaps, gap => gap.Message.Contains("'Undefined'", StringComparison.Ordinal));
    }

    [Fact]
    public void Conditions_that_define_each_other_end_in_a_gap_that_names_them()
    {
        var application = Read.Template("""
            Conditions: {Heads: !Not [{Condition: Tails}], Tails: !Not [{Condition: Heads}]}
            Resources:
              Ping: {Type: AWS::Lambda::Function, Properties: {Runtime: !If [Heads, a, b]}}
            """);
        Assert.True(application.Function("Ping").Configuration.Runtime.IsUnknown);
        Assert.Contains(application.Gaps, gap => gap.Reason == "cyclic condition" && gap.Message.Contains("'Heads', 'Tails'", StringComparison.Ordinal));
    }

    [Fact]
    public void Resources_that_need_each_other_end_in_a_gap_that_names_them()
    {
        var application = Read.Template("""
            Resources:
              Ping: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {PEER: !GetAtt Pong.Arn}}}}
              Pong: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {PEER: !Sub '${Ping.Arn}'}}}}
              Alone: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {PEER: !GetAtt Ping.Arn}}}}
            """);
        var gap = Assert.Single(application.Gaps);
        Assert.Equal("Resources 'Ping', 'Pong' refer to each other, a cycle that cannot be deployed.", gap.Message);
    }

    [Fact]
    public void Names_that_are_built_from_each_other_end_in_a_gap()
    {
        var application = Read.Template("""
            Resources:
              One: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${Two}-x'}}
              Two: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${One}-x'}}
            """);
        Assert.Contains(application.Gaps, gap => gap.Message.Contains("'One', 'Two'", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AWS::Lambda::Alias", "FunctionName: !Ref Asker, Name: live", "arn:⟨AWS::Partition⟩:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Asker⟩:live")]
    [InlineData("AWS::Lambda::Version", "FunctionName: !GetAtt Asker.Arn", "arn:⟨AWS::Partition⟩:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨Asker⟩:⟨It.Version⟩")]
    [InlineData("AWS::Lambda::LayerVersion", "LayerName: tools", "arn:⟨AWS::Partition⟩:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:layer:tools:⟨It.Version⟩")]
    [InlineData("AWS::Kinesis::Stream", "Name: clicks", "arn:⟨AWS::Partition⟩:kinesis:⟨AWS::Region⟩:⟨AWS::AccountId⟩:stream/clicks")]
    [InlineData("AWS::Events::EventBus", "Name: orders", "arn:⟨AWS::Partition⟩:events:⟨AWS::Region⟩:⟨AWS::AccountId⟩:event-bus/orders")]
    [InlineData("AWS::Events::Rule", "EventBusName: orders", "arn:⟨AWS::Partition⟩:events:⟨AWS::Region⟩:⟨AWS::AccountId⟩:rule/orders/⟨It⟩")]
    [InlineData("AWS::Events::Rule", "Name: nightly", "arn:⟨AWS::Partition⟩:events:⟨AWS::Region⟩:⟨AWS::AccountId⟩:rule/nightly")]
    [InlineData("AWS::StepFunctions::StateMachine", "StateMachineName: flow", "arn:⟨AWS::Partition⟩:states:⟨AWS::Region⟩:⟨AWS::AccountId⟩:stateMachine:flow")]
    [InlineData("AWS::Logs::LogGroup", "LogGroupName: /x/y", "arn:⟨AWS::Partition⟩:logs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:log-group:/x/y:*")]
    [InlineData("AWS::KMS::Key", "", "arn:⟨AWS::Partition⟩:kms:⟨AWS::Region⟩:⟨AWS::AccountId⟩:key/⟨It⟩")]
    [InlineData("AWS::SecretsManager::Secret", "Name: example/db", "arn:⟨AWS::Partition⟩:secretsmanager:⟨AWS::Region⟩:⟨AWS::AccountId⟩:secret:example/db-⟨It.Suffix⟩")]
    [InlineData("AWS::SSM::Parameter", "Name: /example/host", "arn:⟨AWS::Partition⟩:ssm:⟨AWS::Region⟩:⟨AWS::AccountId⟩:parameter/example/host")]
    [InlineData("AWS::Cognito::UserPool", "", "arn:⟨AWS::Partition⟩:cognito-idp:⟨AWS::Region⟩:⟨AWS::AccountId⟩:userpool/⟨It⟩")]
    [InlineData("AWS::IAM::ManagedPolicy", "ManagedPolicyName: extra", "arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:policy/extra")]
    [InlineData("AWS::ApiGateway::RestApi", "", "arn:⟨AWS::Partition⟩:apigateway:⟨AWS::Region⟩::/restapis/⟨It⟩")]
    [InlineData("AWS::Serverless::SimpleTable", "TableName: stock", "arn:⟨AWS::Partition⟩:dynamodb:⟨AWS::Region⟩:⟨AWS::AccountId⟩:table/stock")]
    [InlineData("Example::Network::Ring", "Size: 3", "⟨It.Arn⟩")]
    public void A_resource_has_the_arn_of_its_type(string type, string properties, string arn) =>
        Assert.Equal(arn, Read.Template($$$"""
            Resources:
              Asker: {Type: AWS::Lambda::Function, Properties: {}}
              It: {Type: {{{type}}}, Properties: { {{{properties}}} } }
            """).Resource("It").Arn);

    [Fact]
    public void Resources_that_sam_makes_can_be_referred_to()
    {
        var application = Read.Sam("""
            Resources:
              Worker:
                Type: AWS::Serverless::Function
                Properties:
                  AutoPublishAlias: live
                  Events: {Clock: {Type: Schedule, Properties: {Schedule: rate(1 day)}}}
              Looker:
                Type: AWS::Serverless::Function
                Properties:
                  Environment:
                    Variables:
                      A: !GetAtt WorkerRole.Arn
                      B: !Ref Worker.Alias
                      C: !Ref WorkerAliaslive
                      D: !GetAtt WorkerClock.Arn
            """);
        const string Here = "⟨AWS::Region⟩:⟨AWS::AccountId⟩";
        Assert.Equal(
            ["arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:role/⟨WorkerRole⟩", $"arn:⟨AWS::Partition⟩:lambda:{Here}:function:⟨Worker⟩:live",
                $"arn:⟨AWS::Partition⟩:lambda:{Here}:function:⟨Worker⟩:live", $"arn:⟨AWS::Partition⟩:events:{Here}:rule/⟨WorkerClock⟩"],
            application.Function("Looker").Configuration.Environment.Select(variable => variable.Value));
        Assert.Equal("arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:role/⟨WorkerRole⟩", application.Function("Worker").Role!.Arn);
    }
}
