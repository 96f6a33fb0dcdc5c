using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>One way in that a function's resource policy opens: one statement for one principal.</summary>
public sealed record ResourceGrant
{
    public required PolicyStatement Statement { get; init; }

    /// <summary>The statement's id, else its place in the policy, counted from 1.</summary>
    public required string Sid { get; init; }

    public required PolicyPrincipal Principal { get; init; }

    /// <summary>As written, sorted.</summary>
    public required ImmutableArray<string> Actions { get; init; }

    /// <summary>Whether anybody at all gets through this statement, explicit denials considered.</summary>
    public Reach Reach { get; init; }

    /// <summary>Serves calls through function URLs only.</summary>
    public bool UrlOnly { get; init; }

    /// <summary>The principal is an AWS service.</summary>
    public bool IsService { get; init; }

    /// <summary>Of a service: how far it is tied to the resource it should call for.</summary>
    public SourceRestriction Source { get; init; }

    public bool Conditional { get; init; }
}

/// <summary>What the resource policies of one function let others do.</summary>
public sealed class ResourcePolicyAnalysis(ImmutableArray<PolicyDocument> documents)
{
    private static readonly ActionPattern Invoke = ActionPattern.Parse("lambda:InvokeFunction");
    private static readonly ActionPattern InvokeUrl = ActionPattern.Parse("lambda:InvokeFunctionUrl");

    private readonly ImmutableArray<PolicyStatement> statements = [.. documents.SelectMany(static document => document.Statements)];

    public bool IsComplete { get; } = documents.All(static document => document.IsComplete);

    public ImmutableArray<ResourceGrant> Grants() =>
        [.. documents.SelectMany(document =>
            document.Statements.SelectMany((statement, index) => statement.Allow ? Describe(statement, index) : []))];

    /// <summary>
    /// Whether strangers get through the function's URL: anybody, or of a URL that wants signed requests anybody with an
    /// AWS account. AWS asks of a caller both to be allowed to call the URL and to be allowed to invoke the function through it.
    /// </summary>
    /// <param name="authType">Of the URL.</param>
    /// <param name="of">The alias whose URL it is, or nothing for the function itself; null where that is not known.</param>
    public Reach UrlReach(Setting<string> authType, string? of = null)
    {
        var path = authType.Is("AWS_IAM") ? InvokePath.SignedUrl : InvokePath.AnonymousUrl;
        if (authType.IsKnown && authType.Value != path.UrlAuthType) return Reach.Closed;
        var reach = (of is null ? Qualifiers() : [of]).Select(qualifier => UrlReach(qualifier, path)).DefaultIfEmpty(Reach.Closed).MaxBy(Weight);
        // That a policy which was not seen lets strangers sign is not assumed: it is rarely meant.
        if (reach != Reach.Public && !IsComplete && path == InvokePath.AnonymousUrl) reach = Reach.Unknown;
        return authType.IsKnown || reach == Reach.Closed ? reach : Reach.Unknown;
    }

    private Reach UrlReach(string qualifier, InvokePath path)
    {
        var own = statements
            .Where(statement => statement.Resources.IsEmpty || statement.Resources.Any(resource => QualifierOf(resource) == qualifier))
            .ToList();
        return Weaker(Reached(own, InvokeUrl, path), Reached(own, Invoke, path));
    }

    private static Reach Reached(List<PolicyStatement> statements, ActionPattern action, InvokePath path) =>
        statements.Where(static statement => statement.Allow)
            .Select(statement => Weaker(ReachOf(statement, action, path), Undenied(statements, action, path)))
            .DefaultIfEmpty(Reach.Closed).MaxBy(Weight);

