using System.Text.Json.Nodes;

namespace ServerlessSec.Templates;

public sealed class HostileTests
{
    private const string Base = """
        {"Transform": "AWS::Serverless-2016-10-31",
         "Parameters": {"P": {"Type": "String", "Default": "x"}, "L": {"Type": "CommaDelimitedList"}},
         "Conditions": {"C": {"Fn::Equals": [{"Ref": "P"}, "x"]}, "D": {"Fn::And": [{"Condition": "C"}, {"Fn::Not": [{"Condition": "C"}]}]}},
         "Mappings": {"M": {"a": {"b": "c"}}},
         "Globals": {"Function": {"Runtime": "python3.13", "Environment": {"Variables": {"A": {"Fn::FindInMap": ["M", "a", "b"]}}}, "Layers": [{"Ref": "Layer"}]}, "Api": {"Auth": {"DefaultAuthorizer": "AWS_IAM"}}},
         "Resources": {
          "Layer": {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "l/"}},
          "It": {"Type": "AWS::Serverless::Function", "Condition": "C", "Connectors": {"K": {"Properties": {"Destination": {"Id": "T"}, "Permissions": ["Read"]}}}, "Properties": {
           "FunctionUrlConfig": {"AuthType": {"Fn::If": ["C", "NONE", "AWS_IAM"]}}, "Tags": {"a": "b"}, "AutoPublishAlias": "live", "VpcConfig": {"SubnetIds": ["a"]},
           "DeadLetterQueue": {"Type": "SQS", "TargetArn": {"Fn::GetAtt": ["Q", "Arn"]}}, "LoggingConfig": {"LogGroup": {"Ref": "G"}},
           "EventInvokeConfig": {"DestinationConfig": {"OnFailure": {"Type": "SNS"}}},
           "Policies": ["AmazonS3FullAccess", {"S3ReadPolicy": {"BucketName": {"Ref": "B"}}}, {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": {"Fn::Sub": ["${x}/*", {"x": {"Fn::GetAtt": "B.Arn"}}]}}]}],
           "Events": {"S": {"Type": "S3", "Properties": {"Bucket": {"Ref": "B"}, "Events": ["a"], "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "p"}]}}}},
            "A": {"Type": "Api", "Properties": {"Path": "/a", "Method": "get", "RestApiId": {"Ref": "R"}, "Auth": {"Authorizer": "X"}}}, "H": {"Type": "HttpApi"},
            "N": {"Type": "SNS", "Properties": {"Topic": {"Ref": "N"}, "FilterPolicy": {"a": ["b"]}, "SqsSubscription": {"QueueArn": "arn:a", "BatchSize": 3}}},
            "Q": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Q", "Arn"]}, "FilterCriteria": {"Filters": [{"Pattern": "{}"}]}}},
            "M": {"Type": "MQ", "Properties": {"Broker": "arn:b", "SourceAccessConfigurations": [{"Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:x"}]}},
            "E": {"Type": "EventBridgeRule", "Properties": {"Pattern": {"a": ["b"]}, "EventBusName": "bus"}}}}},
          "R": {"Type": "AWS::Serverless::Api", "Properties": {"StageName": "x", "MethodSettings": [{"ResourcePath": "/*", "HttpMethod": "*", "ThrottlingRateLimit": 1}], "Auth": {"Authorizers": {"X": {"FunctionArn": {"Fn::GetAtt": ["It", "Arn"]}}}, "ResourcePolicy": {"IpRangeWhitelist": ["a"]}}, "DefinitionBody": {"paths": {"/a": {"get": {"security": [{"X": []}], "x-amazon-apigateway-integration": {"uri": {"Fn::Sub": "x/functions/${It.Arn}/invocations"}}}}}}}},
          "Q": {"Type": "AWS::SQS::Queue", "Properties": {"RedrivePolicy": {"deadLetterTargetArn": "a"}, "QueueName": {"Fn::Join": ["-", ["a", {"Ref": "P"}, {"Fn::Select": [0, {"Fn::Split": [",", {"Ref": "P"}]}]}]]}}},
          "B": {"Type": "AWS::S3::Bucket", "Properties": {"NotificationConfiguration": {"LambdaConfigurations": [{"Event": "a", "Function": {"Fn::GetAtt": ["F", "Arn"]}}], "EventBridgeConfiguration": {}}}},
          "N": {"Type": "AWS::SNS::Topic", "Properties": {"Subscription": [{"Protocol": "lambda", "Endpoint": {"Fn::GetAtt": ["F", "Arn"]}}]}},
          "T": {"Type": "AWS::Serverless::SimpleTable"}, "G": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 3}},
          "Role": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/x"], "Policies": [{"PolicyName": "p", "PolicyDocument": {"Statement": [{"Effect": "Allow"}]}}], "AssumeRolePolicyDocument": {"Statement": []}, "PermissionsBoundary": "arn:x"}},
          "Extra": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Role"}], "PolicyDocument": {"Statement": []}}},
          "F": {"Type": "AWS::Lambda::Function", "Properties": {"Role": {"Fn::GetAtt": ["Role", "Arn"]}, "Code": {"S3Bucket": "a", "S3Key": "b"}, "Tags": [{"Key": "a", "Value": "b"}]}},
          "Alias": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "F"}, "Name": "live"}},
          "Call": {"Type": "AWS::Lambda::Permission", "Properties": {"FunctionName": {"Ref": "Alias"}, "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com", "SourceArn": "arn:x"}},
          "Rule": {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": {"a": ["b"]}, "Targets": [{"Id": "a", "Arn": {"Fn::GetAtt": ["F", "Arn"]}}, {"Id": "b", "Arn": {"Fn::GetAtt": ["Q", "Arn"]}}]}},
          "Rest": {"Type": "AWS::ApiGateway::RestApi", "Properties": {"Policy": {"Statement": [{"Effect": "Allow", "Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": ["a"]}}}]}, "EndpointConfiguration": {"Types": ["REGIONAL"]}}},
          "Way": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Rest"}, "ParentId": {"Ref": "Way"}, "PathPart": "a"}},
          "Method": {"Type": "AWS::ApiGateway::Method", "Properties": {"RestApiId": {"Ref": "Rest"}, "ResourceId": {"Ref": "Way"}, "HttpMethod": "GET", "AuthorizationType": "NONE", "Integration": {"Type": "AWS_PROXY", "Uri": {"Fn::Sub": "x/functions/${F.Arn}/invocations"}}}},
          "Plan": {"Type": "AWS::ApiGateway::UsagePlan", "Properties": {"Throttle": {"RateLimit": 1}, "ApiStages": [{"ApiId": {"Ref": "Rest"}}]}},
          "Flow": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"Definition": {"States": {"A": {"Resource": {"Fn::GetAtt": ["F", "Arn"]}}}}, "DefinitionSubstitutions": {"a": {"Ref": "F"}}}}}}
        """;

