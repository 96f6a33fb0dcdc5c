using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Inventory.Npm;

/// <summary>One entry of a lock file, by the folder it is locked for: <c>node_modules/a/node_modules/b</c>.</summary>
internal sealed record NpmLockEntry
{
    public required string Name { get; init; }

    /// <summary>Null where the lock file does not say: a repository or an archive without one in its name.</summary>
    public string? Version { get; init; }

    /// <summary>A workspace or other folder of the project itself.</summary>
    public bool IsFirstParty { get; init; }

    public bool IsDevelopment { get; init; }

    /// <summary>What its makers say who deprecated it.</summary>
    public string? Deprecated { get; init; }

    public ImmutableArray<ComponentHash> Hashes { get; init; } = [];

    public ImmutableArray<string> Licences { get; init; } = [];

    /// <summary>Wishes: which version serves each is another entry's word.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];
}

/// <summary>Brings the three lock file versions to one table.</summary>
internal static class NpmLock
{
    private const int LongestText = 300;

    /// <summary>Versions 2 and 3 are flat; the entry at the empty key is the project.</summary>
    public static Dictionary<string, NpmLockEntry> Read(JsonElement root, ScanLimits limits)
    {
        var entries = new Dictionary<string, NpmLockEntry>(StringComparer.Ordinal);
        if (root.TryGetProperty("packages", out var packages) && packages.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in packages.EnumerateObject())
            {
                if (member.Value.ValueKind == JsonValueKind.Object)
                    entries[Checked(member.Name, limits)] = Flat(member.Name, member.Value);
            }

            return entries;
        }

        if (!root.TryGetProperty("dependencies", out var nested) && !root.TryGetProperty("lockfileVersion", out _))
            throw new FormatException("neither packages nor dependencies");
        if (nested.ValueKind == JsonValueKind.Object) ReadNested(root, "", entries, limits);
        return entries;
    }

    private static string Checked(string key, ScanLimits limits) =>
        key.Length <= limits.PathLength ? key : throw new LimitReachedException($"a path of more than {limits.PathLength} characters");

    private static NpmLockEntry Flat(string key, JsonElement entry)
    {
        var modules = key.LastIndexOf(NpmPaths.Modules, StringComparison.Ordinal);
        var name = ManifestJson.Text(entry, "name") ?? (modules < 0 ? key : key[(modules + NpmPaths.Modules.Length)..]);
        var isRoot = modules < 0;
        return new()
        {
            Name = name,
            Version = ManifestJson.Text(entry, "version"),
            IsFirstParty = isRoot || ManifestJson.Is(entry, "link"),
            IsDevelopment = ManifestJson.Is(entry, "dev"),
            Hashes = Integrity.Parse(ManifestJson.Text(entry, "integrity")),
            Licences = NpmPackage.Licences(entry),
            Deprecated = ManifestJson.Text(entry, "deprecated") is { Length: > 0 } text ? Cut(text) : null,
            Needs = [.. isRoot ? NpmPackage.Wished(entry) : NpmPackage.Needed(entry)],
        };
    }

    private static string Cut(string text) =>
        text.Length <= LongestText ? text : text[..(char.IsHighSurrogate(text[LongestText - 1]) ? LongestText - 1 : LongestText)];

    /// <summary>Version 1; the parser has bounded the depth.</summary>
    private static void ReadNested(JsonElement parent, string folder, Dictionary<string, NpmLockEntry> entries, ScanLimits limits)
    {
        foreach (var member in ManifestJson.Members(parent, "dependencies"))
        {
            if (member.Value.ValueKind != JsonValueKind.Object) continue;

            var folderName = member.Name;
            var key = Checked($"{folder}{NpmPaths.Modules}{folderName}", limits);
            entries[key] = Nested(folderName, member.Value);
            ReadNested(member.Value, key + "/", entries, limits);
        }
    }

    private static NpmLockEntry Nested(string folderName, JsonElement entry)
    {
        var (name, version, isFirstParty) = Source(folderName, ManifestJson.Text(entry, "version") ?? "");
        return new()
        {
            Name = name,
            Version = version,
            IsFirstParty = isFirstParty,
            IsDevelopment = ManifestJson.Is(entry, "dev"),
            Hashes = Integrity.Parse(ManifestJson.Text(entry, "integrity")),
            Needs = [.. ManifestJson.Members(entry, "requires").Select(static member => member.Name).Where(NpmPackage.IsName)],
        };
    }

    /// <summary>In version 1 the version may be an alias, a folder, a repository or an archive's address.</summary>
    private static (string Name, string? Version, bool IsFirstParty) Source(string name, string version)
    {
        if (version.StartsWith("npm:", StringComparison.Ordinal) && version.LastIndexOf('@') is var at and > 4)
            return (version[4..at], version[(at + 1)..], false);
        if (version.StartsWith("file:", StringComparison.Ordinal) && !version.EndsWith(".tgz", StringComparison.Ordinal))
            return (name, null, true);
        return version.Contains(':', StringComparison.Ordinal)
            ? (name, FromArchive(name, version), false)
            : (name, version.Length == 0 ? null : version, false);
    }

    /// <summary><c>https://…/name-1.2.3.tgz</c></summary>
    private static string? FromArchive(string name, string address)
    {
        var file = address[(address.LastIndexOf('/') + 1)..];
        var stem = name[(name.LastIndexOf('/') + 1)..] + "-";
        return file.StartsWith(stem, StringComparison.Ordinal)
            && file.EndsWith(".tgz", StringComparison.Ordinal)
            && file.Length > stem.Length + 4
            ? file[stem.Length..^4]
            : null;
    }
}
