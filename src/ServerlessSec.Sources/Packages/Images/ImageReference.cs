using System.Buffers;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>The name of an image: <c>registry/repository:tag@digest</c>.</summary>
/// <param name="Host">Of the registry, with its port.</param>
/// <param name="Repository">The path within it.</param>
/// <param name="Reference">The digest where there is one, else the tag.</param>
public sealed record ImageReference(string Host, string Repository, string Reference)
{
    private static readonly SearchValues<char> InHosts = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:");
    private static readonly SearchValues<char> InPaths = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/");
    private static readonly SearchValues<char> InTags = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>Where the registry is. As for docker, one on this machine speaks HTTP.</summary>
    public Uri Registry => new($"{(IsLoopback ? "http" : "https")}://{(IsHub ? "registry-1.docker.io" : Host)}");

    /// <summary>The repository as the registry knows it.</summary>
    public string RegistryRepository => IsHub && !Repository.Contains('/', StringComparison.Ordinal) ? $"library/{Repository}" : Repository;

    private bool IsHub => Host is "docker.io" or "index.docker.io";

    private bool IsLoopback => Host.Split(':')[0] is "localhost" or "127.0.0.1";

    /// <exception cref="FormatException">It names no image of a registry.</exception>
    public static ImageReference Parse(string text)
    {
        var (name, digest) = text.Split('@') switch { [var n] => (n, null), [var n, var d] => (n, ImageDigest.Check(d)), _ => throw Bad() };
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0) throw Bad();
        var (host, path) = (name[..slash], name[(slash + 1)..]);
        var tag = "latest";
        if (path.LastIndexOf(':') is var colon and > 0) (path, tag) = (path[..colon], path[(colon + 1)..]);
        if (!host.AsSpan().ContainsAny(".:") && host != "localhost") throw Bad();
        if (!IsHost(host) || !IsPath(path) || !IsTag(tag)) throw Bad();
        return new(host, path, digest ?? tag);

        FormatException Bad() => new("it names no image of a registry");
    }

    private static bool IsHost(string host) =>
        !host.AsSpan().ContainsAnyExcept(InHosts) && char.IsAsciiLetterOrDigit(host[0])
        && Uri.TryCreate($"https://{host}", UriKind.Absolute, out var address) && address.PathAndQuery == "/";

    private static bool IsPath(string path) =>
        path.Length is > 0 and <= 256
        && !path.AsSpan().ContainsAnyExcept(InPaths)
        && path.Split('/').All(static part => part.Length > 0 && char.IsAsciiLetterOrDigit(part[0]));

    private static bool IsTag(string tag) =>
        tag.Length is > 0 and <= 128 && !tag.AsSpan().ContainsAnyExcept(InTags) && tag[0] is not ('.' or '-');
}
