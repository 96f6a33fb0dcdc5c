using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Linux;

/// <summary>The distribution that a file system is of, by its <c>os-release</c> (freedesktop.org's os-release(5)).</summary>
/// <param name="Vendor">Namespace of its packages' URLs.</param>
/// <param name="Ecosystem">As OSV names it, with the release: <c>Debian:12</c>.</param>
/// <param name="SpeaksOfSources">Whether its advisories name source packages.</param>
internal sealed record Distribution(string Vendor, string Ecosystem, bool SpeaksOfSources)
{
    private const int MostBytes = 64 << 10;

    private static readonly string[] Places = ["etc/os-release", "usr/lib/os-release"];

    /// <summary>Of any file system that lies in a package.</summary>
    public static bool IsDescription(string path) =>
        path.EndsWith("os-release", StringComparison.Ordinal)
        && Array.Exists(Places, place => path.EndsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[^(place.Length + 1)] == '/'));

    /// <param name="root">Where the file system begins, with its slash.</param>
    /// <param name="usual">The <c>ID</c> to go by where nothing says one; empty where none is usual.</param>
    public static Distribution Of(PackageTree tree, string root, string usual)
    {
        foreach (var place in Places)
        {
            if (tree.Find(root + place) is { Size: > 0 } file) return Of(Encoding.UTF8.GetString(tree.ReadAll(file, MostBytes)), usual);
        }

        return Of("", usual);
    }

    public static Distribution Of(string text, string usual)
    {
        var fields = Fields(text);
        var id = fields.GetValueOrDefault("ID", usual) is { Length: > 0 } given ? Lower(given) : usual;
        var release = fields.GetValueOrDefault("VERSION_ID", "");
        var pretty = fields.GetValueOrDefault("PRETTY_NAME", "");
        return id switch
        {
            "debian" => new(id, With("Debian", release.Length > 0 ? release : Coming(fields.GetValueOrDefault("VERSION_CODENAME", ""))), true),
            "ubuntu" => new(
                id, With("Ubuntu", fields.GetValueOrDefault("VERSION", "").Contains("LTS", StringComparison.Ordinal) ? $"{release}:LTS" : release), true),
            "alpine" => new(id, With("Alpine", Branch(release) is { Length: > 0 } branch ? $"v{branch}" : ""), true),
            "alpaquita" => new(id, With("Alpaquita", release), true),
            "wolfi" => new(id, "Wolfi", true),
            "chainguard" => new(id, "Chainguard", true),
            "minimos" => new(id, "MinimOS", true),
            "almalinux" => new(id, With("AlmaLinux", Major(release)), false),
            "rocky" => new(id, With("Rocky Linux", Major(release)), true),
            "rhel" => new("redhat", With("Red Hat", Major(release) is { Length: > 0 } major ? $"enterprise_linux:{major}" : ""), false),
            "sles" or "sled" or "sle-micro" or "suse" => new("suse", With("SUSE", Without(pretty, "SUSE ")), true),
            "opensuse-leap" or "opensuse-tumbleweed" or "opensuse" => new("opensuse", With("openSUSE", Without(pretty, "openSUSE ")), true),
            "photon" => new(id, With("Photon OS", release), false),
            "mageia" => new(id, With("Mageia", release), true),
            "" => new("", "rpm", false),
            _ => new(id, With((fields.GetValueOrDefault("NAME") is { Length: > 0 } name ? name : id).Replace(':', ' '), release), true),
        };
    }

    private static Dictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            var trimmed = line.Trim();
            if (trimmed.IsEmpty || trimmed[0] == '#' || trimmed.IndexOf('=') is not (> 0 and var equals)) continue;
            var value = trimmed[(equals + 1)..].Trim();
            if (value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0]) value = value[1..^1];
            if (value.Length <= 200) fields.TryAdd(trimmed[..equals].ToString(), value.ToString());
        }

        return fields;
    }

    private static string With(string name, string release) => release.Length == 0 ? name : $"{name}:{release}";

    private static string Without(string text, string start) => text.StartsWith(start, StringComparison.Ordinal) ? text[start.Length..] : "";

    private static string Major(string release) => release.Split('.')[0];

    /// <summary>The first two numbers.</summary>
    private static string Branch(string release)
    {
        var parts = release.Split('.', '_');
        return parts.Length >= 2 && parts[0].All(char.IsAsciiDigit) && parts[1].All(char.IsAsciiDigit) ? $"{parts[0]}.{parts[1]}" : "";
    }

    /// <summary>A release that is being made has a name before it has a number.</summary>
    private static string Coming(string codename) => codename switch
    {
        "trixie" => "13",
        "forky" => "14",
        "duke" => "15",
        _ => "",
    };

#pragma warning disable CA1308 // os-release's ids are of lower case
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
