using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Inventory.Npm;

/// <summary>What npm's manifests and lock files have in common.</summary>
internal static class NpmPackage
{
    public const string Ecosystem = "npm";

    private static readonly SearchValues<char> ForbiddenInNames = SearchValues.Create(" \\%?#:");
    private static readonly ImmutableArray<string> Needs = ["dependencies", "optionalDependencies", "peerDependencies"];

    /// <summary>Null where name and version make no package: a stub, or first-party code that was never published.</summary>
    public static Component? Component(string? name, string? version, params ImmutableArray<Occurrence> occurrences)
    {
        version = version?.Trim().TrimStart('=', 'v', ' ');
        if (name is null || string.IsNullOrEmpty(version) || !IsName(name) || !IsVersion(version)) return null;
        return new() { Purl = Purl.Npm(name, version), Ecosystem = Ecosystem, Name = name, Version = version, Occurrences = occurrences };
    }

    /// <summary>The package of a lock file's entry.</summary>
    public static Component? Locked(LockedPackage package, string version) => Component(package.Name, version);

    /// <summary>Names of what a package needs at run time; which version serves is decided by what is there.</summary>
    public static IEnumerable<string> Needed(JsonElement package) => Names(package, Needs);

    /// <summary>Names of what a root asks for, tools included.</summary>
    public static IEnumerable<string> Wished(JsonElement root) => Names(root, [.. Needs, "devDependencies"]);

    /// <summary>What a root asks for, with the range, and whether only for development.</summary>
    public static IEnumerable<(string Name, string Range, bool IsDevelopment)> Wishes(JsonElement root) =>
        Needs.Select(static kind => (Kind: kind, IsDevelopment: false)).Append((Kind: "devDependencies", IsDevelopment: true))
            .SelectMany(kind => ManifestJson.Members(root, kind.Kind).Select(member => (member.Name, ManifestJson.Text(member.Value) ?? "", kind.IsDevelopment)));

    /// <summary><c>"MIT"</c>, <c>{ "type": "MIT" }</c> and lists of either.</summary>
    public static ImmutableArray<string> Licences(JsonElement package)
    {
        if (!package.TryGetProperty("license", out var licence) && !package.TryGetProperty("licenses", out licence)) return [];
        return licence.ValueKind == JsonValueKind.Array
            ? [.. licence.EnumerateArray().Take(16).Select(Licence).OfType<string>()]
            : [.. new[] { Licence(licence) }.OfType<string>()];
    }

    public static bool IsName(string name)
    {
        if (name.Length is 0 or > 214 || name[0] == '.' || name.EndsWith('/')) return false;
        if (name.AsSpan().ContainsAny(ForbiddenInNames) || name.AsSpan().ContainsAnyInRange('\0', '\x1f')) return false;
        return name[0] == '@'
            ? name.Length > 3 && name.AsSpan().Count('/') == 1 && name[1] != '/'
            : !name.Contains('/', StringComparison.Ordinal);
    }

    private static bool IsVersion(string version) =>
        version.Length <= 256 && char.IsAsciiDigit(version[0]) && !version.AsSpan().ContainsAny(" /:\t\n");

    private static IEnumerable<string> Names(JsonElement package, ImmutableArray<string> kinds) =>
        kinds.SelectMany(kind => ManifestJson.Members(package, kind)).Select(static member => member.Name).Where(IsName);

    private static string? Licence(JsonElement licence)
    {
        var text = licence.ValueKind == JsonValueKind.Object ? ManifestJson.Text(licence, "type") : ManifestJson.Text(licence);
        return text is { Length: > 0 and <= 200 } ? text : null;
    }
}
