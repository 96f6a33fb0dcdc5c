using Amazon.Runtime;
using ServerlessSec.Packages;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Packages for a scan that no queue would repeat: what fails after the client's own attempts is a gap, and the other functions go on.</summary>
internal sealed class UnrepeatedPackages(IPackageSource inner, ScanLimits limits) : IPackageSource
{
    public async Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop)
    {
        try
        {
            return await inner.OpenAsync(function, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return Missing(function, GapKind.Stopped, "the scan was stopped");
        }
        catch (Exception failed) when (failed is HttpRequestException or IOException or AmazonServiceException or AmazonClientException or OperationCanceledException)
        {
            return Missing(function, GapKind.Missing, Attempt.Failure(failed));
        }
    }

    private PackageTree Missing(FunctionSnapshot function, GapKind kind, string reason) => PackageTree.WithLayers(
        MemoryContainer.Missing(new Gap(kind, new() { Evidence = Evidence.Package }, reason, $"The code of {function.Label} was not read: {reason}.")), [], limits);
}
