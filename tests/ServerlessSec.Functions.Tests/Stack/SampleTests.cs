using System.Text.Json;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Stack;

/// <summary>The recorded events, read as the deployed scanner reads them.</summary>
public sealed class SampleTests
{
    private const string Layer = "layer arn:aws:lambda:eu-central-1:123456789012:layer:shared";
    private const string Policy = "policy arn:aws:iam::123456789012:policy/team/orders";

    [Theory]
    [InlineData("AddLayerVersionPermission", Layer)]
    [InlineData("AddPermission20150331v2", "function checkout")]
    [InlineData("AttachRolePolicy", "role checkout-role")]
    [InlineData("CreateAlias20150331", "function checkout")]
    [InlineData("CreateEventSourceMapping20150331", "function checkout")]
    [InlineData("CreateFunction20150331", "function checkout")]
    [InlineData("CreateFunctionUrlConfig", "function checkout")]
    [InlineData("CreatePolicyVersion", Policy)]
    [InlineData("CreateRole", "role checkout-role")]
    [InlineData("DeleteAlias20150331", "function checkout")]
    [InlineData("DeleteEventSourceMapping20150331", "function checkout")]
    [InlineData("DeleteFunction20150331", "function checkout")]
    [InlineData("DeleteFunctionConcurrency20171031", "function checkout")]
    [InlineData("DeleteFunctionUrlConfig", "function checkout")]
    [InlineData("DeleteLayerVersion20181031", Layer)]
    [InlineData("DeletePolicyVersion", Policy)]
    [InlineData("DeleteRole", "role checkout-role")]
    [InlineData("DeleteRolePermissionsBoundary", "role checkout-role")]
    [InlineData("DeleteRolePolicy", "role checkout-role")]
    [InlineData("DetachRolePolicy", "role checkout-role")]
    [InlineData("PublishLayerVersion20181031", Layer)]
    [InlineData("PublishVersion20150331", "function checkout")]
    [InlineData("PutFunctionCodeSigningConfig", "function checkout")]
    [InlineData("PutFunctionConcurrency20171031", "function checkout")]
    [InlineData("PutFunctionEventInvokeConfig", "function checkout")]
    [InlineData("PutFunctionRecursionConfig", "function checkout")]
    [InlineData("PutRolePermissionsBoundary", "role checkout-role")]
    [InlineData("PutRolePolicy", "role checkout-role")]
    [InlineData("PutRuntimeManagementConfig", "function checkout")]
    [InlineData("RemoveLayerVersionPermission", Layer)]
    [InlineData("RemovePermission20150331v2", "function checkout")]
    [InlineData("SetDefaultPolicyVersion", Policy)]
    [InlineData("Stack-Alias", "function checkout")]
    [InlineData("Stack-EventInvokeConfig", "function checkout")]
    [InlineData("Stack-Function", "function shop-Checkout-8QzYxYtX1a2b")]
    [InlineData("Stack-FunctionGone", "function shop-Checkout-8QzYxYtX1a2b")]
    [InlineData("Stack-LayerVersion", Layer)]
    [InlineData("Stack-ManagedPolicy", Policy)]
    [InlineData("Stack-Permission", "function checkout")]
    [InlineData("Stack-Role", "role shop-CheckoutRole-1A2B3C")]
    [InlineData("Stack-RolePolicy", "role shop-CheckoutRole-1A2B3C")]
    [InlineData("Stack-Url", "function checkout")]
    [InlineData("Stack-Version", "function checkout")]
    [InlineData("TagResource20170331v2", "function checkout")]
    [InlineData("UntagResource20170331v2", "function checkout")]
    [InlineData("UpdateAlias20150331", "function checkout")]
    [InlineData("UpdateAssumeRolePolicy", "role checkout-role")]
    [InlineData("UpdateEventSourceMapping20150331", "function checkout")]
    [InlineData("UpdateFunctionCode20150331v2", "function checkout")]
    [InlineData("UpdateFunctionConfiguration20150331v2", "function checkout")]
    [InlineData("UpdateFunctionUrlConfig", "function checkout")]
    public void An_event_says_what_to_look_at(string sample, string expected)
    {
        var hint = Read($"events/deployments/{sample}.json");
        string[] said =
        [
            .. hint.Functions.Select(static f => $"function {f}"), .. hint.Roles.Select(static r => $"role {r}"),
            .. hint.Policies.Select(static p => $"policy {p}"), .. hint.Layers.Select(static l => $"layer {l}"),
        ];
        Assert.Equal([expected], said);
        Assert.Equal("123456789012", hint.Account);
        Assert.Equal(hint.IsEventuallyConsistent, expected.StartsWith("role", StringComparison.Ordinal) || expected.StartsWith("policy", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_sample_is_read_by_the_test_above()
    {
        var read = typeof(SampleTests).GetMethod(nameof(An_event_says_what_to_look_at))!.GetCustomAttributes(typeof(InlineDataAttribute), false)
            .Select(static a => (string)((InlineDataAttribute)a).Data[0]!).Order(StringComparer.Ordinal);
        Assert.Equal(Directory.GetFiles(Repository.Path("events/deployments")).Select(static f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal), read);
    }

    [Fact]
    public void Every_sample_has_an_event_id_of_its_own() =>
        Assert.Distinct(Directory.GetFiles(Repository.Path("events/deployments")).Select(static f => Read(f).EventId));

    [Fact]
    public void The_message_to_ReceiveDeployment_holds_a_deployment_event()
    {
        using var invocation = JsonDocument.Parse(File.ReadAllText(Repository.Path("events/ReceiveDeployment.json")));
        using var body = JsonDocument.Parse(invocation.RootElement.GetProperty("Records")[0].GetProperty("body").GetString()!);
        Assert.Equal(["checkout"], DeploymentEvents.Read(body.RootElement).Functions);
    }

    private static DeploymentHint Read(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Repository.Path(file)));
        return DeploymentEvents.Read(json.RootElement);
    }
}
