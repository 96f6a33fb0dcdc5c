using System.Text;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates;

public sealed class TreeTests
{
    private const string Yaml = """
        Parameters:
          Stage: {Type: String, Default: live}
        Resources:
          Desk:
            Type: AWS::SQS::Queue
          Clerk:
            Type: AWS::Lambda::Function
            Properties:
              Runtime: python3.13
              Handler: app.handler
              MemorySize: 512
              Role: !Sub arn:aws:iam::${AWS::AccountId}:role/${Stage}
              Environment:
                Variables: {QUEUE: !GetAtt Desk.Arn, ON: true, STAGE: !Ref Stage}
              Layers: [!Sub 'arn:aws:lambda:${AWS::Region}:123456789012:layer:tools:3']
        """;

    private const string Json = """
        {
        	"Parameters": {"Stage": {"Type": "String", "Default": "live"}},
        	"Resources": {
        		"Desk": {"Type": "AWS::SQS::Queue"},
        		"Clerk": {
        			"Type": "AWS::Lambda::Function",
        			"Properties": {
        				"Runtime": "python3.13",
        				"Handler": "app.handler",
        				"MemorySize": 512,
        				"Role": {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/${Stage}"},
        				"Environment": {"Variables": {"QUEUE": {"Fn::GetAtt": ["Desk", "Arn"]}, "ON": true, "STAGE": {"Ref": "Stage"}}},
        				"Layers": [{"Fn::Sub": "arn:aws:lambda:${AWS::Region}:123456789012:layer:tools:3"}]
        			}
        		}
        	}
        }
        """;

