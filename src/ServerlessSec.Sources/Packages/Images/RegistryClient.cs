using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>What a caller has to show a registry: a bearer token or, with a user, a password. None where both are null.</summary>
public sealed record RegistryCredential(string? User, string? Secret)
{
    public static RegistryCredential None { get; } = new(null, null);
}

/// <summary>
/// One repository of a registry by OCI's distribution API. A registry that asks for it is shown a token, fetched where its
/// challenge says; addresses that blobs are sent on to never see one.
/// </summary>
/// <param name="http">Follows redirects.</param>
/// <param name="registry">Scheme and host.</param>
/// <param name="repository">Name of the repository: <c>library/alpine</c>.</param>
/// <param name="credential">For the registry, or for where its tokens come from.</param>
public sealed class RegistryClient(HttpClient http, Uri registry, string repository, RegistryCredential credential) : IImageBlobs
{
    private const int ManifestBytes = 8 << 20;

    private static readonly string[] Manifests =
    [
        "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
    ];

    private AuthenticationHeaderValue? authorization = credential is { User: null, Secret: { } token } ? new("Bearer", token) : null;

    public async Task<byte[]> ManifestAsync(string reference, CancellationToken stop)
    {
        using var answer = await GetAsync($"manifests/{Uri.EscapeDataString(reference).Replace("%3A", ":", StringComparison.Ordinal)}", Manifests, stop).ConfigureAwait(false);
        if (answer.Content.Headers.ContentLength > ManifestBytes) throw new LimitReachedException($"more than {ManifestBytes} bytes of a manifest");
        var body = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (body.ConfigureAwait(false)) return ImageReader.All(body);
    }

    public async Task<Stream> BlobAsync(string digest, CancellationToken stop)
    {
        var answer = await GetAsync($"blobs/{ImageDigest.Check(digest)}", ["*/*"], stop).ConfigureAwait(false);
        return await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
    }

    public void Dispose()
    {
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string[] accept, CancellationToken stop)
    {
        var address = new Uri(registry, $"/v2/{repository}/{path}");
        var answer = await SendAsync(address, accept, authorization, stop).ConfigureAwait(false);
        if (answer.StatusCode == HttpStatusCode.Unauthorized && await AnswerAsync(answer, stop).ConfigureAwait(false) is { } shown)
        {
            answer.Dispose();
            authorization = shown;
            answer = await SendAsync(address, accept, shown, stop).ConfigureAwait(false);
        }

        if (answer.IsSuccessStatusCode) return answer;
        using (answer)
        {
            switch (answer.StatusCode)
            {
                case HttpStatusCode.NotFound:
                    throw new ImageMissingException("it is not in the registry");
                case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                    throw new ImageMissingException("the registry refused to give it");
                default:
                    throw new HttpRequestException($"the registry answered {(int)answer.StatusCode}", null, answer.StatusCode);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(Uri address, string[] accept, AuthenticationHeaderValue? shown, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var type in accept) request.Headers.Accept.ParseAdd(type);
        request.Headers.Authorization = shown;
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop).ConfigureAwait(false);
    }

    /// <summary>What the registry's challenge asks to be shown; null where the caller has nothing of the kind.</summary>
    private async Task<AuthenticationHeaderValue?> AnswerAsync(HttpResponseMessage refusal, CancellationToken stop)
    {
        var challenges = refusal.Headers.WwwAuthenticate;
        if (challenges.FirstOrDefault(static c => c.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)) is { } bearer)
            return await TokenAsync(RegistryChallenge.Parse(bearer.Parameter ?? ""), stop).ConfigureAwait(false);
        return challenges.Any(static c => c.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)) ? Basic() : null;
    }

    private async Task<AuthenticationHeaderValue?> TokenAsync(RegistryChallenge challenge, CancellationToken stop)
    {
        if (challenge.Address(registry, repository) is not { } address) throw new ImageMissingException("the registry sends for tokens to an address that is not safe");
        using var answer = await SendAsync(address, ["application/json"], Basic(), stop).ConfigureAwait(false);
        if (!answer.IsSuccessStatusCode) return null;
        var body = await answer.Content.ReadAsStreamAsync(stop).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            using var document = ImageJson.Parse(ImageReader.All(body));
            var token = ImageJson.Text(document.RootElement, "token") ?? ImageJson.Text(document.RootElement, "access_token");
            return token is { Length: > 0 } && !token.AsSpan().ContainsAny("\r\n") ? new("Bearer", token) : null;
        }
    }

    private AuthenticationHeaderValue? Basic() => credential is { User: { } user, Secret: { } secret }
        ? new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{secret}")))
        : null;
}
