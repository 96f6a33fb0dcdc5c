using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>One call to AWS: who, what, on what, and what else is known about it.</summary>
public sealed record AccessRequest
{
    /// <summary>An ARN, a service such as <c>s3.amazonaws.com</c>, or null for a caller without credentials.</summary>
    public required string? Principal { get; init; }

    public required string Action { get; init; }

    public required string Resource { get; init; }

    /// <summary>The action knows no resources.</summary>
    public bool HasNoResource { get; init; }

    /// <summary>The account that owns the resource.</summary>
    public required string ResourceAccount { get; init; }

    public RequestContext Context { get; init; } = RequestContext.Open;
}

/// <summary>Weighs identity policies, boundary and resource policy against one another, as IAM does: the way to compare
/// the engine with decisions known from elsewhere. Rules ask <see cref="PermissionQuestions"/>.</summary>
public static class Access
{
    public static Verdict Decide(
        AccessRequest request,
        ImmutableArray<PolicyDocument> identity,
        PolicyDocument? boundary,
        PolicyDocument? resourcePolicy)
    {
        // IAM: this call needs no permission, and policies cannot take it away.
        if (request.Action.Equals("sts:GetCallerIdentity", StringComparison.OrdinalIgnoreCase)) return Verdict.Allowed;

        var caller = Caller.Of(request);
        var action = ActionPattern.Parse(request.Action);
        var whole = request.HasNoResource ? ArnPattern.Nothing : ArnPattern.Parse(request.Resource);
        ImmutableArray<PolicyDocument> all = resourcePolicy is null ? identity : [.. identity, resourcePolicy];
        return RolePermissions.Targets(all, action, whole, caller.Context)
            .Max(resource => Decide(request, caller, identity, boundary, resourcePolicy, action, resource));
    }

    private static Verdict Decide(
        AccessRequest request,
        Caller caller,
        ImmutableArray<PolicyDocument> identity,
        PolicyDocument? boundary,
        PolicyDocument? resourcePolicy,
        ActionPattern action,
        ArnPattern resource)
    {
        var own = RolePermissions.Judge(identity, action, resource, caller.Context);
        var bounds = boundary is null ? Verdict.Allowed : RolePermissions.Judge([boundary], action, resource, caller.Context);
        var open = resourcePolicy is null ? [] : JudgeResource(resourcePolicy, caller, action, resource);

        if (own == Verdict.Denied || bounds == Verdict.Denied || open.Any(static grant => grant.Verdict == Verdict.Denied))
            return Verdict.Denied;
        if (Reserved.IsRefused(request)) return Verdict.ImplicitlyDenied;
        var within = RolePermissions.Within(own, bounds);
        return caller.Account == request.ResourceAccount
            ? SameAccount(request, caller, own, within, bounds, open)
            : OtherAccount(caller, within, open);
    }

    private static Verdict SameAccount(AccessRequest request, Caller caller, Verdict own, Verdict within, Verdict bounds, List<Grant> open)
    {
        var trusting = Reserved.NeedsResourcePolicy(request);
        var account = Best(open, PrincipalMatch.Account);
        if (trusting && account == Verdict.ImplicitlyDenied && own != Verdict.ImplicitlyDenied) account = Best(open, PrincipalMatch.Any);

        // IAM: what a resource policy gives to a session or user by name needs nothing else; given to a role, its boundary still holds.
        var byName = Most(Best(open, PrincipalMatch.Session), Best(open, PrincipalMatch.Any));
        var byRole = Best(open, PrincipalMatch.Role);
        var direct = caller.IsSession ? Most(byName, RolePermissions.Within(byRole, bounds)) : Most(byName, byRole);
        return Most(direct, trusting ? RolePermissions.Within(within, account) : within);
    }

    private static Verdict OtherAccount(Caller caller, Verdict within, List<Grant> open)
    {
        var granted = open.Select(static grant => grant.Verdict).DefaultIfEmpty(Verdict.ImplicitlyDenied).Max();
        return caller.Account is null ? granted : RolePermissions.Within(within, granted);
    }

    private sealed record Grant(PrincipalMatch By, Verdict Verdict);

    private static List<Grant> JudgeResource(PolicyDocument policy, Caller caller, ActionPattern action, ArnPattern resource)
    {
        Applies deny = Applies.No;
        var allows = new List<(PrincipalMatch By, Applies Applies)>();
        foreach (var statement in policy.Statements)
        {
            var (by, sure) = caller.Matches(statement);
            if (by == PrincipalMatch.None) continue;
            var applies = StatementMatch.To(statement, action, resource, caller.Context);
            if (sure != Match.Yes && applies == Applies.Yes) applies = Applies.Unknown;
            if (statement.Allow) allows.Add((by, applies));
            else if (applies > deny) deny = applies;
        }

        if (!policy.IsComplete) allows.Add((PrincipalMatch.Any, Applies.Unknown));
        if (deny == Applies.Yes) return [new(PrincipalMatch.Any, Verdict.Denied)];
        return [.. allows.Select(allow => new Grant(allow.By, RolePermissions.Combine(allow.Applies, deny)))];
    }

    private static Verdict Best(List<Grant> open, PrincipalMatch by) =>
        open.Where(grant => grant.By == by).Select(static grant => grant.Verdict).DefaultIfEmpty(Verdict.ImplicitlyDenied).Max();

