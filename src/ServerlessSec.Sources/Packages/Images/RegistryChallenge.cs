namespace ServerlessSec.Sources.Packages.Images;

/// <summary>The parameters of <c>WWW-Authenticate: Bearer realm="…",service="…",scope="…"</c>.</summary>
internal sealed record RegistryChallenge(string? Realm, string? Service, string? Scope)
{
    public static RegistryChallenge Parse(string parameters)
    {
        string? realm = null, service = null, scope = null;
        for (var rest = parameters.AsSpan().Trim(); rest.IndexOf('=') is > 0 and var equals;)
        {
            var name = rest[..equals].Trim(", ");
            rest = rest[(equals + 1)..].TrimStart();
            var isQuoted = rest is ['"', ..];
            if (isQuoted) rest = rest[1..];
            var end = isQuoted ? rest.IndexOf('"') : rest.IndexOf(',');
            var value = (end < 0 ? rest : rest[..end]).ToString();
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (name.Equals("realm", StringComparison.OrdinalIgnoreCase)) realm = value;
            else if (name.Equals("service", StringComparison.OrdinalIgnoreCase)) service = value;
            else if (name.Equals("scope", StringComparison.OrdinalIgnoreCase)) scope = value;
        }

        return new(realm, service, scope);
    }

    /// <summary>Where the token is; null where that is no place to show a password: not encrypted, unless the registry is not either.</summary>
    public Uri? Address(Uri registry, string repository)
    {
        if (!Uri.TryCreate(Realm, UriKind.Absolute, out var realm) || realm.UserInfo.Length > 0) return null;
        if (realm.Scheme != Uri.UriSchemeHttps && !(realm.Scheme == Uri.UriSchemeHttp && registry.Scheme == Uri.UriSchemeHttp && realm.Host == registry.Host)) return null;
        // No more than to read this one, whatever is asked for.
        var query = $"scope={Uri.EscapeDataString($"repository:{repository}:pull")}" + (Service is null ? "" : $"&service={Uri.EscapeDataString(Service)}");
        return new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{query}" : query, Fragment = "" }.Uri;
    }
}
