namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// Clients of the AWS SDK for JavaScript 3: each says for which service it is, and hands its version over to the maker of
/// the user agent. Clients of one release bear one version; where several are seen none is told.
/// </summary>
internal sealed class AwsClients(BundleFinds finds)
{
    private const string Version = "clientVersion:\"";
    private const int MostServices = 200;

    /// <summary>From this minor release of version 3 on these are parts of another package.</summary>
    private const int Nested = 700;

    private const string Service = "serviceId??\"";
    private static readonly string[] Parts = ["sso", "sso-oidc", "sts", "signin"];

    private readonly HashSet<string> versions = [];
    private readonly SortedSet<string> services = new(StringComparer.Ordinal);

    /// <summary>What <see cref="Take"/> looks for.</summary>
    public static IEnumerable<string> Anchors => [Version, Service];

    public void Take(ReadOnlySpan<char> text, int at)
    {
        text = text[at..];
        if (text.StartsWith(Version, StringComparison.Ordinal))
        {
            var version = VersionText.Quoted(text[(Version.Length - 1)..Math.Min(text.Length, Version.Length + 64)]);
            if (version.Length > 0 && versions.Count < 2) versions.Add(version.ToString());
        }
        else if (text.StartsWith(Service, StringComparison.Ordinal) && services.Count < MostServices)
        {
            var rest = text[Service.Length..Math.Min(text.Length, Service.Length + 64)];
            if (rest.IndexOf('"') is > 0 and var end) services.Add(rest[..end].ToString());
        }
    }

    /// <summary>The service's name is that of its package, but for case and spaces.</summary>
    public void Settle()
    {
        if (versions is not { Count: 1 } || versions.First() is not ['3', '.', ..] only) return;
        var isNested = !int.TryParse(only.Split('.')[1], out var minor) || minor >= Nested;
        foreach (var service in services)
        {
            var name = service.ToLowerInvariant().Replace(' ', '-');
            if (name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter != '-') || (isNested && Parts.Contains(name))) continue;
            finds.Add($"@aws-sdk/client-{name}", only, new(Technique.VersionConstant, 0.65, $"{Service}{service}\", {Version}{only}\""));
        }
    }
}
