using System.Collections.Immutable;

namespace ServerlessSec.Sources.Targets;

/// <summary>What the caller knows about a target that its files do not say.</summary>
public sealed record TargetOptions
{
    public static TargetOptions Default { get; } = new();

    /// <summary>Values of template parameters; they win over <c>samconfig.toml</c>.</summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    /// <summary>Zips or directories laid over a package, in order; a template names its own.</summary>
    public ImmutableArray<string> Layers { get; init; } = [];

    /// <summary>Of a package: Lambda's runtime identifier.</summary>
    public string? Runtime { get; init; }

    /// <summary>Of a package.</summary>
    public string? Handler { get; init; }

    public ScanLimits Limits { get; init; } = ScanLimits.Default;
}

/// <summary>A path that cannot be scanned, in words for whoever gave it.</summary>
public sealed class TargetException(string message) : IOException(message);
