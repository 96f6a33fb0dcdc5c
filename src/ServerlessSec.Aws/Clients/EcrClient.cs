using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The ECR operations that the scanner calls (https://docs.aws.amazon.com/AmazonECR/latest/APIReference/): these two
/// give an image without a token, which would be good for every repository.</summary>
internal sealed class EcrClient(AWSCredentials credentials, Action<ClientConfig> configure) : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service = new("ECR", "api.ecr", "ecr", "2015-09-21", "AmazonEC2ContainerRegistry_V20150921");

    private static readonly ImmutableArray<string> Manifests =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    /// <summary>The manifest's text; null where the image is not there any more.</summary>
    public async Task<string?> BatchGetImageAsync(string registry, string repository, string digest, CancellationToken stop)
    {
        var answer = await JsonAsync(
            "BatchGetImage", new BatchGetImageInput(registry, repository, [new(digest)], Manifests), EcrJson.Default.BatchGetImageInput,
            EcrJson.Default.BatchGetImageAnswer, stop).ConfigureAwait(false);
        return answer.Images.FirstOrDefault()?.ImageManifest;
    }

    /// <summary>A presigned address of a layer or of a configuration.</summary>
    public async Task<string?> GetDownloadUrlForLayerAsync(string registry, string repository, string digest, CancellationToken stop) =>
        (await JsonAsync(
            "GetDownloadUrlForLayer", new LayerInput(registry, repository, digest), EcrJson.Default.LayerInput, EcrJson.Default.LayerAddress, stop)
            .ConfigureAwait(false)).DownloadUrl;
}

internal sealed record BatchGetImageInput(
    string RegistryId, string RepositoryName, ImmutableArray<ImageIdentifier> ImageIds, ImmutableArray<string> AcceptedMediaTypes);

internal sealed record ImageIdentifier(string ImageDigest);

internal sealed record BatchGetImageAnswer
{
    public ImmutableArray<ImageDescription> Images { get; init => field = value.IsDefault ? [] : value; } = [];
}

internal sealed record ImageDescription(string? ImageManifest);

internal sealed record LayerInput(string RegistryId, string RepositoryName, string LayerDigest);

internal sealed record LayerAddress(string? DownloadUrl);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BatchGetImageInput))]
[JsonSerializable(typeof(BatchGetImageAnswer))]
[JsonSerializable(typeof(LayerInput))]
[JsonSerializable(typeof(LayerAddress))]
internal sealed partial class EcrJson : JsonSerializerContext;
