using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ServerlessSec.Iam;

/// <summary>What one statement gives that is worth a finding.</summary>
public sealed record PermissionGrant
{
    public required PolicyStatement Statement { get; init; }

    /// <summary>The actions that offend, sorted: as written, or those of the table that the statement gives.</summary>
    public required ImmutableArray<string> Actions { get; init; }

    /// <summary>As written, sorted; of a <c>NotResource</c> each with that word before it.</summary>
    public required ImmutableArray<string> Resources { get; init; }

    /// <summary>A condition, or a boundary that is only known at deployment, narrows the grant.</summary>
    public bool Conditional { get; init; }

    /// <summary>Of a service-wide grant: the service's prefix, or <c>*</c> for nearly all of them.</summary>
    public string? Service { get; init; }

    /// <summary>The resources are all that there are of the kind.</summary>
    public bool OnAll { get; init; }

    /// <summary>Nothing is read, changed or destroyed that matters to others: traces, or logs of groups named.</summary>
    public bool Harmless { get; init; }
}

/// <summary>The questions that rules ask of a role. Denials without a condition and the boundary are taken into account.</summary>
public static class PermissionQuestions
{
    /// <summary>Whoever may do one of these on everything may do everything.</summary>
    private static readonly ImmutableArray<SensitiveAction> Escalations =
    [
        SensitiveActions.Find("iam:AttachRolePolicy")!,
        SensitiveActions.Find("iam:PutRolePolicy")!,
        SensitiveActions.Find("iam:CreatePolicyVersion")!,
        SensitiveActions.Find("iam:AttachUserPolicy")!,
        SensitiveActions.Find("iam:PutUserPolicy")!,
        SensitiveActions.Find("iam:CreateAccessKey")!,
    ];

    private static readonly FrozenSet<string> HarmlessServices = FrozenSet.Create(
        "xray", "ec2messages", "ssmmessages", "rum", "appconfigdata");

    private static readonly FrozenSet<string> HarmlessOnTheirOwn = FrozenSet.Create("logs", "execute-api");

    /// <summary>Statements that give every action on every resource, or all but a few that do not matter.</summary>
    public static ImmutableArray<PermissionGrant> Administrator(this RolePermissions role) =>
        [.. Allows(role)
            .Where(one => IsBroad(one.Statement) && Escalations.Any(action => GivesOnAll(role, one.Statement, action)))
            .Select(one => Describe(role, one))];

    /// <summary>Statements that give every action of a service, those of <see cref="Administrator"/> left out; one
    /// grant per service.</summary>
    public static ImmutableArray<PermissionGrant> ServiceWide(this RolePermissions role)
    {
        var administrators = role.Administrator().Select(static grant => grant.Statement).ToHashSet(ReferenceEqualityComparer.Instance);
        return [.. Allows(role).Where(one => !administrators.Contains(one.Statement)).SelectMany(one => ServiceWide(role, one))];
    }

    /// <summary>Statements that give actions of <see cref="SensitiveActions"/> on every resource, those of
    /// <see cref="Administrator"/> left out.</summary>
    public static ImmutableArray<PermissionGrant> SensitiveOnAll(this RolePermissions role)
    {
        var administrators = role.Administrator().Select(static grant => grant.Statement).ToHashSet(ReferenceEqualityComparer.Instance);
        var grants = ImmutableArray.CreateBuilder<PermissionGrant>();
        foreach (var one in Allows(role).Where(one => !administrators.Contains(one.Statement)))
        {
            var given = SensitiveActions.All
                .Where(action => GivesOnAll(role, one.Statement, action))
                .Select(static action => action.Action);
            if (given.Order(StringComparer.Ordinal).ToImmutableArray() is { IsEmpty: false } actions)
                grants.Add(Describe(role, one) with { Actions = actions });
        }

        return grants.DrainToImmutable();
    }

    private sealed record Candidate(PolicyStatement Statement, bool Conditional);

    /// <summary>The Allow statements whose conditions are not known to fail.</summary>
    private static IEnumerable<Candidate> Allows(RolePermissions role) =>
        from document in role.Identity
        from statement in document.Statements
        where statement.Allow
        let holds = Conditions.Evaluate(statement.Conditions, RequestContext.OfRole, statement.HasVariables)
        where holds != Truth.False
        select new Candidate(statement, holds != Truth.True);

    private static bool IsBroad(PolicyStatement statement) =>
        statement.NotAction || StatementMatch.ActionsOf(statement).Any(static action => action.IsEverything);

    private static IEnumerable<PermissionGrant> ServiceWide(RolePermissions role, Candidate one)
    {
        var statement = one.Statement;
        if (IsEmpty(statement)) yield break;
        var patterns = StatementMatch.ActionsOf(statement)
            .Where(static action => action.IsServiceWide && !action.IsEverything && action.Service is not null);
        var services = IsBroad(statement) ? ServicesOfResources(statement) : patterns.Select(static action => action.Service!);
        foreach (var service in services.Distinct().Order(StringComparer.Ordinal))
        {
            var all = ActionPattern.Parse(service == "*" ? "*" : service + ":*");
            var left = statement.NotResource
                ? ["*"]
                : statement.Resources.Where(text => Concerns(text, service) && !IsCancelled(role, all, text)).ToList();
            if (left.Count == 0 || (statement.NotResource && IsCancelled(role, all, "*"))) continue;
            var actions = statement.Actions.Where(text => IsBroad(statement)
                || ActionPattern.Parse(text) is { IsServiceWide: true } action && action.Service == service);
            var onAll = statement.NotResource || left.Any(text => IsAll(text, $"arn:*:{service}:*:*:*"));
            yield return Describe(role, one) with
            {
                Service = service,
                Actions = Written(actions, statement.NotAction ? "NotAction " : ""),
                Resources = statement.NotResource ? Written(statement.Resources, "NotResource ") : Written(left, ""),
                OnAll = onAll,
                Harmless = HarmlessServices.Contains(service)
                    || (HarmlessOnTheirOwn.Contains(service) && !left.Any(text => IsAll(text, $"arn:*:{service}:*:*:log-group:*"))),
            };
        }
    }

