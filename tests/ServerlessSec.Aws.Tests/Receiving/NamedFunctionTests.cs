namespace ServerlessSec.Aws.Receiving;

public sealed class NamedFunctionTests
{
    [Theory]
    [InlineData("checkout", "checkout", null, null, null)]
    [InlineData("checkout:live", "checkout", "live", null, null)]
    [InlineData("checkout:7", "checkout", "7", null, null)]
    [InlineData("checkout:$LATEST", "checkout", "$LATEST", null, null)]
    [InlineData("checkout:function", "checkout", "function", null, null)]
    [InlineData("function:live", "function", "live", null, null)]
    [InlineData("123456789012:function:checkout", "checkout", null, "123456789012", null)]
    [InlineData("123456789012:function:checkout:live", "checkout", "live", "123456789012", null)]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:function:checkout", "checkout", null, "123456789012", "eu-central-1")]
    [InlineData("arn:aws-cn:lambda:cn-north-1:123456789012:function:checkout:12", "checkout", "12", "123456789012", "cn-north-1")]
    public void Every_form_says_what_it_says(string text, string name, string? qualifier, string? account, string? region) =>
        Assert.Equal(new NamedFunction(name, qualifier, account, region), NamedFunction.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("checkout:a b")]
    [InlineData("checkout:")]
    [InlineData("a:b:c:d:e")]
    [InlineData("arn:aws:s3:::bucket")]
    [InlineData("arn:aws:lambda:eu-central-1:123456789012:layer:shared:1")]
    [InlineData("../checkout")]
    public void What_names_no_function_is_refused(string text) => Assert.Throws<FormatException>(() => NamedFunction.Parse(text));
}
