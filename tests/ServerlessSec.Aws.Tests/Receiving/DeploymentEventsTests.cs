using System.Text.Json;

namespace ServerlessSec.Aws.Receiving;

/// <summary>Events as nobody recorded them; the recorded ones are read beside the template whose rules take them.</summary>
public sealed class DeploymentEventsTests
{
    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"id":"1"}""")]
    [InlineData("""{"detail":{}}""")]
    [InlineData("""{"id":1,"detail":{}}""")]
    [InlineData("""{"id":"1","detail":"text"}""")]
    public void What_is_no_event_is_refused(string json) => Assert.Throws<UnreadableMessageException>(() => Read(json));

    [Theory]
    [InlineData("""{"id":"1","detail":{}}""")]
    [InlineData("""{"id":"1","detail-type":"Scheduled Event","detail":{}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"ecs.amazonaws.com","eventName":"TagResource","requestParameters":{"resourceArn":"arn:aws:ecs:eu-central-1:1:service/function"}}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"lambda.amazonaws.com","eventName":"UpdateFunctionCode20150331v2","requestParameters":null,"responseElements":null}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"lambda.amazonaws.com","eventName":"UpdateFunctionCode20150331v2","requestParameters":{"functionName":{"a":1}}}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"lambda.amazonaws.com","eventName":"UpdateFunctionCode20150331v2","errorCode":"AccessDenied","requestParameters":{"functionName":"checkout"}}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"lambda.amazonaws.com","eventName":"DeleteLayerVersion20181031","requestParameters":{"layerName":":::"}}}""")]
    [InlineData("""{"id":"1","detail-type":"CloudFormation Resource Status Change","detail":{"resource-type":"AWS::Lambda::LayerVersion","physical-resource-id":"","status-details":{"status":"CREATE_COMPLETE"}}}""")]
    [InlineData("""{"id":"1","detail-type":"CloudFormation Resource Status Change","detail":{"resource-type":"AWS::Lambda::Permission","physical-resource-id":"shop-Permission-1X2Y","status-details":{"status":"CREATE_COMPLETE"}}}""")]
    [InlineData("""{"id":"1","detail-type":"CloudFormation Resource Status Change","detail":{"resource-type":"AWS::Lambda::EventSourceMapping","physical-resource-id":"a1b2","status-details":{"status":"CREATE_COMPLETE"}}}""")]
    [InlineData("""{"id":"1","detail-type":"CloudFormation Resource Status Change","detail":{"resource-type":"AWS::IAM::Policy","physical-resource-id":"shop-Poli-1X2Y","status-details":{"status":"CREATE_COMPLETE"}}}""")]
    [InlineData("""{"id":"1","detail-type":"CloudFormation Resource Status Change","detail":{"resource-type":"AWS::Lambda::Function","physical-resource-id":"checkout","status-details":{"status":"UPDATE_IN_PROGRESS"}}}""")]
    [InlineData("""{"id":"1","detail-type":"CloudFormation Resource Status Change","detail":{"resource-type":"AWS::Lambda::Function","physical-resource-id":7,"status-details":[]}}""")]
    public void What_names_nothing_that_is_scanned_is_an_empty_hint(string json) => Assert.True(Read(json).IsEmpty);

    [Fact]
    public void A_mapping_update_takes_the_function_from_the_response() => Assert.Equal(["checkout"], Read("""
        {"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"lambda.amazonaws.com","eventName":"UpdateEventSourceMapping20150331",
        "requestParameters":{"uUID":"a1b2"},"responseElements":{"uUID":"a1b2","functionArn":"arn:aws:lambda:eu-central-1:1:function:checkout:live"}}}
        """).Functions);

    [Fact]
    public void A_tag_on_a_mapping_names_no_function() => Assert.True(Read("""
        {"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"lambda.amazonaws.com","eventName":"TagResource20170331v2",
        "requestParameters":{"resource":"arn:aws:lambda:eu-central-1:1:event-source-mapping:a1b2"}}}
        """).IsEmpty);

    [Fact]
    public void Attaching_a_policy_changes_the_role_and_not_everybody_who_has_the_policy()
    {
        var hint = Read("""
            {"id":"1","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"iam.amazonaws.com","eventName":"AttachRolePolicy",
            "requestParameters":{"roleName":"checkout-role","policyArn":"arn:aws:iam::aws:policy/AdministratorAccess"}}}
            """);
        Assert.Equal(["checkout-role"], hint.Roles);
        Assert.Empty(hint.Policies);
    }

    private static DeploymentHint Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return DeploymentEvents.Read(document.RootElement);
    }
}
