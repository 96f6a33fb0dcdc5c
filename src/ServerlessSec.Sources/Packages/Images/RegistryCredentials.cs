using System.Text;
using System.Text.Json;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Packages.Images;

/// <summary>What is known for a registry.</summary>
/// <param name="Unasked">Why there is no credential although one is configured, as a lowercase fragment; else null.</param>
public readonly record struct KnownCredential(RegistryCredential Credential, string? Unasked);

/// <summary>
/// Credentials from the file that <c>docker login</c> writes (https://docs.docker.com/reference/cli/docker/login/): those that
/// stand in it. Programs that it names as helpers are not started.
/// </summary>
public sealed class RegistryCredentials
{
    private const int MostBytes = 1 << 20;

    private readonly Dictionary<string, RegistryCredential> known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> helped = new(StringComparer.OrdinalIgnoreCase);
    private bool hasStore;

    private RegistryCredentials()
    {
    }

    public static RegistryCredentials None { get; } = new();

    /// <exception cref="FormatException">It is there, and no such file; the message shows nothing of it.</exception>
    public static RegistryCredentials Read(string path)
    {
        if (!File.Exists(path)) return None;
        using var document = ImageJson.Parse(SmallFile.Read(path, MostBytes));
        var credentials = new RegistryCredentials { hasStore = ImageJson.Text(document.RootElement, "credsStore") is { Length: > 0 } };
        foreach (var (host, _) in Members(document.RootElement, "credHelpers")) credentials.helped.Add(HostOf(host));
        foreach (var (host, entry) in Members(document.RootElement, "auths")) credentials.Add(HostOf(host), entry);
        return credentials;
    }

    public KnownCredential For(string host)
    {
        var key = host is "docker.io" ? "index.docker.io" : host;
        if (known.TryGetValue(key, out var credential)) return new(credential, null);
        return new(
            RegistryCredential.None,
            helped.Contains(key) || hasStore
                ? "its credentials are kept by a helper program of docker's, which is not asked: only those that stand in config.json are used"
                : null);
    }

    private void Add(string host, JsonElement entry)
    {
        if (ImageJson.Text(entry, "registrytoken") is { Length: > 0 } token && IsOneLine(token)) known[host] = new(null, token);
        else if (Pair(entry) is { } pair) known[host] = pair;
        // `docker login` leaves an empty entry where a helper has the credential; an identity token is for exchange alone.
        else if (ImageJson.Text(entry, "identitytoken") is not null) helped.Add(host);
    }

    private static RegistryCredential? Pair(JsonElement entry)
    {
        if (ImageJson.Text(entry, "username") is { Length: > 0 } user && ImageJson.Text(entry, "password") is { } password) return new(user, password);
        if (ImageJson.Text(entry, "auth") is not { Length: > 0 } auth) return null;
        var bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out var length)) return null;
        var text = Encoding.UTF8.GetString(bytes, 0, length).TrimEnd('\0');
        return text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? new(text[..colon], text[(colon + 1)..]) : null;
    }

    private static bool IsOneLine(string token) => !token.AsSpan().ContainsAny("\r\n");

    /// <summary>Keys are hosts, or addresses of versions of the API long ago.</summary>
    private static string HostOf(string key)
    {
        var start = key.IndexOf("://", StringComparison.Ordinal) is var scheme and >= 0 ? scheme + 3 : 0;
        return key[start..].Split('/')[0];
    }

    private static IEnumerable<(string Name, JsonElement Value)> Members(JsonElement root, string member) =>
        ImageJson.Object(root, member) is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject().Select(static m => (m.Name, m.Value)) : [];
}
