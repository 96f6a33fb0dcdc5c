using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation;

/// <summary>The account's private registry, and functions whose code are images in it.</summary>
public sealed partial class EmulatedCloud
{
    private const string Ecr = "AmazonEC2ContainerRegistry_V20150921.";

    /// <summary>As functions name it: <c>ACCOUNT.dkr.ecr.REGION.amazonaws.com/repository:tag</c>.</summary>
    public string ImageUri(string repository, string tag, string account = Account) => $"{account}.dkr.ecr.{Options.Region}.amazonaws.com/{repository}:{tag}";

    public Task CreateRepositoryAsync(string repository) => Aws.JsonAsync("ecr", Ecr + "CreateRepository", new() { ["repositoryName"] = repository });

    /// <summary>The basic credential that the registry wants to be shown, in base 64, which is good for twelve hours.</summary>
    public async Task<string> RegistryTokenAsync()
    {
        var answer = await Aws.JsonAsync("ecr", Ecr + "GetAuthorizationToken", []).ConfigureAwait(false);
        return answer["authorizationData"]![0]!["authorizationToken"]!.GetValue<string>();
    }

    /// <summary>Pushes an image as a client does, blobs first; gives the manifest's digest.</summary>
    public async Task<string> PushImageAsync(string repository, string tag, byte[] manifest, IEnumerable<byte[]> blobs)
    {
        var shown = new AuthenticationHeaderValue("Basic", await RegistryTokenAsync().ConfigureAwait(false));
        foreach (var blob in blobs)
        {
            using var begun = await SendAsync(HttpMethod.Post, $"/v2/{repository}/blobs/uploads/", []).ConfigureAwait(false);
            using var done = await SendAsync(HttpMethod.Put, $"{begun.Headers.Location}?digest={Digest(blob)}", blob).ConfigureAwait(false);
        }

        using var pushed = await SendAsync(HttpMethod.Put, $"/v2/{repository}/manifests/{tag}", manifest).ConfigureAwait(false);
        return Digest(manifest);

        async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[] body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
            request.Headers.Authorization = shown;
            var answer = await http.SendAsync(request, stop.Token).ConfigureAwait(false);
            if (answer.IsSuccessStatusCode) return answer;
            using (answer) throw new InvalidOperationException($"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync().ConfigureAwait(false)}");
        }
    }

    public Task DeleteImageAsync(string repository, string digest) => Aws.JsonAsync("ecr", Ecr + "BatchDeleteImage", new()
    {
        ["repositoryName"] = repository,
        ["imageIds"] = new JsonArray(new JsonObject { ["imageDigest"] = digest }),
    });

    /// <summary>Creates a function from an image; gives its ARN.</summary>
    public async Task<string> CreateImageFunctionAsync(string name, string image, string role)
    {
        var input = new JsonObject { ["FunctionName"] = name, ["PackageType"] = "Image", ["Role"] = role, ["Code"] = new JsonObject { ["ImageUri"] = image } };
        return (await Aws.RestAsync("lambda", HttpMethod.Post, Functions, input).ConfigureAwait(false))["FunctionArn"]!.GetValue<string>();
    }

    public Task UpdateImageAsync(string name, string image) => Aws.RestAsync("lambda", HttpMethod.Put, $"{Functions}/{name}/code", new() { ["ImageUri"] = image });

    private static string Digest(byte[] content) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(content));
}
