namespace ServerlessSec.Aws.Receiving;

public sealed class FunctionNameTests
{
    [Theory]
    [InlineData("checkout", "checkout")]
    [InlineData("checkout:live", "checkout")]
    [InlineData("checkout:$LATEST", "checkout")]
    [InlineData("123456789012:function:checkout", "checkout")]
    [InlineData("123456789012:function:checkout:7", "checkout")]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:function:checkout", "checkout")]
    [InlineData("arn:aws-cn:lambda:cn-north-1:123456789012:function:checkout:live", "checkout")]
    [InlineData("function", "function")]
    [InlineData("function:live", "function")]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:function:function", "function")]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:event-source-mapping:a1b2", null)]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:layer:function:1", null)]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:function:", null)]
    [InlineData("arn:aws:sqs:eu-central-1:123456789012:function", null)]
    [InlineData("shop|check", null)]
    [InlineData("with space", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void The_unqualified_name_is_read_from_every_form(string? text, string? name) => Assert.Equal(name, FunctionName.Unqualified(text));

    [Theory]
    [InlineData("shared", "arn:aws:lambda:eu-central-1:123456789012:layer:shared")]
    [InlineData("arn:aws:lambda:eu-central-1:210987654321:layer:shared", "arn:aws:lambda:eu-central-1:210987654321:layer:shared")]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:layer:shared:12", "arn:aws:lambda:eu-central-1:123456789012:layer:shared")]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:function:shared", null)]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:layer:", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_layer_is_named_by_its_ARN_without_version(string? text, string? arn) => Assert.Equal(arn, LayerName.Unversioned(text, "123456789012", "eu-central-1"));

    [Theory, InlineData("cn-north-1", "aws-cn"), InlineData("us-gov-west-1", "aws-us-gov"), InlineData("us-east-1", "aws")]
    public void A_layer_named_without_an_owner_is_of_the_partition_of_its_Region(string region, string partition) =>
        Assert.Equal($"arn:{partition}:lambda:{region}:1:layer:shared", LayerName.Unversioned("shared", "1", region));
}
