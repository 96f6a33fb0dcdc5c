using System.Collections.Immutable;

namespace ServerlessSec.Aws.Receiving;

/// <summary>
/// What an event says should be looked at. A hint only: what is true is read from AWS afterwards. Names are as the
/// account writes them, without account, Region or version.
/// </summary>
public sealed record DeploymentHint
{
    /// <summary>EventBridge's event id; deliveries of the same event share it.</summary>
    public required string EventId { get; init; }

    public required DateTimeOffset Time { get; init; }

    public required string Account { get; init; }

    public required string Region { get; init; }

    /// <summary>The call or status that caused the event.</summary>
    public required string Cause { get; init; }

    /// <summary>Unqualified function names.</summary>
    public ImmutableArray<string> Functions { get; init; } = [];

    /// <summary>Role names; the functions that run as them are found later.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>ARNs of managed policies; likewise.</summary>
    public ImmutableArray<string> Policies { get; init; } = [];

    /// <summary>Unversioned ARNs of layers; likewise.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>IAM answers with the old state for a while, so such a change is looked at twice.</summary>
    public bool IsEventuallyConsistent => Roles.Length > 0 || Policies.Length > 0;

    public bool IsEmpty => Functions.Length + Roles.Length + Policies.Length + Layers.Length == 0;
}
