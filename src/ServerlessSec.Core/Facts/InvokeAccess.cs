using System.Collections.Immutable;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>Who may invoke a function: its resource policies and URL, weighed together.</summary>
internal sealed record InvokeAccess(UrlFacts? Url, ImmutableArray<UrlFacts> AliasUrls, ImmutableArray<InvokeGrant> Grants)
{
    public static InvokeAccess Derive(FunctionSnapshot function, PolicyReader policies)
    {
        var analysis = new ResourcePolicyAnalysis([.. function.ResourcePolicies.Select(p => policies.Read(p, Evidence.ResourcePolicy))]);
        return new(
            function.Url is { } own ? Of(own) : null,
            [.. function.AliasUrls.Select(Of)],
            [.. analysis.Grants().Select(Grant)]);

        UrlFacts Of(FunctionUrl url) => new(url.AuthType, analysis.UrlReach(url.AuthType, url.Qualifier), url.AuthType.Location ?? url.Location);
    }

    private static InvokeGrant Grant(ResourceGrant grant) => new()
    {
        Sid = grant.Sid,
        Principal = grant.Principal.Value,
        Actions = grant.Actions,
        Reach = grant.Reach,
        UrlOnly = grant.UrlOnly,
        IsService = grant.IsService,
        Source = grant.Source,
        Location = grant.Statement.Location,
    };
}
