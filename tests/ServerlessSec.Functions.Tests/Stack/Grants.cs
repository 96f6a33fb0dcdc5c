using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ServerlessSec.Functions.Stack;

/// <summary>One statement of a role; resources as one would write them in a template: <c>Queue.Arn</c>, <c>${Bucket.Arn}/*</c>.</summary>
internal sealed record Grant(string Role, string Sid, ImmutableArray<string> Actions, ImmutableArray<string> Resources, JsonNode? Condition, string? When);

internal static class Grants
{
    /// <summary>Every statement of every role, those of policies attached to several roles once for each.</summary>
    public static IEnumerable<Grant> All()
    {
        foreach (var role in StackTemplate.OfType("AWS::IAM::Role"))
        {
            foreach (var policy in role["Policies"]!.AsArray())
            {
                foreach (var grant in Of(role.Id, policy!["PolicyDocument"]!, null)) yield return grant;
            }
        }

        foreach (var policy in StackTemplate.OfType("AWS::IAM::Policy"))
        {
            foreach (var role in policy["Roles"]!.AsArray())
            {
                foreach (var grant in Of(StackTemplate.Target(role)!, policy["PolicyDocument"]!, policy.Condition)) yield return grant;
            }
        }
    }

    private static IEnumerable<Grant> Of(string role, JsonNode document, string? when)
    {
        foreach (var statement in document["Statement"]!.AsArray().Select(static s => s!.AsObject()))
        {
            if (statement["Effect"]!.GetValue<string>() != "Allow") continue;
            yield return new(
                role, statement["Sid"]!.GetValue<string>(), [.. Many(statement["Action"]!).Select(static a => a!.GetValue<string>())],
                [.. Many(statement["Resource"]!).Select(static r => Written(r!))], statement["Condition"], when);
        }
    }

    private static JsonNode?[] Many(JsonNode node) => node is JsonArray list ? [.. list] : [node];

    private static string Written(JsonNode resource) => resource switch
    {
        JsonObject map when map["Ref"] is { } id => id.GetValue<string>(),
        JsonObject map when map["Fn::GetAtt"] is JsonArray path => string.Join('.', path.Select(static p => p!.GetValue<string>())),
        JsonObject map when map["Fn::Sub"] is JsonValue text => text.GetValue<string>(),
        JsonValue text => text.GetValue<string>(),
        _ => throw new NotSupportedException($"'{resource.ToJsonString()}' is no resource that can be written down"),
    };
}