    private static Verdict Most(Verdict left, Verdict right) => left > right ? left : right;
}

/// <summary>By what a statement's principal means a caller.</summary>
internal enum PrincipalMatch
{
    None,
    Account,
    Role,

    /// <summary>The session or user itself.</summary>
    Session,
    Any,
}

/// <summary>Who calls, under every name that a policy may use.</summary>
internal sealed record Caller(string? Principal, string? Session, string? Account, RequestContext Context)
{
    public bool IsSession => Session is not null;

    public static Caller Of(AccessRequest request)
    {
        if (request.Principal is null) return new(null, null, null, request.Context);
        var parts = ArnPattern.SplitOutsideHoles(request.Principal);
        if (parts.Count < 6) return new(request.Principal, null, null, request.Context);

        // A session `…:assumed-role/NAME/SESSION` acts for the role NAME, whatever the role's path is.
        var resource = parts[5].Split('/');
        if (parts[2] != "sts" || resource is not ["assumed-role", var name, _])
            return new(request.Principal, null, parts[4], request.Context);
        return new($"arn:{parts[1]}:iam::{parts[4]}:role/{name}", request.Principal, parts[4], request.Context);
    }

    public (PrincipalMatch By, Match Sure) Matches(PolicyStatement statement)
    {
        // A statement of a resource policy that names nobody concerns nobody.
        if (statement.Principals.IsEmpty) return (PrincipalMatch.None, Match.No);
        var best = statement.Principals.Select(One).MaxBy(static one => (one.Sure, one.By));
        if (!statement.NotPrincipal) return best;
        return best.Sure switch
        {
            Match.No => (PrincipalMatch.Any, Match.Yes),
            Match.Maybe => (PrincipalMatch.Any, Match.Maybe),
            _ => (PrincipalMatch.None, Match.No),
        };
    }

    private (PrincipalMatch By, Match Sure) One(PolicyPrincipal principal)
    {
        if (principal.Type == "*" || principal is { Type: "AWS", Value: "*" }) return (PrincipalMatch.Any, Match.Yes);
        if (Principal is null) return (PrincipalMatch.None, Match.No);
        if (principal.Type == "AWS" && Account is null) return (PrincipalMatch.None, Match.No);
        if (Session is not null && Same(principal.Value, Session) is > Match.No and var session) return (PrincipalMatch.Session, session);
        if (SameRole(principal.Value) is > Match.No and var self)
        {
            return (Principal.Contains(":role/", StringComparison.Ordinal) ? PrincipalMatch.Role : PrincipalMatch.Session, self);
        }

        if (principal.Type != "AWS") return (PrincipalMatch.None, Match.No);
        var partition = ArnPattern.SplitOutsideHoles(Principal)[1];
        return Same(principal.Value, $"arn:{partition}:iam::{Account}:root") is > Match.No and var root
            ? (PrincipalMatch.Account, root)
            : (PrincipalMatch.None, Match.No);
    }

    // A session does not tell its role's path.
    private Match SameRole(string value)
    {
        if (Session is null || !value.Contains(":role/", StringComparison.Ordinal)) return Same(value, Principal!);
        return Same(
            string.Concat(value.AsSpan(0, value.IndexOf(":role/", StringComparison.Ordinal) + 6), value.AsSpan(value.LastIndexOf('/') + 1)),
            Principal!);
    }

    private static Match Same(string left, string right) =>
        left == right ? Match.Yes : Text.IsExact(left) && Text.IsExact(right) ? Match.No : ArnPattern.Overlaps(left, right);
}

/// <summary>Where AWS itself has the last word, whatever policies say.</summary>
internal static class Reserved
{
    /// <summary>Keys and roles trust only whom their own policy names, the owner's account included.</summary>
    public static bool NeedsResourcePolicy(AccessRequest request)
    {
        var resource = ArnPattern.SplitOutsideHoles(request.Resource);
        if (resource.Count < 6) return false;
        return (resource[2] == "kms" && resource[5].StartsWith("key/", StringComparison.Ordinal))
            || (request.Action.StartsWith("sts:AssumeRole", StringComparison.OrdinalIgnoreCase)
                && resource[5].StartsWith("role/", StringComparison.Ordinal));
    }

    public static bool IsRefused(AccessRequest request)
    {
        var resource = request.Resource;
        if (resource.Contains(":role/aws-reserved/", StringComparison.Ordinal)) return !Reads(request.Action, "iam");
        if (resource.Contains(":iam::aws:policy/", StringComparison.Ordinal))
            return !Reads(request.Action, "iam") && !Attaches(request.Action);
        return resource.Contains(":alias/aws/", StringComparison.Ordinal) && !Reads(request.Action, "kms");
    }

    private static bool Reads(string action, string service) =>
        action.StartsWith(service + ":", StringComparison.OrdinalIgnoreCase)
        && (action.AsSpan(service.Length + 1) is var name)
        && (name.StartsWith("Get", StringComparison.OrdinalIgnoreCase) || name.StartsWith("List", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Generate", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("Simulate", StringComparison.OrdinalIgnoreCase));

    private static bool Attaches(string action) =>
        action.Contains("Attach", StringComparison.OrdinalIgnoreCase) || action.Contains("Detach", StringComparison.OrdinalIgnoreCase);
}
