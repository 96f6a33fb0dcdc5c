using ServerlessSec.Advisories;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>Where a function's deployed files come from.</summary>
public interface IPackageSource
{
    /// <summary>The package with its layers, as one tree; what could not be had is among the tree's gaps.</summary>
    Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop);
}

/// <summary>Where advisories come from: prepared once per ecosystem, then asked synchronously.</summary>
public interface IAdvisorySource
{
    /// <summary>Makes the ecosystems ready; what cannot be had becomes a gap of <see cref="Set"/>.</summary>
    Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop);

    /// <summary>Every advisory that names the package; <paramref name="name"/> is normalised per ecosystem.</summary>
    IReadOnlyList<Advisory> Find(string ecosystem, string name);

    /// <summary>What was prepared.</summary>
    AdvisorySet Set { get; }

    /// <summary>
    /// The generation of what is at hand by now, where it has other advisories than were prepared; null where it has not, and of
    /// sources that nobody replaces while they are in use.
    /// </summary>
    Task<long?> OutgrownAsync(CancellationToken stop) => Task.FromResult<long?>(null);
}