    private IEnumerable<ResourceGrant> Describe(PolicyStatement statement, int index)
    {
        IEnumerable<PolicyPrincipal> principals = statement.NotPrincipal ? [new("*", "*")] : statement.Principals;
        var actions = statement.NotAction ? statement.Actions.Select(static action => "NotAction " + action) : statement.Actions;
        foreach (var principal in principals)
        {
            var one = statement with { Principals = [principal], NotPrincipal = false };
            var direct = Through(one, Invoke, InvokePath.Direct);
            var url = new[]
            {
                Through(one, InvokeUrl, InvokePath.AnonymousUrl),
                Through(one, InvokeUrl, InvokePath.SignedUrl),
                Through(one, Invoke, InvokePath.AnonymousUrl),
                Through(one, Invoke, InvokePath.SignedUrl),
            }.MaxBy(Weight);
            var other = statement.Actions.All(static text => IsAboutInvoking(text))
                ? Reach.Closed
                : Weaker(Admits(one, InvokePath.Direct), Undenied([.. statements], null, InvokePath.Direct));
            yield return new ResourceGrant
            {
                Statement = statement,
                Sid = statement.Sid ?? (index + 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
                Principal = principal,
                Actions = [.. actions.Order(StringComparer.Ordinal)],
                Reach = new[] { direct, url, other }.MaxBy(Weight),
                UrlOnly = url != Reach.Closed && direct == Reach.Closed && other == Reach.Closed,
                IsService = IsService(principal),
                Source = IsService(principal) ? SourceConditions.Restriction(statement.Conditions) : SourceRestriction.Unknown,
                Conditional = !statement.Conditions.IsEmpty,
            };
        }
    }

    private static bool IsAboutInvoking(string action) =>
        ActionPattern.Parse(action) is var pattern && (Invoke.Covers(pattern) == Match.Yes || InvokeUrl.Covers(pattern) == Match.Yes);

    private Reach Through(PolicyStatement statement, ActionPattern action, InvokePath path) =>
        Weaker(ReachOf(statement, action, path), Undenied([.. statements], action, path));

    private static Reach ReachOf(
        PolicyStatement statement,
        ActionPattern action,
        InvokePath path) => StatementMatch.MatchAction(statement, action) switch
        {
            Match.No => Reach.Closed,
            Match.Maybe => Weaker(Reach.Unknown, Admits(statement, path)),
            _ => Admits(statement, path),
        };

    /// <summary>Whether an Allow lets strangers in.</summary>
    private static Reach Admits(PolicyStatement statement, InvokePath path)
    {
        var principals = statement.NotPrincipal
            ? Reach.Public
            : statement.Principals.Select(Openness).DefaultIfEmpty(Reach.Closed).MaxBy(Weight);
        return Weaker(principals, Stranger.MeetsAll(statement.Conditions, path) switch
        {
            Outlook.Never => Reach.Closed,
            Outlook.Unknown => Reach.Unknown,
            _ => Reach.Public,
        });
    }

    private static Reach Openness(PolicyPrincipal principal)
    {
        if (principal.Type is "*" or "AWS" && Glob.Parse(principal.Value).IsEverything) return Reach.Public;
        if (PolicyParser.IsHole(principal.Value))
            return principal.Value.Contains("Account", StringComparison.Ordinal) ? Reach.Closed : Reach.Unknown;
        return principal.Type == "AWS" && principal.Value.AsSpan().ContainsAny('*', '?') ? Reach.Unknown : Reach.Closed;
    }

    /// <summary>What a Deny leaves to strangers; without an action, of everything.</summary>
    private static Reach Undenied(IReadOnlyList<PolicyStatement> statements, ActionPattern? action, InvokePath path) =>
        statements.Where(static statement => !statement.Allow).Select(statement =>
        {
            // Naming no one is naming everyone but a few.
            if (!statement.NotPrincipal && !statement.Principals.Any(static principal => Openness(principal) == Reach.Public))
                return Reach.Public;
            var covers = StatementMatch.MatchAction(statement, action ?? ActionPattern.Parse("lambda:*"));
            if (covers == Match.No) return Reach.Public;
            return (Stranger.MeetsAll(statement.Conditions, path), covers) switch
            {
                (Outlook.Always, Match.Yes) => Reach.Closed,
                (Outlook.Never or Outlook.ByChoice, _) => Reach.Public,
                _ => Reach.Unknown,
            };
        }).DefaultIfEmpty(Reach.Public).MinBy(Weight);

    private static bool IsService(PolicyPrincipal principal) => principal.Type == "Service";

    private IEnumerable<string> Qualifiers() =>
        statements.SelectMany(static statement => statement.Resources).Select(QualifierOf).DefaultIfEmpty("").Distinct();

    // `arn:…:function:NAME:QUALIFIER`; each qualifier has a policy of its own.
    private static string QualifierOf(string resource)
    {
        var parts = ArnPattern.SplitOutsideHoles(resource);
        if (parts.Count < 6) return "";
        var colon = parts[5].LastIndexOf(':');
        return parts[5].StartsWith("function:", StringComparison.Ordinal)
            && colon > "function:".Length
            && !parts[5].AsSpan(colon).Contains(Text.Close)
            ? parts[5][(colon + 1)..]
            : "";
    }

    private static Reach Weaker(Reach left, Reach right) => Weight(left) < Weight(right) ? left : right;

    private static int Weight(Reach reach) => reach switch { Reach.Closed => 0, Reach.Unknown => 1, _ => 2 };
}
