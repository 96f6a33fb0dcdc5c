using System.Text.Json;

namespace ServerlessSec.Templates;

public sealed class PermissionTests
{
    [Theory]
    [InlineData("Principal: s3.amazonaws.com, SourceArn: 'arn:aws:s3:::x', SourceAccount: !Ref AWS::AccountId", "{\"Service\":\"s3.amazonaws.com\"}",
        "{\"StringEquals\":{\"AWS:SourceAccount\":\"⟨AWS::AccountId⟩\"},\"ArnLike\":{\"AWS:SourceArn\":\"arn:aws:s3:::x\"}}")]
    [InlineData("Principal: '*'", "\"*\"", null)]
    [InlineData("Principal: '*', PrincipalOrgID: o-a1b2c3d4e5", "\"*\"", "{\"StringEquals\":{\"aws:PrincipalOrgID\":\"o-a1b2c3d4e5\"}}")]
    [InlineData("Principal: '*', FunctionUrlAuthType: NONE", "\"*\"", "{\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}}")]
    [InlineData("Principal: '*', InvokedViaFunctionUrl: true", "\"*\"", "{\"Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}}")]
    [InlineData("Principal: '123456789012'", "{\"AWS\":\"arn:⟨AWS::Partition⟩:iam::123456789012:root\"}", null)]
    [InlineData("Principal: !Ref AWS::AccountId", "{\"AWS\":\"arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:root\"}", null)]
    [InlineData("Principal: 'arn:aws:iam::123456789012:role/x'", "{\"AWS\":\"arn:aws:iam::123456789012:role/x\"}", null)]
    [InlineData("Principal: !Sub 'logs.${AWS::Region}.amazonaws.com'", "{\"Service\":\"logs.⟨AWS::Region⟩.amazonaws.com\"}", null)]
    public void A_permission_is_the_statement_that_lambda_writes(string properties, string principal, string? condition)
    {
        var policy = Assert.Single(Read.Template($$$"""
            Resources:
              It: {Type: AWS::Lambda::Function, Properties: {}}
              Call: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref It, Action: 'lambda:InvokeFunction', {{{properties}}} } }
            """).Function("It").ResourcePolicies);
        using var document = JsonDocument.Parse(policy.Json!);
        var statement = document.RootElement.GetProperty("Statement")[0];
        Assert.Equal(("Call", "Allow", "lambda:InvokeFunction"),
            (statement.GetProperty("Sid").GetString(), statement.GetProperty("Effect").GetString(), statement.GetProperty("Action").GetString()));
        Assert.Equal(principal, statement.GetProperty("Principal").GetRawText());
        Assert.Equal(condition, statement.TryGetProperty("Condition", out var found) ? found.GetRawText() : null);
        Assert.Equal("Resources.Call", policy.StatementLocations[0].Property);
        Assert.Equal(3, policy.StatementLocations[0].Line);
    }

    [Theory]
    [InlineData("!Ref It", "default")]
    [InlineData("!GetAtt It.Arn", "default")]
    [InlineData("it", "default")]
    [InlineData("function:it", "default")]
    [InlineData("123456789012:function:it", "default")]
    [InlineData("arn:aws:lambda:eu-west-1:123456789012:function:it:live", "live")]
    [InlineData("it:7", "7")]
    [InlineData("!Ref Live", "live")]
    [InlineData("!Sub '${It.Arn}:live'", "live")]
    public void A_function_is_found_by_any_name_of_it(string reference, string qualifier)
    {
        var policy = Assert.Single(Read.Template($$$"""
            Resources:
              It: {Type: AWS::Lambda::Function, Properties: {FunctionName: it}}
              Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref It, Name: live}}
              Call: {Type: AWS::Lambda::Permission, Properties: {FunctionName: {{{reference}}}, Action: 'lambda:InvokeFunction', Principal: '*'} }
            """).Function("It").ResourcePolicies);
        Assert.Equal(qualifier, policy.Name);
    }

    [Fact]
    public void Sam_opens_a_url_without_authentication_and_no_other()
    {
        var application = Read.Sam("""
            Resources:
              Open: {Type: AWS::Serverless::Function, Properties: {FunctionUrlConfig: {AuthType: NONE}}}
              Published: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live, FunctionUrlConfig: {AuthType: NONE}}}
              Signed: {Type: AWS::Serverless::Function, Properties: {FunctionUrlConfig: {AuthType: AWS_IAM}}}
              Bare: {Type: AWS::Lambda::Function, Properties: {}}
              BareUrl: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !GetAtt Bare.Arn, AuthType: NONE}}
            """);
        using var document = JsonDocument.Parse(Assert.Single(application.Function("Open").ResourcePolicies).Json!);
        Assert.Equal(
            ["lambda:InvokeFunctionUrl {\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}}",
                "lambda:InvokeFunction {\"Bool\":{\"lambda:InvokedViaFunctionUrl\":\"true\"}}"],
            document.RootElement.GetProperty("Statement").EnumerateArray()
                .Select(statement => $"{statement.GetProperty("Action").GetString()} {statement.GetProperty("Condition").GetRawText()}"));
        Assert.Equal("live", Assert.Single(application.Function("Published").ResourcePolicies).Name);
        Assert.Empty(application.Function("Signed").ResourcePolicies);
        Assert.True(application.Function("Bare").Url!.AuthType.Is("NONE"));
        Assert.Empty(application.Function("Bare").ResourcePolicies);
    }
}