    /// <summary>All but everything is nothing.</summary>
    private static bool IsEmpty(PolicyStatement statement) =>
        (statement.NotResource && statement.Resources.Any(static text => ArnPattern.Parse(text).IsEverything))
        || (statement.NotAction && StatementMatch.ActionsOf(statement).Any(static action => action.IsEverything));

    private static IEnumerable<string> ServicesOfResources(PolicyStatement statement) =>
        statement.NotResource ? ["*"] : statement.Resources.Select(ServiceOf).OfType<string>();

    /// <summary>Null where the text names no one service.</summary>
    private static string? ServiceOf(string resource)
    {
        if (ArnPattern.Parse(resource).IsEverything) return "*";
        return ArnPattern.SplitOutsideHoles(resource) is [_, _, var service, ..]
            && service.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-') ? service : null;
    }

    private static bool Concerns(string resource, string service) =>
        service == "*" || ArnPattern.Parse(resource).IsEverything || ArnPattern.SplitOutsideHoles(resource) is not [_, _, var other, ..]
        || Glob.Overlaps(Glob.Parse(other), Glob.Parse(service)) != Match.No;

    /// <summary>Whether a Deny without condition takes all of it away, or the boundary does not have it.</summary>
    private static bool IsCancelled(RolePermissions role, ActionPattern action, string resource)
    {
        var target = ArnPattern.Parse(resource);
        return Denials(role).Any(deny => StatementMatch.To(deny, action, target, RequestContext.OfRole) == Applies.Yes)
            || (role.Boundary is { IsComplete: true } boundary && !boundary.Statements.Any(statement =>
                statement.Allow
                    && CoversAction(statement, action)
                    && StatementMatch.MatchResource(statement, target, RequestContext.OfRole) != Match.No));
    }

    private static bool GivesOnAll(RolePermissions role, PolicyStatement statement, SensitiveAction sensitive)
    {
        var (action, target) = (sensitive.Pattern, sensitive.Everything);
        if (!CoversAction(statement, action) || !CoversAll(statement, sensitive.Resource)) return false;
        if (Denials(role).Any(deny => StatementMatch.To(deny, action, target, RequestContext.OfRole) == Applies.Yes)) return false;
        return role.Boundary is not { IsComplete: true } boundary
            || boundary.Statements.Any(bound => bound.Allow && CoversAction(bound, action) && CoversAll(bound, sensitive.Resource));
    }

    private static IEnumerable<PolicyStatement> Denials(RolePermissions role) =>
        role.Identity.Concat(role.Bounds).SelectMany(static document => document.Statements).Where(static statement => !statement.Allow);

    private static bool CoversAction(PolicyStatement statement, ActionPattern action) => statement.NotAction
        ? StatementMatch.MatchAction(statement, action) == Match.Yes
        : StatementMatch.ActionsOf(statement).Any(pattern => pattern.Covers(action) == Match.Yes);

    private static bool CoversAll(PolicyStatement statement, string shape) => statement.NotResource
        ? StatementMatch.MatchResource(statement, ArnPattern.Parse(shape), RequestContext.OfRole) == Match.Yes
        : statement.Resources.Any(text => IsAll(text, shape));

    /// <summary>Whether a resource names all of a kind: of one account and Region at least, which for a function are
    /// all there are.</summary>
    private static bool IsAll(string resource, string shape)
    {
        if (ArnPattern.Parse(resource).IsEverything) return true;
        if (!resource.StartsWith("arn:", StringComparison.Ordinal)) return false;
        var own = ArnPattern.SplitOutsideHoles(resource);
        while (own.Count < 6) own.Add("*");
        var all = ArnPattern.SplitOutsideHoles(shape);
        return Glob.Covers(Glob.Parse(own[2]), Glob.Parse(all[2])) == Match.Yes
            && Glob.Covers(Glob.Parse(own[5]), Glob.Parse(all[5])) == Match.Yes;
    }

    private static PermissionGrant Describe(RolePermissions role, Candidate one) => new()
    {
        Statement = one.Statement,
        Actions = Written(one.Statement.Actions, one.Statement.NotAction ? "NotAction " : ""),
        Resources = Written(one.Statement.Resources, one.Statement.NotResource ? "NotResource " : ""),
        Conditional = one.Conditional || role.Boundary is { IsComplete: false },
        OnAll = true,
    };

    private static ImmutableArray<string> Written(IEnumerable<string> texts, string before) =>
        [.. texts.Select(text => before + text).Distinct().Order(StringComparer.Ordinal)];
}
