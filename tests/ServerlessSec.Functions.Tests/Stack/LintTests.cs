using System.Text.Json.Nodes;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Stack;

/// <summary>What AWS's own tools say of the template.</summary>
public sealed class LintTests
{
    [Fact]
    public void The_linter_of_CloudFormation_has_nothing_to_say_in_any_partition()
    {
        if (!Command.Exists("cfn-lint")) Requires.Lack("emulator", "cfn-lint is not there: pip install cfn-lint");
        var (code, output) = Command.Run("cfn-lint", "--template", Repository.Path("template.yaml"), "--regions", "us-east-1", "eu-central-1", "us-gov-west-1", "cn-north-1");
        Assert.True(code == 0 && output.Trim().Length == 0, output);
    }

    [Fact]
    public void The_template_holds_no_order_to_the_linter_to_be_quiet() =>
        Assert.DoesNotContain("cfn-lint", File.ReadAllText(Repository.Path("template.yaml")), StringComparison.Ordinal);

    [Fact]
    public void AWS_expands_the_template_to_one_resource_of_each_kind_that_was_asked_for()
    {
        if (!Command.Exists("python3") || Command.Run("python3", "-c", "import samtranslator").Code != 0)
            Requires.Lack("emulator", "the SAM translator is not there: pip install aws-sam-translator");
        var file = Path.GetTempFileName();
        try
        {
            var (code, output) = Command.Run("python3", Repository.Path("tests/ServerlessSec.EmulatedCloud/transform.py"), Repository.Path("template.yaml"), file);
            Assert.True(code == 0, output);
            var resources = JsonNode.Parse(File.ReadAllText(file))!["Resources"]!.AsObject().Select(static r => new Resource(r.Key, r.Value!.AsObject())).ToList();
            Assert.Equal(7, resources.Count(static r => r.Type == "AWS::Lambda::Function"));
            Assert.Equal(7, resources.Count(static r => r.Type == "AWS::Lambda::EventSourceMapping"));
            // Nothing is generated that the template did not name: no role, no permission.
            Assert.Equal(StackTemplate.OfType("AWS::IAM::Role").Count(), resources.Count(static r => r.Type == "AWS::IAM::Role"));
            Assert.DoesNotContain(resources, static r => r.Type.StartsWith("AWS::Serverless::", StringComparison.Ordinal));
            Assert.All(resources.Where(static r => r.Type == "AWS::Lambda::EventSourceMapping"), static r => Assert.Equal("IsScanner", r.Condition));
            Assert.All(resources.Where(static r => r.Type == "AWS::Lambda::Function"), static r => Assert.Equal("x86_64", r["Architectures"]![0]!.GetValue<string>()));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
