using System.Text;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Sources.Packages.Images;

namespace ServerlessSec.Aws.Collecting;

/// <summary>One repository of the account's private registry. What is refused or gone says so, with the permission.</summary>
internal sealed class EcrImages(EcrClient ecr, HttpClient http, string registry, string repository) : IImageBlobs
{
    public async Task<byte[]> ManifestAsync(string reference, CancellationToken stop) =>
        Encoding.UTF8.GetBytes(await CallAsync("ecr:BatchGetImage", () => ecr.BatchGetImageAsync(registry, repository, reference, stop)).ConfigureAwait(false));

    public async Task<Stream> BlobAsync(string digest, CancellationToken stop)
    {
        var address = await CallAsync("ecr:GetDownloadUrlForLayer", () => ecr.GetDownloadUrlForLayerAsync(registry, repository, digest, stop)).ConfigureAwait(false);
        var answer = await http.GetAsync(new Uri(address), HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
        if (answer.IsSuccessStatusCode) return await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        using (answer) throw new HttpRequestException($"the address of a layer answered {(int)answer.StatusCode}", null, answer.StatusCode);
    }

    public void Dispose()
    {
    }

    private async Task<string> CallAsync(string permission, Func<Task<string?>> call)
    {
        try
        {
            return await call().ConfigureAwait(false) ?? throw Gone();
        }
        catch (AmazonServiceException answer) when (Attempt.IsDenied(answer))
        {
            throw new ImageMissingException(Attempt.Denial($"{permission} on the repository {repository}", answer));
        }
        catch (AmazonServiceException answer) when (answer.ErrorCode is "RepositoryNotFoundException" or "LayersNotFoundException" or "ImageNotFoundException")
        {
            throw Gone();
        }
    }

    private ImageMissingException Gone() => new($"the image was deleted from the repository {repository}");
}
