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
        var (describing, writing, attaching) = (
            Attempt.CallAsync("iam:GetRole", () => iam.GetRoleAsync(name, stop)),
            Attempt.CallAsync("iam:ListRolePolicies, iam:GetRolePolicy", () => InlineAsync(name, stop)),
            Attempt.CallAsync("iam:ListAttachedRolePolicies", () => AttachedAsync(name, stop)));
        await Task.WhenAll(describing, writing, attaching).ConfigureAwait(false);
        var (described, inline, attached) = (describing.Result, writing.Result, attaching.Result);
        if (described.Value is not { } role) return (empty, described.Denied ?? "the role does not exist");
        if (inline.Value is null) return (empty, inline.Denied ?? "the role's policies are gone");
        if (attached.Value is null) return (empty, attached.Denied ?? "the role's policies are gone");

        var policies = inline.Value.ToImmutableArray();
        var documents = await Task.WhenAll(attached.Value.Select(policy => ManagedAsync(policy.Arn, stop))).ConfigureAwait(false);
        foreach (var (policy, document) in attached.Value.Zip(documents))
        {
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
        var reading = new List<Task<PolicySnapshot>>();
        await foreach (var name in iam.ListRolePoliciesAsync(role, stop).ConfigureAwait(false)) reading.Add(ReadAsync(name));
        return [.. await Task.WhenAll(reading).ConfigureAwait(false)];

        async Task<PolicySnapshot> ReadAsync(string name) =>
            new() { Kind = PolicyKind.Inline, Name = name, Json = await iam.GetRolePolicyAsync(role, name, stop).ConfigureAwait(false) };
    }

    private async Task<List<AttachedPolicy>> AttachedAsync(string role, CancellationToken stop)
    {
        var policies = new List<AttachedPolicy>();
        await foreach (var policy in iam.ListAttachedRolePoliciesAsync(role, stop).ConfigureAwait(false)) policies.Add(policy);
        return policies;
    }
}
