using ServerlessSec.Aws.Clients;
using ServerlessSec.Packages;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;
using ServerlessSec.Sources.Files;
using ServerlessSec.Sources.Packages;
using ServerlessSec.Sources.Packages.Images;

namespace ServerlessSec.Aws.Collecting;

/// <summary>
/// Packages of live functions with their layers, read in ranges by the presigned addresses that Lambda gives for ten
/// minutes, or from the bucket where their owner keeps them; what comes whole is held to the digest that Lambda states. Container images come from the account's own registry,
/// layer by layer, by the digest that the function runs. What is not to be had is a gap that names the permission.
/// </summary>
internal sealed class LivePackageSource(LambdaClient lambda, EcrClient ecr, OwnersObjects objects, HttpClient http, string folder, ScanLimits limits) : IPackageSource
{
    /// <summary>A zip may be half a gibibyte at most by Lambda's limits, images apart.</summary>
    private const long ZipBytes = 512L << 20;

    public async Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop)
    {
        var code = await CodeAsync(function, stop).ConfigureAwait(false);
        var layers = new List<PackageLayer>(function.Package.Layers.Length);
        foreach (var layer in function.Package.Layers) layers.Add(new(layer.Name, await LayerAsync(function, layer, stop).ConfigureAwait(false)));
        return PackageTree.WithLayers(code, layers, limits);
    }

    private Task<FileContainer> CodeAsync(FunctionSnapshot function, CancellationToken stop)
    {
        var what = $"the code of {function.Label}";
        if (function.Missing.TryGetValue(Evidence.Package, out var reason)) return Missing(null, reason, what);
        if (function.Package.Code is not { IsKnown: true, Value: { } address }) return Missing(null, "Lambda gave no address of the code", what);
        if (function.Configuration.PackageType.Is("Image")) return ImageAsync(function, address, what, stop);
        return FetchAsync(null, what, address, function.Package.Digest, AgainAsync, stop);

        async Task<Attempt<string>> AgainAsync()
        {
            var seen = await Attempt.CallAsync("lambda:GetFunction", () => lambda.GetFunctionAsync(function.Id, function.Qualifier, stop)).ConfigureAwait(false);
            return new(seen.Value?.Code?.Location ?? OwnersObjects.AddressOf(seen.Value?.Code?.ResolvedS3Object), seen.IsAbsent, seen.Denied);
        }
    }

    private async Task<FileContainer> ImageAsync(FunctionSnapshot function, string uri, string what, CancellationToken stop)
    {
        try
        {
            var image = ImageReference.Parse(uri);
            var account = image.Host.Split('.')[0];
            if (function.Arn.Split(':') is [_, _, _, _, var own, ..] && own != account)
            {
                return MemoryContainer.Missing(Gap(
                    null, GapKind.Missing, $"the repository {image.Repository} is of account {account}: reading it needs ecr:BatchGetImage and ecr:GetDownloadUrlForLayer there", what));
            }

            using var blobs = new EcrImages(ecr, http, account, image.Repository);
            var architecture = function.Configuration.Architectures is ["arm64", ..] ? "arm64" : "amd64";
            return await new ImageReader(folder, limits).ReadAsync(blobs, image.Reference, architecture, stop).ConfigureAwait(false);
        }
        catch (ImageMissingException missing)
        {
            return MemoryContainer.Missing(Gap(null, GapKind.Missing, missing.Message, what));
        }
        catch (FormatException unread)
        {
            return MemoryContainer.Missing(Gap(null, unread is LimitReachedException ? GapKind.Limit : GapKind.Unread, unread.Message, what));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return MemoryContainer.Missing(Gap(null, GapKind.Stopped, "the scan was stopped before it was fetched", what));
        }
    }

    private async Task<FileContainer> LayerAsync(FunctionSnapshot function, LayerReference layer, CancellationToken stop)
    {
        var what = $"the layer {layer.Arn} of {function.Label}";
        var seen = await AskAsync().ConfigureAwait(false);
        if (seen.Denied is not null) return MemoryContainer.Missing(Gap(layer.Name, GapKind.Missing, $"lambda:GetLayerVersion on {layer.Arn} was refused", what));
        if (seen.Value?.Content is not { } content || Address(content) is not { } address) return MemoryContainer.Missing(Gap(layer.Name, GapKind.Missing, "the layer's version is not there any more", what));
        return await FetchAsync(layer.Name, what, address, content.CodeSha256, AgainAsync, stop).ConfigureAwait(false);

        async Task<Attempt<string>> AgainAsync()
        {
            var again = await AskAsync().ConfigureAwait(false);
            return new(Address(again.Value?.Content), again.IsAbsent, again.Denied);
        }

        static string? Address(LayerContent? content) => content?.Location ?? OwnersObjects.AddressOf(content?.ResolvedS3Object);

        Task<Attempt<LayerVersionAnswer>> AskAsync() => Attempt.CallAsync("lambda:GetLayerVersion", () => lambda.GetLayerVersionByArnAsync(layer.Arn, stop));
    }

    private async Task<FileContainer> FetchAsync(string? layer, string what, string address, string? digest, Func<Task<Attempt<string>>> renew, CancellationToken stop)
    {
        try
        {
            if (await DownloadAsync(address, digest, stop).ConfigureAwait(false) is { } first) return first;
            if (OwnersObjects.IsOne(address)) return MemoryContainer.Missing(Gap(layer, GapKind.Missing, OwnersObjects.Missing(address), what));
            var renewed = await renew().ConfigureAwait(false);
            if (renewed.Value is { } fresh && await DownloadAsync(fresh, digest, stop).ConfigureAwait(false) is { } second) return second;
            return MemoryContainer.Missing(Gap(layer, GapKind.Missing, renewed.Denied ?? "the address that Lambda gave was refused", what));
        }
        catch (HttpRequestException failed) when (OwnersObjects.IsOne(address) && OwnersObjects.IsFinal(failed))
        {
            return MemoryContainer.Missing(Gap(layer, GapKind.Missing, OwnersObjects.Gone(address, failed), what));
        }
        catch (LimitReachedException limit)
        {
            return MemoryContainer.Missing(Gap(layer, GapKind.Limit, $"it has {limit.Message}", what));
        }
        catch (FormatException unread)
        {
            return MemoryContainer.Missing(Gap(layer, GapKind.Unread, unread.Message, what));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return MemoryContainer.Missing(Gap(layer, GapKind.Stopped, "the scan was stopped before it was fetched", what));
        }
    }

    /// <summary>Null where the address has expired.</summary>
    private async Task<FileContainer?> DownloadAsync(string address, string? digest, CancellationToken stop)
    {
        var signed = OwnersObjects.IsOne(address) ? await objects.SignAsync(address).ConfigureAwait(false) : address;
        var file = await RangedFile.OpenAsync(http, new(signed), TemporaryFile.Create(folder), Math.Min(ZipBytes, limits.TotalBytes), stop).ConfigureAwait(false);
        return file is null ? null : await RangedZip.OpenAsync(file, digest, withCode: true, limits, stop).ConfigureAwait(false);
    }

    private static Task<FileContainer> Missing(string? layer, string reason, string what) =>
        Task.FromResult<FileContainer>(MemoryContainer.Missing(Gap(layer, GapKind.Missing, reason, what)));

    private static Gap Gap(string? layer, GapKind kind, string reason, string what) =>
        new(kind, new() { Evidence = Evidence.Package, Layer = layer }, reason, $"{char.ToUpperInvariant(what[0])}{what[1..]} was not read: {reason}.");
}