    private static readonly string[] Odd =
    [
        "null", "{}", "[]", "\"\"", "\"x\"", "-1", "true", "[[]]", "[null]", "{\"\": {}}", "{\"Ref\": \"L\"}", "{\"Ref\": \"It\"}", "{\"Ref\": \"AWS::NoValue\"}",
        "{\"Ref\": []}", "{\"Ref\": null}",
        "{\"Fn::GetAtt\": []}", "{\"Fn::GetAtt\": [\"Q\"]}", "{\"Fn::GetAtt\": \"Q\"}", "{\"Fn::GetAtt\": [\"It\", {\"Ref\": \"P\"}]}", "{\"Fn::If\": []}",
        "{\"Fn::If\": [\"D\", {\"Ref\": \"AWS::NoValue\"}, []]}",
        "{\"Fn::If\": [\"None\", {\"a\": 1}, \"b\"]}", "{\"Fn::Join\": [[], []]}", "{\"Fn::Join\": [\"\", [[\"a\"], {}]]}", "{\"Fn::Sub\": []}", "{\"Fn::Sub\": \"${\"}",
        "{\"Fn::Sub\": \"${}${.}${a.}${!}\"}",
        "{\"Fn::Sub\": [\"${a}\", {\"a\": []}]}", "{\"Fn::Select\": [9, [1]]}", "{\"Fn::Select\": [\"x\", {}]}", "{\"Fn::Split\": [\"\", \"a\"]}", "{\"Fn::FindInMap\": [1, 2]}",
        "{\"Fn::Transform\": {\"Name\": \"M\"}}",
        "{\"Fn::Unheard\": {\"a\": []}}", "{\"Condition\": \"C\"}", "{\"Fn::Not\": []}", "{\"Fn::Equals\": [1]}", "{\"Fn::Length\": {\"Ref\": \"L\"}}",
        "{\"Fn::ToJsonString\": {\"a\": []}}", "\"arn:\"", "\"arn:a:b:c:d:e:f\"", "\":::\"", "\"⟨x\"",
    ];

