using System.Collections.Immutable;

namespace ServerlessSec.Scanning;

/// <summary>One finding or gap that Security Hub is to be told of.</summary>
public sealed record Publication
{
    public required Owner Owner { get; init; }

    /// <summary>Of the row in its store.</summary>
    public required string Key { get; init; }

    /// <summary>Either this or <see cref="Gap"/>.</summary>
    public StoredFinding? Finding { get; init; }

    public StoredGap? Gap { get; init; }

    /// <summary>The <see cref="Told"/> that was last accepted; null where none was.</summary>
    public string? Accepted { get; init; }

    /// <summary>When that was sent.</summary>
    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Some revision of it was accepted, this one or a former one.</summary>
    public bool WasTold => Accepted is not null || SentAt is not null;

    public int Refusals { get; init; }

    /// <summary>To be archived although it is open: it does not weigh enough any more.</summary>
    public bool Archive { get; init; }

    public int Revision => Finding?.Revision ?? Gap!.Revision;

    public string Hash => Finding?.Hash ?? Gap!.Hash;

    /// <summary>What accepting this means: the content, and whether it was shown as archived all the same.</summary>
    public string Told => Archive ? Hash + "/archived" : Hash;

    public bool IsOpen => !Archive && (Finding?.State ?? Gap!.State) == StoredState.Open;

    public DateTimeOffset FirstSeen => Finding?.FirstSeen ?? Gap!.FirstSeen;
}

/// <summary>Who is told of findings and gaps.</summary>
public interface IFindingPublisher
{
    /// <summary>Tells of each; the time that a telling carries is later than any before it.</summary>
    Task<PublishAnswer> PublishAsync(ImmutableArray<Publication> publications, CancellationToken stop);
}

/// <summary>What became of each publication; what is in neither list was not sent.</summary>
public sealed record PublishAnswer
{
    public ImmutableArray<(Publication Sent, DateTimeOffset SentAt)> Accepted { get; init; } = [];

    public ImmutableArray<(Publication Sent, string Reason)> Refused { get; init; } = [];

    /// <summary>Why nothing can be told at present: Security Hub is off. Null where it can.</summary>
    public string? Unavailable { get; init; }
}