    [Fact]
    public void Yaml_and_json_say_the_same()
    {
        var (yaml, json) = (Shown(Read.Template(Yaml)), Shown(Read.Template(Json)));
        Assert.Equal(yaml, json);
        Assert.Equal(yaml, Shown(Read.Template("\uFEFF" + Json)));
        Assert.Equal(yaml, Shown(Read.Template("\uFEFF" + Yaml)));
        Assert.Equal(yaml, Shown(TemplateReader.Read("t", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Yaml)).ToArray())));
        Assert.Equal(yaml, Shown(Read.Template(Yaml.ReplaceLineEndings("\r\n"))));

        static string Shown(ApplicationSnapshot application)
        {
            var (function, c) = (application.Function("Clerk"), application.Function("Clerk").Configuration);
            return string.Join('|', c.Runtime.Value, c.Handler.Value, c.MemorySize.Value, function.Role!.Arn, function.Package.Layers[0].Arn,
                string.Join(',', c.Environment.Select(variable => $"{variable.Name}={variable.Value}/{variable.Origin}")));
        }
    }

    [Fact]
    public void Every_value_has_its_line_and_path()
    {
        var yaml = Read.Template(Yaml).Function("Clerk");
        Assert.Equal(new SourceLocation("template.yaml", 6, 3, "Resources.Clerk"), yaml.Location);
        Assert.Equal(new SourceLocation("template.yaml", 9, 7, "Resources.Clerk.Properties.Runtime"), yaml.Configuration.Runtime.Location);
        Assert.Equal(new SourceLocation("template.yaml", 14, 46, "Resources.Clerk.Properties.Environment.Variables.ON"), yaml.Configuration.Environment[1].Location);
        var json = Read.Template(Json).Function("Clerk");
        Assert.Equal(new SourceLocation("template.yaml", 8, 5, "Resources.Clerk.Properties.Runtime"), json.Configuration.Runtime.Location);
    }

    [Fact]
    public void Merged_keys_give_way_to_those_that_stand_there()
    {
        var application = Read.Sam("""
            Resources:
              First:
                Type: AWS::Serverless::Function
                Properties: &base
                  Runtime: python3.13
                  Tracing: Active
                  FunctionUrlConfig: {AuthType: NONE}
              Second:
                Type: AWS::Serverless::Function
                Properties:
                  <<: *base
                  FunctionUrlConfig: {AuthType: AWS_IAM}
              Third:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionUrlConfig: {AuthType: AWS_IAM}
                  <<: [{Runtime: nodejs22.x}, *base]
            """);
        Assert.Equal("AWS_IAM", application.Function("Second").Url!.AuthType.Value);
        Assert.Equal("Active", application.Function("Second").Configuration.Tracing.Value);
        Assert.Equal(("nodejs22.x", "AWS_IAM"), (application.Function("Third").Configuration.Runtime.Value, application.Function("Third").Url!.AuthType.Value));
        Assert.Empty(application.Gaps);
    }

    [Theory]
    [InlineData("Resources:\n  A: {Type: AWS::Lambda::Function}\n  A: {Type: AWS::Lambda::Function}\n", "Logical id 'A' is given more than once (line 3)")]
    [InlineData("{\"Resources\": {\"A\": {\"Type\": \"AWS::Lambda::Function\"},\n\"A\": {\"Type\": \"AWS::Lambda::Function\"}}}",
        "Logical id 'A' is given more than once (line 2)")]
    [InlineData("Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties: {Timeout: 3, Timeout: 4}\n", "Key 'Timeout' is given twice in one mapping (line 4)")]
    [InlineData("Resources:\n  A: {Type: AWS::Lambda::Function}\n  B: {Properties: {}}\n", "'B' (line 3) has no Type")]
    public void What_is_given_twice_or_amiss_is_a_gap(string text, string message)
    {
        var application = Read.Template(text);
        Assert.Single(application.Functions);
        Assert.Contains(application.Gaps, gap => gap.Message.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   \n# only a comment\n")]
    [InlineData("just text")]
    [InlineData("- a\n- list\n")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("Resources:\n")]
    [InlineData("Resources: []\n")]
    [InlineData("AWSTemplateFormatVersion: '2010-09-09'\n")]
    [InlineData("a: b: c\n  d")]
    [InlineData("Resources: {A: {Type: AWS::Lambda::Function}")]
    [InlineData("Resources: &a\n  A: *a\n")]
    [InlineData("Resources: &a [*a]\n")]
    [InlineData("Resources: *nowhere\n")]
    [InlineData("Resources:\n  ? [a, b]\n  : c\n")]
    [InlineData("Resources:\n  A:\n    <<: text\n")]
    [InlineData("PK\u0003\u0004\0\0binary")]
    [InlineData("{\"Resources\": ")]
    public void What_is_no_template_is_refused(string text)
    {
        var bad = Assert.Throws<FormatException>(() => Read.Template(text));
        Assert.Contains("'template.yaml'", bad.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var bytes = Enumerable.Range(0, 4096).Select(i => (byte)((i * 167) ^ (i >> 3))).ToArray();
        Assert.Throws<FormatException>(() => TemplateReader.Read("template.yaml", bytes));
        Assert.Throws<FormatException>(() => TemplateReader.Read("template.yaml", ReadOnlyMemory<byte>.Empty));
    }

    [Fact]
    public void Alias_bombs_end_in_a_limit()
    {
        var text = new StringBuilder("x0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var i = 1; i < 30; i++) text.Append($"x{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        text.Append("Resources: {A: {Type: AWS::Lambda::Function, Properties: {Layers: *a29}}}\n");
        Assert.Throws<LimitReachedException>(() => Read.Template(text.ToString()));
    }

    [Fact]
    public void Bombs_of_text_end_in_a_limit()
    {
        var text = new StringBuilder($"x0: &a0 '{new string('a', 10_000)}'\n");
        for (var i = 1; i < 5; i++) text.Append($"x{i}: &a{i} !Join ['', [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]]\n");
        text.Append("Resources: {A: {Type: AWS::Lambda::Function, Properties: {Environment: {Variables: {V: *a4}}}}}\n");
        Assert.Throws<LimitReachedException>(() => Read.Template(text.ToString()));
    }

    [Theory]
    [InlineData("{a: ", "}")]
    [InlineData("[", "]")]
    [InlineData("!Join ['', [", "]]")]
    public void Endless_nesting_ends_in_a_limit(string open, string close)
    {
        foreach (var depth in new[] { 5_000, 100_000 })
        {
            var text = "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties: " + string.Concat(Enumerable.Repeat(open, depth)) + "x"
                + string.Concat(Enumerable.Repeat(close, depth));
            Assert.Throws<LimitReachedException>(() => Read.Template(text));
        }
    }

    [Theory]
    [InlineData("!Join ['', [a, ", "]]")]
    [InlineData("{'Fn::Join': ['', [a, ", "]]}")]
    [InlineData("!If [Yes, ", ", b]")]
    public void Three_hundred_functions_inside_one_another_are_resolved_on_any_stack(string open, string close)
    {
        var text = "Conditions: {Yes: !Equals [a, a]}\nResources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties: {Environment: {Variables: {V: "
            + string.Concat(Enumerable.Repeat(open, 300)) + "x" + string.Concat(Enumerable.Repeat(close, 300)) + "}}}";
        string? value = null;
        Exception? bad = null;
        var thread = new Thread(() => bad = Record.Exception(() => value = Read.Template(text).Function("A").Configuration.Environment[0].Value), maxStackSize: 1536 * 1024);
        thread.Start();
        thread.Join();
        Assert.Null(bad);
        Assert.Equal(open.Contains("If", StringComparison.Ordinal) ? "x" : new string('a', 300) + "x", value);
    }

    [Fact]
    public void Brackets_of_ours_in_a_template_are_no_holes() =>
        Assert.Equal("‹Desk›", Read.Value("'⟨Desk⟩'").Value);

    [Fact]
    public void Blank_lines_before_a_block_of_text_are_no_fault()
    {
        var value = Read.Value("!Sub |\n         \n              text ${AWS::Region}");
        Assert.EndsWith("text ⟨AWS::Region⟩\n", value.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_large_a_file_is_refused_before_it_is_parsed() =>
        Assert.Throws<LimitReachedException>(() => TemplateReader.Read("t", Encoding.UTF8.GetBytes(Yaml), new TemplateOptions { Limits = new() { ManifestBytes = 100 } }));
}