    [Fact]
    public void Whatever_stands_in_any_place_is_read_or_refused()
    {
        TemplateReader.Read("t", Base);
        var (random, failures, read) = (new Random(7), new List<string>(), 0);
        for (var i = 0; i < 1_200; i++)
        {
            var root = JsonNode.Parse(Base)!;
            for (var changes = random.Next(1, 4); changes > 0; changes--) Change(root, random);
            var text = root.ToJsonString();
            try
            {
                TemplateReader.Read("t", text);
                read++;
            }
            catch (FormatException)
            {
                // A clear refusal is an answer.
            }
            catch (Exception bad)
            {
                failures.Add($"{bad.GetType().Name} {bad.StackTrace?.Split('\n')[0].Trim()}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures.Distinct().Take(20)));
        Assert.True(read > 1_000, $"only {read} were read");
    }

    [Fact]
    public void Broken_text_is_read_or_refused()
    {
        var (random, failures) = (new Random(11), new List<string>());
        for (var i = 0; i < 600; i++)
        {
            var text = Base.ToCharArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--) text[random.Next(text.Length)] = "{}[]:,\"'!&*#\n\t %@`|>-?\0é"[random.Next(24)];
            try
            {
                TemplateReader.Read("t", new string(text, 0, random.Next(4) == 0 ? random.Next(text.Length) : text.Length));
            }
            catch (FormatException)
            {
                // A clear refusal is an answer.
            }
            catch (Exception bad)
            {
                failures.Add($"{bad.GetType().Name} {bad.StackTrace?.Split('\n')[0].Trim()}");
            }
        }

        Assert.True(failures.Count == 0, string.Join('\n', failures.Distinct().Take(20)));
    }

    [Fact]
    public void Merged_sections_that_grow_end_in_a_limit_or_an_answer()
    {
        var text = new System.Text.StringBuilder("m0: &m0 {a: 1}\n");
        for (var i = 1; i < 2_000; i++) text.Append($"m{i}: &m{i} {{<<: *m{i - 1}, k{i}: 1}}\n");
        text.Append("Resources: {A: {Type: AWS::Lambda::Function, Properties: {X: *m1999}}}\n");
        Assert.Throws<LimitReachedException>(() => Read.Template(text.ToString()));
    }

    [Fact]
    public void Hundreds_of_conditions_in_a_row_are_evaluated()
    {
        var text = new System.Text.StringBuilder("Conditions:\n  C0: !Equals [a, a]\n");
        for (var i = 1; i < 500; i++) text.Append($"  C{i}: !And [!Condition C{i - 1}, !Equals [a, a]]\n");
        text.Append("Resources: {A: {Type: AWS::Lambda::Function, Condition: C499, Properties: {}}}\n");
        Assert.Empty(Read.Template(text.ToString()).Gaps);
    }

    private static void Change(JsonNode root, Random random)
    {
        var places = new List<(JsonNode Parent, string Key, int Index)>();
        Collect(root, places);
        var (parent, key, index) = places[random.Next(places.Count)];
        var odd = JsonNode.Parse(Odd[random.Next(Odd.Length)]);
        if (parent is JsonObject map) map[key] = odd;
        else ((JsonArray)parent)[index] = odd;
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, string Key, int Index)> places)
    {
        if (node is JsonObject map)
        {
            foreach (var (key, value) in map)
            {
                places.Add((map, key, 0));
                Collect(value, places);
            }
        }

        if (node is not JsonArray list) return;
        for (var i = 0; i < list.Count; i++)
        {
            places.Add((list, "", i));
            Collect(list[i], places);
        }
    }

    [Fact]
    public void Comments_to_the_scanner_are_bounded_and_cost_no_more_than_their_number()
    {
        var lines = string.Concat(Enumerable.Repeat("      # serverlesssec:ignore SLS1001 owner=a expires=2030-01-01 reason=x\n", 60_000));
        var application = Read.Template($"Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n{lines}      Runtime: nodejs22.x\n");
        Assert.Equal(5_000, application.Comments.Length);
        Assert.All(application.Comments, static comment => Assert.Equal("F", comment.ResourceId));
        Assert.Contains(application.Gaps, static gap => gap is { Kind: GapKind.Limit, Reason: "comment limit" });
    }

    /// <summary>On such text YamlDotNet's scanner gives tokens without end, or fails.</summary>
    [Theory]
    [InlineData("}}: b")]
    [InlineData("a: ]]: b\n  c: {d: x")]
    [InlineData("  P: {S: rate(1r, I:127\":unct}}\n  O: s:")]
    [InlineData("a: \"b")]
    public void Comments_are_read_to_the_end_of_the_document_that_is_read(string beyond)
    {
        var application = Read.Template($$"""
            Resources:
              # serverlesssec:ignore SLS1001 owner=me expires=2030-01-31 reason=x
              A: { Type: AWS::SQS::Queue }
            ---
            {{beyond}}
            # serverlesssec:ignore SLS1002 owner=me expires=2030-01-31 reason=x

            """);
        Assert.Equal("A", Assert.Single(application.Comments).ResourceId);
    }

    [Theory, InlineData("\r\n"), InlineData("\r"), InlineData("\u0085"), InlineData("\u2028")]
    public void Lines_end_as_they_do_in_YAML(string end)
    {
        string[] lines = ["Resources:", "  # serverlesssec:ignore SLS1001 owner=me expires=2030-01-31 reason=x", "  A: {Type: AWS::SQS::Queue}", ""];
        Assert.Equal("A", Assert.Single(Read.Template(string.Join(end, lines)).Comments).ResourceId);
    }

    [Fact]
    public void Comments_that_cannot_be_read_waive_nothing_and_say_so()
    {
        var application = Read.Template("Resources: #\n : 1\nP: {: []}\n#serverlesssec:\n\t");
        Assert.Empty(application.Comments);
        Assert.Contains(application.Gaps, static gap => gap is { Kind: GapKind.Unread, Reason: "comments" });
    }

    [Fact]
    public void Roles_of_elsewhere_are_not_looked_for_in_every_resource()
    {
        var functions = string.Concat(Enumerable.Range(0, 20_000).Select(static i =>
            $"  F{i}: {{Type: AWS::Lambda::Function, Properties: {{Role: 'arn:aws:iam::1:role/r{i}'}}}}\n"));
        Assert.Equal(20_000, Read.Template("Resources:\n" + functions).Functions.Length);
    }

    [Theory]
    [InlineData("---\nResources: {}\n")]
    [InlineData("---\n{ [\n")]
    [InlineData("...\n---\nx\n")]
    public void A_second_document_is_a_gap(string more)
    {
        const string Sound = "Resources:\n  F: {Type: AWS::Lambda::Function}\n";
        Assert.DoesNotContain(Read.Template(Sound + "...\n").Gaps, static gap => gap.Reason == "second document");
        var application = Read.Template(Sound + more);
        Assert.Single(application.Functions);
        Assert.Contains("line", Assert.Single(application.Gaps, static gap => gap.Reason == "second document").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_that_names_nothing_is_not_repeated()
    {
        var word = "Tr0ub4dor" + 3;
        var wrong = Assert.Throws<FormatException>(() => Read.Template($"Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{Password: *{word}}}}}\n"));
        Assert.DoesNotContain(word, wrong.Message, StringComparison.Ordinal);
        Assert.Contains("line 2", wrong.Message, StringComparison.Ordinal);
    }
}
