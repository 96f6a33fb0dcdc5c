using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Inventory.Php;

/// <summary>What Composer's files have in common.</summary>
internal static class ComposerPackage
{
    public const string Ecosystem = "Packagist";

    private static readonly SearchValues<char> ForbiddenInNames = SearchValues.Create(" \t\\%?#");

    /// <summary>Null where name and version make no package.</summary>
    public static Component? Component(string? name, string? version)
    {
        if (name is null || version is null || name.Length > 200 || version.Length is 0 or > 256) return null;
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == name.Length - 1 || name.LastIndexOf('/') != slash || name.AsSpan().ContainsAny(ForbiddenInNames)) return null;
        return new() { Purl = Purl.Of("composer", name[..slash], name[(slash + 1)..], version), Ecosystem = Ecosystem, Name = name, Version = version };
    }

    public static ImmutableArray<string> Licences(JsonElement package) =>
        package.TryGetProperty("license", out var licence) && licence.ValueKind == JsonValueKind.Array
            ? [.. licence.EnumerateArray().Take(16).Select(ManifestJson.Text).OfType<string>().Where(static l => l.Length is > 0 and <= 200)]
            : [];

    /// <summary>SHA-1 of the archive; left empty by most sources.</summary>
    public static ImmutableArray<ComponentHash> Hashes(JsonElement package) =>
        package.TryGetProperty("dist", out var dist) && dist.ValueKind == JsonValueKind.Object ? Integrity.Hex("SHA-1", ManifestJson.Text(dist, "shasum")) : [];

#pragma warning disable CA1308 // Composer compares names in lower case
    /// <summary>A name as others may write it.</summary>
    public static string Key(string name) => name.ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>Names under which others may ask for the package.</summary>
    public static IEnumerable<string> StandsFor(JsonElement package) => Needs(package, "replace").Concat(Needs(package, "provide"));

    /// <summary>Names of other packages; PHP itself and its extensions have no slash.</summary>
    public static IEnumerable<string> Needs(JsonElement package, string member = "require") =>
        ManifestJson.Members(package, member).Select(static member => member.Name).Where(static name => name.Contains('/', StringComparison.Ordinal));

    public static IEnumerable<JsonElement> Objects(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(static p => p.ValueKind == JsonValueKind.Object) : [];
}
