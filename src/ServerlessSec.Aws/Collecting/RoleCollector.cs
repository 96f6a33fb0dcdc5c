using System.Collections.Concurrent;
using System.Collections.Immutable;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>An execution role with all its policies; managed policies are read once a collector, unless reading failed.</summary>
internal sealed class RoleCollector(IamClient iam)
{
    private readonly ConcurrentDictionary<string, Attempt<string>> managed = new(StringComparer.Ordinal);

    /// <summary>The role, or the reason why it could not be seen whole.</summary>
    public async Task<(ExecutionRole Role, string? Missing)> CollectAsync(string arn, CancellationToken stop)
    {
        var name = arn[(arn.LastIndexOf('/') + 1)..];
        var empty = new ExecutionRole { Id = name, Arn = arn };
        var described = await Attempt.CallAsync("iam:GetRole", () => iam.GetRoleAsync(name, stop)).ConfigureAwait(false);
        if (described.Value is not { } role) return (empty, described.Denied ?? "the role does not exist");

        var inline = await Attempt.CallAsync("iam:ListRolePolicies, iam:GetRolePolicy", () => InlineAsync(name, stop)).ConfigureAwait(false);
        if (inline.Value is null) return (empty, inline.Denied ?? "the role's policies are gone");
        var attached = await Attempt.CallAsync("iam:ListAttachedRolePolicies", () => AttachedAsync(name, stop)).ConfigureAwait(false);
        if (attached.Value is null) return (empty, attached.Denied ?? "the role's policies are gone");

        var policies = inline.Value.ToImmutableArray();
        foreach (var policy in attached.Value)
        {
            var document = await ManagedAsync(policy.Arn, stop).ConfigureAwait(false);
            if (document.Denied is not null) return (empty, document.Denied);
            policies = policies.Add(new() { Kind = KindOf(policy.Arn), Name = policy.Name, Arn = policy.Arn, Json = document.Value });
        }

        PolicySnapshot? boundary = null;
        if (role.BoundaryArn is { } boundaryArn)
        {
            var document = await ManagedAsync(boundaryArn, stop).ConfigureAwait(false);
            if (document.Denied is not null) return (empty, document.Denied);
            boundary = new() { Kind = PolicyKind.Boundary, Name = boundaryArn[(boundaryArn.LastIndexOf('/') + 1)..], Arn = boundaryArn, Json = document.Value };
        }

        var trust = new PolicySnapshot { Kind = PolicyKind.Trust, Name = "trust", Json = role.TrustPolicy };
        return (new() { Id = name, Arn = role.Arn, Policies = policies, Boundary = boundary, Trust = trust }, null);
    }

    private static PolicyKind KindOf(string arn) =>
        arn.Contains(":iam::aws:policy/", StringComparison.Ordinal) ? PolicyKind.AwsManaged : PolicyKind.CustomerManaged;

    private async Task<Attempt<string>> ManagedAsync(string arn, CancellationToken stop)
    {
        if (managed.TryGetValue(arn, out var known)) return known;
        var read = await Attempt.CallAsync("iam:GetPolicy, iam:GetPolicyVersion", () => iam.GetManagedPolicyAsync(arn, stop)).ConfigureAwait(false);
        return managed[arn] = read;
    }

    private async Task<List<PolicySnapshot>> InlineAsync(string role, CancellationToken stop)
    {
        var policies = new List<PolicySnapshot>();
        await foreach (var name in iam.ListRolePoliciesAsync(role, stop).ConfigureAwait(false))
        {
            var document = await iam.GetRolePolicyAsync(role, name, stop).ConfigureAwait(false);
            policies.Add(new() { Kind = PolicyKind.Inline, Name = name, Json = document });
        }

        return policies;
    }

    private async Task<List<AttachedPolicy>> AttachedAsync(string role, CancellationToken stop)
    {
        var policies = new List<AttachedPolicy>();
        await foreach (var policy in iam.ListAttachedRolePoliciesAsync(role, stop).ConfigureAwait(false)) policies.Add(policy);
        return policies;
    }
}
