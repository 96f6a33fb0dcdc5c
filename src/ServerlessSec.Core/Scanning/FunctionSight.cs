using System.Collections.Immutable;
using System.IO.Enumeration;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>Where live functions are looked at.</summary>
public interface IFunctionSource
{
    /// <summary>A first look, by one call.</summary>
    Task<FunctionSight> LookAsync(ScanJob job, CancellationToken stop);
}

/// <summary>What a first look at a function shows, and the way to the rest.</summary>
public abstract class FunctionSight
{
    /// <summary>There is no such function at present.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>It is being created or updated.</summary>
    public bool IsSettling { get; init; }

    public ImmutableSortedDictionary<string, string> Tags { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Everything that the job's scan looks at.</summary>
    public abstract Task<FunctionSnapshot> CollectAsync(CancellationToken stop);

    /// <summary>Equal for what needs no second look, once it was collected; null where that is not known.</summary>
    public abstract string? Mark(FunctionSnapshot snapshot);
}

/// <summary>Which functions somebody does not want to be scanned.</summary>
/// <param name="patterns">Of function names, parted by commas; <c>*</c> and <c>?</c> stand for other text.</param>
public sealed class OptOut(string? patterns)
{
    public const string Tag = "serverlesssec:scan";

    private readonly ImmutableArray<string> patterns = [.. (patterns ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    public bool Names(Owner function) => function.Function is { } name && patterns.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false));

    public static bool Tagged(FunctionSight sight) => IsTagged(sight.Tags);

    public static bool IsTagged(IReadOnlyDictionary<string, string> tags) => tags.TryGetValue(Tag, out var scan) && scan.Equals("off", StringComparison.OrdinalIgnoreCase);
}
