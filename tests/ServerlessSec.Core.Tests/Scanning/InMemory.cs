using System.Text;
using ServerlessSec.Advisories;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>Packages given as text, by the path that a template's CodeUri names.</summary>
internal sealed class InMemoryPackages(Dictionary<string, Dictionary<string, string>> packages) : IPackageSource
{
    public Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop)
    {
        var files = packages.GetValueOrDefault(function.Package.Code.Value ?? "", []);
        return Task.FromResult(new PackageTree(
            new MemoryContainer([.. files.Select(static f => (f.Key, Encoding.UTF8.GetBytes(f.Value)))], []), ScanLimits.Default));
    }
}

/// <summary>A place where no package is to be had, which it says of each function by name.</summary>
internal sealed class NoPackages : IPackageSource
{
    public Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop) => Task.FromResult(new PackageTree(
        MemoryContainer.Missing(new Gap(GapKind.Missing, new() { Evidence = Evidence.Package }, "in a bucket", $"The code of '{function.Id}' is in a bucket.")), ScanLimits.Default));
}

/// <summary>Advisories given as records.</summary>
internal sealed class InMemoryAdvisories(params Advisory[] advisories) : IAdvisorySource
{
    public long Generation { get; set; }

    public AdvisorySet Set => new() { Id = "test", Generation = Generation };

    public Task PrepareAsync(IReadOnlyCollection<string> ecosystems, CancellationToken stop) => Task.CompletedTask;

    public IReadOnlyList<Advisory> Find(string ecosystem, string name) =>
        [.. advisories.Where(a => a.Affected.Any(p => p.Ecosystem == ecosystem && p.Name == name))];
}
