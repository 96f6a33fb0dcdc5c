using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>Asks the policy engine what a role amounts to.</summary>
internal static class RoleDerivation
{
    public static RoleFacts Derive(ExecutionRole role, PolicyReader policies)
    {
        var identity = role.Policies.Select(p => policies.Read(p, Evidence.ExecutionRole)).ToArray();
        var boundary = role.Boundary is { } bound ? policies.Read(bound, Evidence.ExecutionRole) : null;
        var permissions = new RolePermissions([.. identity], boundary);
        return new()
        {
            Id = role.Id,
            Arn = role.Arn,
            Location = role.Location,
            Policies = permissions.Identity,
            Boundary = boundary,
            IsComplete = permissions.IsComplete,
        };
    }
}
