using System.Collections.Immutable;

namespace ServerlessSec.Iam;

/// <summary>What a set of policies says of one request.</summary>
public enum Verdict
{
    /// <summary>Nothing allows it.</summary>
    ImplicitlyDenied,

    /// <summary>A statement denies it.</summary>
    Denied,

    /// <summary>A statement or a part of one that decides is only known at deployment.</summary>
    Unknown,

    /// <summary>A condition decides that cannot be evaluated from what is known.</summary>
    Conditional,
    Allowed,
}

/// <summary>The permissions of one role: its identity policies within its boundary.</summary>
public sealed class RolePermissions(ImmutableArray<PolicyDocument> identity, PolicyDocument? boundary = null)
{
    public ImmutableArray<PolicyDocument> Identity { get; } = identity;

    public PolicyDocument? Boundary { get; } = boundary;

    public bool IsComplete => (Boundary?.IsComplete ?? true) && Identity.All(static document => document.IsComplete);

    internal ImmutableArray<PolicyDocument> Bounds { get; } = boundary is null ? [] : [boundary];

    /// <param name="action">One action, or a pattern: then whether any of its actions is allowed.</param>
    /// <param name="resource">One ARN, or a pattern: then whether the action is allowed on any of its resources.</param>
    public Verdict Allows(string action, string resource, RequestContext? context = null) =>
        Allows(ActionPattern.Parse(action), ArnPattern.Parse(resource), context ?? RequestContext.OfRole);

    private Verdict Allows(ActionPattern action, ArnPattern resource, RequestContext context) =>
        Targets(Identity, action, resource, context).Max(target =>
        {
            var verdict = Judge(Identity, action, target, context);
            return Boundary is null ? verdict : Within(verdict, Judge(Bounds, action, target, context));
        });

    /// <summary>The parts of a requested pattern that the Allow statements are about: a Deny counts that covers such a part.</summary>
    internal static List<ArnPattern> Targets(
        ImmutableArray<PolicyDocument> documents,
        ActionPattern action,
        ArnPattern resource,
        RequestContext context)
    {
        if (resource.IsExact) return [resource];
        var targets = new List<ArnPattern>();
        foreach (var statement in documents.SelectMany(static document => document.Statements).Where(static statement => statement.Allow))
        {
            if (StatementMatch.MatchAction(statement, action) == Match.No) continue;
            if (statement.NotResource) return [resource];
            foreach (var text in statement.Resources)
            {
                if (StatementMatch.ReadResource(text, context, statement.HasVariables) is not { } own
                    || ArnPattern.Overlaps(own, resource) == Match.No)
                {
                    continue;
                }

                if (resource.Covers(own) != Match.Yes || own.Covers(resource) == Match.Yes) return [resource];
                targets.Add(own);
            }
        }

        return targets is [] ? [resource] : targets;
    }

    internal static Verdict Judge(
        ImmutableArray<PolicyDocument> documents,
        ActionPattern action,
        ArnPattern resource,
        RequestContext context)
    {
        Applies allow = Applies.No, deny = Applies.No;
        foreach (var document in documents)
        {
            // What was not seen may allow; that it denies what is seen to be allowed is not assumed.
            if (!document.IsComplete && allow == Applies.No) allow = Applies.Unknown;
            foreach (var statement in document.Statements)
            {
                var applies = StatementMatch.To(statement, action, resource, context);
                if (statement.Allow) allow = applies > allow ? applies : allow;
                else deny = applies > deny ? applies : deny;
            }
        }

        return Combine(allow, deny);
    }

    // IAM: an explicit Deny wins.
    internal static Verdict Combine(Applies allow, Applies deny) => (allow, deny) switch
    {
        (_, Applies.Yes) => Verdict.Denied,
        (Applies.No, _) => Verdict.ImplicitlyDenied,
        (Applies.Unknown, _) or (_, Applies.Unknown) => Verdict.Unknown,
        (Applies.Conditional, _) or (_, Applies.Conditional) => Verdict.Conditional,
        _ => Verdict.Allowed,
    };

    /// <summary>Both must allow; the weaker answer holds.</summary>
    internal static Verdict Within(Verdict identity, Verdict boundary)
    {
        if (identity == Verdict.Denied || boundary == Verdict.Denied) return Verdict.Denied;
        return identity < boundary ? identity : boundary;
    }
}
