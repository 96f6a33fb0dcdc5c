using System.Collections.Immutable;
using ServerlessSec.Iam;
using ServerlessSec.Secrets;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>What one function's configuration, policies and triggers mean; holds no secret and may be stored.</summary>
public sealed record PostureFacts
{
    public required string Id { get; init; }

    public required string Arn { get; init; }

    public SourceLocation? Location { get; init; }

    /// <summary>What the scan set out to collect.</summary>
    public Evidence Asked { get; init; } = Collected.All;

    public ImmutableSortedDictionary<Evidence, string> Missing { get; init; } = ImmutableSortedDictionary<Evidence, string>.Empty;

    public ImmutableArray<Gap> Gaps { get; init; } = [];

    /// <summary>As collected, environment and unmodelled properties left out.</summary>
    public FunctionConfiguration Configuration { get; init; } = new();

    public ImmutableArray<VariableFacts> Environment { get; init; } = [];

    public UrlFacts? Url { get; init; }

    /// <summary>Of aliases.</summary>
    public ImmutableArray<UrlFacts> AliasUrls { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Every URL that leads here.</summary>
    public IEnumerable<UrlFacts> Urls() => Url is null ? AliasUrls : [Url, .. AliasUrls];

    /// <summary>Who may invoke the function, statement by statement.</summary>
    public ImmutableArray<InvokeGrant> Grants { get; init; } = [];

    /// <summary>Null where its policies were not seen.</summary>
    public RoleFacts? Role { get; init; }

    /// <summary>ARN of the role as the function names it, also where the role itself was not seen; null where that is
    /// only known at deployment.</summary>
    public string? RoleArn { get; init; }

    public ImmutableArray<Trigger> Triggers { get; init; } = [];

    public LogGroup Logs { get; init; } = new();

    public Evidence Seen => Missing.Keys.Aggregate(Asked & Collected.Posture, static (seen, missing) => seen & ~missing);
}

/// <summary>One environment variable, without its value.</summary>
/// <param name="Sensitive">Its name, origin or value says that it holds something worth protecting.</param>
/// <param name="Secret">Set where a credential stands in it as plain text.</param>
public sealed record VariableFacts(string Name, ValueOrigin Origin, bool Sensitive, SecretHit? Secret, SourceLocation? Location);

/// <param name="Reach">By <c>AuthType</c> and resource policy together.</param>
public sealed record UrlFacts(Setting<string> AuthType, Reach Reach, SourceLocation? Location);

/// <summary>One way in that the resource policy opens.</summary>
public sealed record InvokeGrant
{
    /// <summary>The statement's id, else its place in the policy.</summary>
    public required string Sid { get; init; }

    /// <summary>A service principal, an account or ARN, or <c>*</c>.</summary>
    public required string Principal { get; init; }

    /// <summary>Lambda actions granted.</summary>
    public ImmutableArray<string> Actions { get; init; } = [];

    /// <summary>Whether anybody at all gets through this statement.</summary>
    public Reach Reach { get; init; }

    /// <summary>True where the statement serves function URLs only.</summary>
    public bool UrlOnly { get; init; }

    /// <summary>True where the principal is an AWS service.</summary>
    public bool IsService { get; init; }

    /// <summary>Of a service: whether the conditions pin down whose resource may call.</summary>
    public SourceRestriction Source { get; init; }

    public SourceLocation? Location { get; init; }
}

/// <summary>An execution role, its policies parsed and weighed.</summary>
public sealed record RoleFacts
{
    public required string Id { get; init; }

    public required string Arn { get; init; }

    public SourceLocation? Location { get; init; }

    /// <summary>Identity policies.</summary>
    public ImmutableArray<PolicyDocument> Policies { get; init; } = [];

    public PolicyDocument? Boundary { get; init; }

    /// <summary>False where a policy could not be read or is only known at deployment.</summary>
    public bool IsComplete { get; init; } = true;

    /// <summary>Statements that give every action on everything; explicit denials and the boundary are taken into account.</summary>
    public ImmutableArray<RoleGrant> Administrator { get; init; } = [];

    /// <summary>Statements that give every action of one service.</summary>
    public ImmutableArray<RoleGrant> ServiceWide { get; init; } = [];

    /// <summary>Statements that give a sensitive action on every resource.</summary>
    public ImmutableArray<RoleGrant> SensitiveOnAll { get; init; } = [];
}

/// <summary>One statement's grant worth a finding.</summary>
/// <param name="Policy">Name of the policy that holds the statement.</param>
/// <param name="Actions">The actions that offend, as written or expanded, sorted.</param>
/// <param name="Resources">As written, sorted.</param>
/// <param name="Conditional">A condition, or a boundary only known at deployment, narrows the statement.</param>
public sealed record RoleGrant(
    string Policy,
    ImmutableArray<string> Actions,
    ImmutableArray<string> Resources,
    bool Conditional,
    SourceLocation? Location)
{
    /// <summary>The resources are all that there are of the kind.</summary>
    public bool OnAll { get; init; }

    /// <summary>Nothing is read, changed or destroyed that matters to others: traces, or logs of groups named.</summary>
    public bool Harmless { get; init; }
}
