using System.Collections.Immutable;
using Amazon.Runtime;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Iam;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Examining;

/// <summary>Whether Security Hub is there, and whether the scanner's role may tell it anything.</summary>
internal sealed class HubLooks(ExaminingClients clients, ImmutableDictionary<string, string> resources, Owner application)
{
    private const string Import = "securityhub:BatchImportFindings";

    public IEnumerable<Look> All =>
    [
        new("Security Hub", "securityhub:DescribeHub", HubAsync),
        new("Import permission", "iam:GetRole, iam:ListRolePolicies, iam:GetRolePolicy and iam:ListAttachedRolePolicies", ImportAsync),
    ];

    private async Task<Diagnosis> HubAsync(CancellationToken stop)
    {
        try
        {
            await clients.Hub.DescribeHubAsync(stop).ConfigureAwait(false);
            return Diagnosis.Ok("It is on.");
        }
        catch (AmazonServiceException off) when (off.ErrorCode == "InvalidAccessException" || Attempt.IsAbsent(off))
        {
            return Diagnosis.Fail(
                $"It is off in {application.Region}: findings wait in the table.", $"aws securityhub enable-security-hub --region {application.Region}; what waits is then told by itself.");
        }
    }

    private async Task<Diagnosis> ImportAsync(CancellationToken stop)
    {
        if (!resources.TryGetValue("PublishFindingsRole", out var name)) return Diagnosis.Fail("The stack has no role for PublishFindings.", "Deploy the stack again.");
        var (role, missing) = await new RoleCollector(clients.Iam).CollectAsync(name, stop).ConfigureAwait(false);
        if (missing is not null)
        {
            var lacks = string.Join(", ", PermissionLook.Actions(missing));
            return Diagnosis.Unchecked($"It was not looked at: {missing}.", "Ask for the permission to read the role.") with { Lacks = lacks };
        }

        var product = $"arn:{application.Partition}:securityhub:{application.Region}:{application.Account}:product/{application.Account}/default";
        RolePermissions permissions;
        try
        {
            permissions = new([.. role.Policies.Select(Parse)], role.Boundary is { } boundary ? Parse(boundary) : null);
        }
        catch (FormatException malformed)
        {
            return Diagnosis.Unchecked($"A policy of {name} could not be understood: {malformed.Message}.", "Look at the role's policies.");
        }

        return permissions.Allows(Import, product) switch
        {
            Verdict.Allowed => Diagnosis.Ok($"{name} may use {Import}, as far as its policies say."),
            Verdict.Conditional or Verdict.Unknown => Diagnosis.Warn($"Whether {name} may use {Import} depends on a condition.", "Look at the role's policies and boundary."),
            _ => Diagnosis.Fail($"{name} may not use {Import} on {product}.", "Deploy the stack again, and let PermissionsBoundaryArn, where it is set, allow the action."),
        };
    }

    private static PolicyDocument Parse(PolicySnapshot policy) => PolicyParser.Parse(policy, ScanLimits.Default);
}
