using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Aws.Receiving;

/// <summary>
/// Reads EventBridge events that may open or close a problem: CloudTrail's record of Lambda and IAM calls
/// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html) and CloudFormation's
/// resource status changes (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/eventbridge-resource-status-change.html).
/// </summary>
public static class DeploymentEvents
{
    /// <summary>The hint an event gives; empty where it concerns nothing that is scanned.</summary>
    /// <exception cref="UnreadableMessageException">It is no EventBridge event.</exception>
    public static DeploymentHint Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || Child(root, "detail") is not { ValueKind: JsonValueKind.Object } detail)
            throw new UnreadableMessageException("it is no EventBridge event: 'detail' is missing");

        var hint = new DeploymentHint
        {
            EventId = Text(root, "id") ?? throw new UnreadableMessageException("it is no EventBridge event: 'id' is missing"),
            Time = DateTimeOffset.TryParse(Text(root, "time"), System.Globalization.CultureInfo.InvariantCulture, out var time) ? time : default,
            Account = Text(root, "account") ?? Text(detail, "recipientAccountId") ?? "",
            Region = Text(detail, "awsRegion") ?? Text(root, "region") ?? "",
            Cause = Text(detail, "eventName") ?? Text(detail, "resource-type") ?? "",
        };
        return Text(root, "detail-type") switch
        {
            "AWS API Call via CloudTrail" when Text(detail, "errorCode") is null => Call(hint, detail),
            "CloudFormation Resource Status Change" => Status(hint, detail),
            _ => hint,
        };
    }

    private static DeploymentHint Call(DeploymentHint hint, JsonElement detail)
    {
        var request = Child(detail, "requestParameters");
        var response = Child(detail, "responseElements");
        return Text(detail, "eventSource") switch
        {
            "lambda.amazonaws.com" => hint with { Functions = FunctionsOf(request, response), Layers = LayersOf(hint, request, response) },
            // Attaching names role and policy, and changes the role alone.
            "iam.amazonaws.com" when Text(request, "roleName") is { } role => hint with { Roles = One(role) },
            "iam.amazonaws.com" => hint with { Policies = One(Text(request, "policyArn")) },
            _ => hint,
        };
    }

    /// <summary>
    /// Mapping updates carry a UUID in the request and the function's ARN in the response only; tag calls name a resource
    /// of any kind by its ARN.
    /// </summary>
    private static ImmutableArray<string> FunctionsOf(JsonElement? request, JsonElement? response)
    {
        string?[] candidates =
        [
            Text(request, "functionName"),
            Text(Child(Child(request, "fullyQualifiedArn"), "relativeId"), "functionName"),
            Text(response, "functionArn"),
            Text(response, "functionName"),
            Text(request, "resource"),
        ];
        return One(candidates.Select(FunctionName.Unqualified).FirstOrDefault(static name => name is not null));
    }

    private static ImmutableArray<string> LayersOf(DeploymentHint hint, JsonElement? request, JsonElement? response) =>
        !hint.Cause.Contains("Layer", StringComparison.Ordinal)
            ? []
            : One(LayerName.Unversioned(Text(response, "layerArn") ?? Text(request, "layerName"), hint.Account, hint.Region));

    /// <summary>
    /// The event has the physical id alone: of a resource known by two properties both, parted by a bar; of a mapping and
    /// an inline policy (<c>AWS::IAM::Policy</c>) an id that names neither function nor role.
    /// </summary>
    private static DeploymentHint Status(DeploymentHint hint, JsonElement detail)
    {
        var status = Text(Child(detail, "status-details"), "status") ?? "";
        if (!status.EndsWith("_COMPLETE", StringComparison.Ordinal)) return hint;
        var id = Text(detail, "physical-resource-id") ?? "";
        var parts = id.Split('|');
        return Text(detail, "resource-type") switch
        {
            "AWS::Lambda::Function" or "AWS::Lambda::Url" or "AWS::Lambda::Alias" or "AWS::Lambda::Version" => hint with { Functions = One(FunctionName.Unqualified(id)) },
            "AWS::Lambda::Permission" or "AWS::Lambda::EventInvokeConfig" when parts.Length == 2 => hint with { Functions = One(FunctionName.Unqualified(parts[0])) },
            "AWS::Lambda::LayerVersion" => hint with { Layers = One(LayerName.Unversioned(id, hint.Account, hint.Region)) },
            "AWS::IAM::Role" => hint with { Roles = One(id) },
            "AWS::IAM::RolePolicy" when parts.Length == 2 => hint with { Roles = One(parts[1]) },
            "AWS::IAM::ManagedPolicy" => hint with { Policies = One(id) },
            _ => hint,
        };
    }

    private static ImmutableArray<string> One(string? value) => string.IsNullOrEmpty(value) ? [] : [value];

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } element && element.TryGetProperty(name, out var child) ? child : null;

    private static string? Text(JsonElement? parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.String } child ? child.GetString() : null;
}
