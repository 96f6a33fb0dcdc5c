using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace ServerlessSec.Inventory.Npm;

/// <summary>One package of Plug'n'Play.</summary>
/// <param name="Reference">Which version, and from where: <c>npm:1.0.0</c>.</param>
/// <param name="Version">Null where the reference has none: a repository, an archive.</param>
/// <param name="Location">Its folder, relative to the loader.</param>
/// <param name="IsFirstParty">The project itself, a workspace, or a linked folder.</param>
internal sealed record PnpPackage(
    string Name, string Reference, string? Version, string Location, bool IsFirstParty, ImmutableArray<(string Name, string Reference)> Needs);

/// <summary>Reads the table that the loader of Plug'n'Play carries: JSON in a file of its own, as a literal, or in a string of JavaScript.</summary>
internal static class PnpData
{
    private const string Virtual = "__virtual__/";

    /// <summary>Throws <see cref="FormatException"/> where the loader has no table.</summary>
    public static byte[] Of(byte[] loader)
    {
        var text = loader.AsSpan();
        if (text.TrimStart(" \r\n\t"u8).StartsWith("{"u8)) return loader;

        if (text.IndexOf("RAW_RUNTIME_STATE"u8) is var state and >= 0 && text[state..].IndexOf((byte)'\'') is var quote and >= 0)
            return Unquoted(text[(state + quote + 1)..]);
        if (text.IndexOf("hydrateRuntimeState({"u8) is var call and >= 0) return Literal(text[(call + "hydrateRuntimeState(".Length)..]);
        throw new FormatException("no table of packages");
    }

    public static IEnumerable<PnpPackage> Packages(JsonElement root)
    {
        if (!root.TryGetProperty("packageRegistryData", out var registry)) throw new FormatException("no packageRegistryData");
        foreach (var entry in Pairs(registry))
        {
            // The project itself has no name there, and stands once more under its own.
            if (ManifestJson.Text(entry.First) is not { } name) continue;
            foreach (var store in Pairs(entry.Second))
            {
                if (ManifestJson.Text(store.First) is not { } reference || ManifestJson.Text(store.Second, "packageLocation") is not { } location) continue;
                var isFirstParty = ManifestJson.Text(store.Second, "linkType") == "SOFT";
                yield return new(name, reference, VersionOf(reference), location, isFirstParty, [.. Needs(name, reference, store.Second)]);
            }
        }
    }

    /// <summary>Where a location really is: <c>A/__virtual__/ID/N/B</c> stands for <c>B</c>, <c>N</c> folders above <c>A</c>.</summary>
    public static string Real(string location)
    {
        var start = location.IndexOf(Virtual, StringComparison.Ordinal);
        if (start < 0 || location[(start + Virtual.Length)..].Split('/', 3) is not [_, var depth, var rest]) return location;
        return int.TryParse(depth, NumberStyles.None, CultureInfo.InvariantCulture, out var up) && up < 64
            ? location[..start] + string.Concat(Enumerable.Repeat("../", up)) + rest
            : location;
    }

    /// <summary><c>npm:1.0.0</c>, <c>virtual:HASH#npm:1.0.0</c>, <c>patch:a@npm%3A1.0.0#…::version=1.0.0&amp;hash=…</c></summary>
    private static string? VersionOf(string reference)
    {
        const string parameter = "::version=";
        if (reference.IndexOf(parameter, StringComparison.Ordinal) is var bound and >= 0)
        {
            var version = reference[(bound + parameter.Length)..];
            return version.IndexOf('&', StringComparison.Ordinal) is var end and >= 0 ? version[..end] : version;
        }

        var real = reference[(reference.LastIndexOf('#') + 1)..];
        return real.StartsWith("npm:", StringComparison.Ordinal) ? real[4..].Split("::")[0] : null;
    }

    /// <summary>Each knows itself too.</summary>
    private static IEnumerable<(string Name, string Reference)> Needs(string name, string reference, JsonElement package)
    {
        if (!package.TryGetProperty("packageDependencies", out var needs)) yield break;
        foreach (var need in Pairs(needs))
        {
            if (ManifestJson.Text(need.First) is not { } needed) continue;

            // Under another name than its own a package stands as a pair.
            var target = need.Second.ValueKind == JsonValueKind.Array
                ? Pair(need.Second) is var (aliased, version) && ManifestJson.Text(aliased) is { } real && ManifestJson.Text(version) is { } at ? (real, at) : default
                : (needed, ManifestJson.Text(need.Second) ?? "");
            if (target is { Item1: not null, Item2.Length: > 0 } && target != (name, reference)) yield return target;
        }
    }

    private static IEnumerable<(JsonElement First, JsonElement Second)> Pairs(JsonElement list) =>
        list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Select(Pair) : [];

    private static (JsonElement First, JsonElement Second) Pair(JsonElement pair) =>
        pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 ? (pair[0], pair[1]) : default;

    /// <summary>A string in single quotes, whose lines end in a backslash.</summary>
    private static byte[] Unquoted(ReadOnlySpan<byte> text)
    {
        var json = new byte[text.Length];
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '\'') return json[..length];
            if (text[at] == '\\' && ++at < text.Length)
            {
                if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n') at++;
                if (text[at] == '\n') continue;
            }

            if (at < text.Length) json[length++] = text[at];
        }

        throw new FormatException("a table that has no end");
    }

    /// <summary>The object that <paramref name="text"/> begins with.</summary>
    private static byte[] Literal(ReadOnlySpan<byte> text)
    {
        var (depth, isQuoted) = (0, false);
        for (var at = 0; at < text.Length; at++)
        {
            if (isQuoted && text[at] == '\\') at++;
            else if (text[at] == '"') isQuoted = !isQuoted;
            else if (!isQuoted && text[at] == '{') depth++;
            else if (!isQuoted && text[at] == '}' && --depth == 0) return text[..(at + 1)].ToArray();
        }

        throw new FormatException("a table that has no end");
    }
}
