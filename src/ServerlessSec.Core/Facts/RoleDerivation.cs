using System.Collections.Immutable;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>Asks the policy engine what a role amounts to.</summary>
internal static class RoleDerivation
{
    public static RoleFacts Derive(ExecutionRole role, PolicyReader policies)
    {
        ImmutableArray<PolicyDocument> identity = [.. role.Policies.Select(p => policies.Read(p, Evidence.ExecutionRole))];
        var boundary = role.Boundary is { } bound ? policies.Read(bound, Evidence.ExecutionRole) : null;
        var permissions = new RolePermissions(identity, boundary);
        return new()
        {
            Id = role.Id,
            Arn = role.Arn,
            Location = role.Location,
            Policies = identity,
            Boundary = boundary,
            IsComplete = permissions.IsComplete,
            Administrator = [.. permissions.Administrator().Select(Grant)],
            ServiceWide = [.. permissions.ServiceWide().Select(Grant)],
            SensitiveOnAll = [.. permissions.SensitiveOnAll().Select(Grant)],
        };
    }

    private static RoleGrant Grant(PermissionGrant grant) =>
        new(grant.Statement.Policy, grant.Actions, grant.Resources, grant.Conditional, grant.Statement.Location)
        {
            OnAll = grant.OnAll,
            Harmless = grant.Harmless,
        };
}
