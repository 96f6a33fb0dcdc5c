using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Snapshots;

/// <summary>Everything collected about one function at one instant; what could not be collected is in <see cref="Missing"/>.</summary>
public sealed record FunctionSnapshot
{
    /// <summary>The unqualified name of a live function, the logical id in a template.</summary>
    public required string Id { get; init; }

    /// <summary>With holes where the template leaves them.</summary>
    public required string Arn { get; init; }

    /// <summary>The version or alias that this was collected of; null for what is not published, and in a template.</summary>
    public string? Qualifier { get; init; }

    /// <summary>The function, as gaps name it.</summary>
    public string Label => Qualifier is null ? Id : $"{Id}:{Qualifier}";

    /// <summary>What leads to this; of a function that nothing but its name leads to, nothing.</summary>
    public ImmutableArray<ServedVersion> Versions { get; init; } = [];

    /// <summary>Published versions that are served beside this, each by itself.</summary>
    public ImmutableArray<FunctionSnapshot> Served { get; init; } = [];

    public SourceLocation? Location { get; init; }

    /// <summary>What this scan set out to collect: a package by itself has no configuration to miss.</summary>
    public Evidence Asked { get; init; } = Collected.All;

    public FunctionConfiguration Configuration { get; init; } = new();

    /// <summary>Who may invoke the function, one document per qualifier.</summary>
    public ImmutableArray<PolicySnapshot> ResourcePolicies { get; init; } = [];

    public FunctionUrl? Url { get; init; }

    /// <summary>URLs of aliases that lead to this.</summary>
    public ImmutableArray<FunctionUrl> AliasUrls { get; init; } = [];

    public ExecutionRole? Role { get; init; }

    public ImmutableArray<Trigger> Triggers { get; init; } = [];

    public LogGroup Logs { get; init; } = new();

    public PackageReference Package { get; init; } = new();

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Evidence that could not be collected, with the reason as a lowercase fragment.</summary>
    public ImmutableSortedDictionary<Evidence, string> Missing { get; init; } = ImmutableSortedDictionary<Evidence, string>.Empty;

    public ImmutableArray<Gap> Gaps { get; init; } = [];
}

public sealed record FunctionConfiguration
{
    public Setting<string> FunctionName { get; init; }

    /// <summary>Lambda's runtime identifier; absent for images.</summary>
    public Setting<string> Runtime { get; init; }

    public Setting<string> Handler { get; init; }

    /// <summary><c>Zip</c> or <c>Image</c>.</summary>
    public Setting<string> PackageType { get; init; }

    /// <summary>Seconds.</summary>
    public Setting<int> Timeout { get; init; }

    /// <summary>MiB.</summary>
    public Setting<int> MemorySize { get; init; }

    public Setting<int> ReservedConcurrency { get; init; }

    /// <summary><c>Active</c> or <c>PassThrough</c>.</summary>
    public Setting<string> Tracing { get; init; }

    public Setting<string> KmsKeyArn { get; init; }

    public ImmutableArray<EnvironmentVariable> Environment { get; init; } = [];

    public Setting<string> DeadLetterTarget { get; init; }

    public Setting<string> OnFailure { get; init; }

    public Setting<string> OnSuccess { get; init; }

    public Setting<int> MaximumRetryAttempts { get; init; }

    /// <summary><c>Terminate</c> or <c>Allow</c>.</summary>
    public Setting<string> RecursiveLoop { get; init; }

    public ImmutableArray<string> Architectures { get; init; } = [];

    public bool InVpc { get; init; }

    /// <summary>Given properties that nothing above models, as JSON text by property name.</summary>
    public ImmutableSortedDictionary<string, string> Other { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>How an environment variable's value was given.</summary>
[JsonConverter(typeof(EnumText<ValueOrigin>))]
public enum ValueOrigin
{
    Literal,

    /// <summary>Built from resources or parameters of the template.</summary>
    Reference,

    /// <summary>What <c>Ref</c> gives of a resource of the template: its name, id or ARN, and never what it holds.</summary>
    ResourceName,

    /// <summary>A <c>NoEcho</c> parameter: somebody called it a secret.</summary>
    NoEcho,

    /// <summary><c>{{resolve:secretsmanager:…}}</c> or the like.</summary>
    DynamicReference,

    Unknown,
}

/// <summary>One environment variable; its value never leaves the snapshot.</summary>
public sealed record EnvironmentVariable(string Name, ValueOrigin Origin, string? Value, SourceLocation? Location);

public sealed record FunctionUrl
{
    /// <summary><c>NONE</c> or <c>AWS_IAM</c>.</summary>
    public Setting<string> AuthType { get; init; }

    /// <summary>Whose policy guards it: an alias, or nothing for the function itself; null where that is not known.</summary>
    public string? Qualifier { get; init; }

    public SourceLocation? Location { get; init; }
}

public sealed record LogGroup
{
    /// <summary>Absent where the function writes to the group Lambda makes by itself.</summary>
    public Setting<string> Name { get; init; }

    /// <summary>Days; absent where nothing ever expires.</summary>
    public Setting<int> RetentionDays { get; init; }

    /// <summary>Whether the group is part of what was collected.</summary>
    public bool IsDeclared { get; init; }

    public SourceLocation? Location { get; init; }
}

/// <summary>Where the deployed code is.</summary>
public sealed record PackageReference
{
    /// <summary>A path on disk relative to the template, an S3 URI, or an image URI.</summary>
    public Setting<string> Code { get; init; }

    /// <summary>SHA-256 of what <see cref="Code"/> holds, in base 64; null where nobody says.</summary>
    public string? Digest { get; init; }

    /// <summary>Inline code, where the template holds it.</summary>
    public string? Inline { get; init; }

    /// <summary>In the order in which they are laid over each other.</summary>
    public ImmutableArray<LayerReference> Layers { get; init; } = [];
}

/// <summary>One layer of a function.</summary>
/// <param name="Arn">With holes where the template leaves them.</param>
/// <param name="Name">The logical id in a template, else the layer's name.</param>
/// <param name="Content">A path on disk relative to the template; null where only AWS has it.</param>
public sealed record LayerReference(string Arn, string Name, string? Content, SourceLocation? Location);
