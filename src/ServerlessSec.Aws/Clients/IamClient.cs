using System.Globalization;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The IAM operations that the scanner calls (https://docs.aws.amazon.com/IAM/latest/APIReference/).</summary>
internal sealed class IamClient(AWSCredentials credentials, Action<ClientConfig> configure) : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service = new("IAM", "iam", "iam", "2010-05-08", IsGlobal: true);

    public async Task<RoleDescription> GetRoleAsync(string role, CancellationToken stop)
    {
        var element = (await QueryAsync("GetRole", [new("RoleName", role)], stop).ConfigureAwait(false)).Element("Role");
        return new(
            Value(element, "Arn") ?? "",
            Document(element, "AssumeRolePolicyDocument"),
            Value(element?.Element("PermissionsBoundary"), "PermissionsBoundaryArn"));
    }

    public async Task<string> GetRolePolicyAsync(string role, string policy, CancellationToken stop) => Document(
        await QueryAsync("GetRolePolicy", [new("RoleName", role), new("PolicyName", policy)], stop).ConfigureAwait(false), "PolicyDocument");

    /// <summary>The default version of a managed policy.</summary>
    public async Task<string> GetManagedPolicyAsync(string arn, CancellationToken stop)
    {
        var policy = await QueryAsync("GetPolicy", [new("PolicyArn", arn)], stop).ConfigureAwait(false);
        var version = Value(policy.Element("Policy"), "DefaultVersionId");
        var answer = await QueryAsync("GetPolicyVersion", [new("PolicyArn", arn), new("VersionId", version)], stop).ConfigureAwait(false);
        return Document(answer.Element("PolicyVersion"), "Document");
    }

    public IAsyncEnumerable<string> ListRolePoliciesAsync(string role, CancellationToken stop) => PagesAsync(
        "ListRolePolicies", role, static page => page.Element("PolicyNames")?.Elements("member").Select(static m => m.Value) ?? [], stop);

    public IAsyncEnumerable<AttachedPolicy> ListAttachedRolePoliciesAsync(string role, CancellationToken stop) => PagesAsync(
        "ListAttachedRolePolicies",
        role,
        static page => page.Element("AttachedPolicies")?.Elements("member")
            .Select(static m => new AttachedPolicy(Value(m, "PolicyName") ?? "", Value(m, "PolicyArn") ?? "")) ?? [],
        stop);

    private async IAsyncEnumerable<TItem> PagesAsync<TItem>(
        string operation, string role, Func<XElement, IEnumerable<TItem>> items, [EnumeratorCancellation] CancellationToken stop)
    {
        string? marker = null;
        do
        {
            KeyValuePair<string, string?>[] arguments =
                [new("RoleName", role), new("Marker", marker), new("MaxItems", 100.ToString(CultureInfo.InvariantCulture))];
            var page = await QueryAsync(operation, arguments, stop).ConfigureAwait(false);
            foreach (var item in items(page)) yield return item;
            marker = Value(page, "IsTruncated") == "true" ? Value(page, "Marker") : null;
        }
        while (marker is not null);
    }

    private static string? Value(XElement? parent, string name) => parent?.Element(name)?.Value;

    /// <summary>Policy documents come percent-encoded (RFC 3986).</summary>
    private static string Document(XElement? parent, string name) => Uri.UnescapeDataString(Value(parent, name) ?? "");
}

internal sealed record RoleDescription(string Arn, string TrustPolicy, string? BoundaryArn);

internal sealed record AttachedPolicy(string Name, string Arn);
