using System.Buffers;
using System.Text;

namespace ServerlessSec.Inventory;

/// <summary>A package URL: <c>pkg:type/namespace/name@version</c>, percent-encoded and normalised per type (purl-spec).</summary>
/// <remarks>Made by <see cref="Of"/>, <see cref="Parse"/> or the methods named after a type, it is normalised, and
/// equal packages are equal.</remarks>
public sealed record Purl(string Type, string? Namespace, string Name, string? Version)
{
    // ':' stands for itself everywhere, by the specification's rules for encoding.
    private static readonly SearchValues<byte> Unencoded = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:"u8);

    /// <summary>The same package at no particular version.</summary>
    public Purl WithoutVersion => this with { Version = null };

    /// <summary>One spelling for what tools write of npm and Go in letters of either case: the specification once asked for small ones.</summary>
    public Purl AnyCase => Type is "npm" or "golang" ? this with { Namespace = Namespace is null ? null : Lower(Namespace), Name = Lower(Name) } : this;

    /// <param name="name">With its scope: <c>@scope/name</c>.</param>
    public static Purl Npm(string name, string? version) =>
        name.StartsWith('@') && name.IndexOf('/', StringComparison.Ordinal) is var slash and > 0
            ? Of("npm", name[..slash], name[(slash + 1)..], version)
            : Of("npm", null, name, version);

    public static Purl PyPi(string name, string? version) => Of("pypi", null, name, version);

    public static Purl NuGet(string name, string? version) => Of("nuget", null, name, version);

    public static Purl Maven(string group, string artifact, string? version) => Of("maven", group, artifact, version);

    /// <param name="module">A module's path, or <c>stdlib</c>: <c>github.com/google/uuid</c>.</param>
    public static Purl Golang(string module, string? version) => Path("golang", module, version);

    public static Purl Gem(string name, string? version) => Of("gem", null, name, version);

    /// <param name="name">With its vendor: <c>symfony/yaml</c>.</param>
    public static Purl Composer(string name, string? version) => Path("composer", name, version);

    public static Purl Cargo(string name, string? version) => Of("cargo", null, name, version);

    /// <param name="vendor">The distribution, as in os-release's <c>ID</c>: <c>debian</c>, <c>ubuntu</c>.</param>
    public static Purl Deb(string vendor, string name, string? version) => Of("deb", vendor, name, version);

    /// <inheritdoc cref="Deb"/>
    public static Purl Apk(string vendor, string name, string? version) => Of("apk", vendor, name, version);

    /// <inheritdoc cref="Deb"/>
    public static Purl Rpm(string vendor, string name, string? version) => Of("rpm", vendor, name, version);

    public static Purl Generic(string name, string? version) => Of("generic", null, name, version);

    private static Purl Path(string type, string path, string? version) =>
        path.LastIndexOf('/') is var slash and > 0 && slash < path.Length - 1
            ? Of(type, path[..slash], path[(slash + 1)..], version)
            : Of(type, null, path, version);

    /// <summary>Normalises as the type wants.</summary>
    public static Purl Of(string type, string? @namespace, string name, string? version)
    {
        type = Lower(type);
        var parts = @namespace?.Split('/', StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } segments
            ? string.Join('/', segments)
            : null;
        if (string.IsNullOrEmpty(version)) version = null;
        return type switch
        {
            "composer" or "github" or "bitbucket" or "deb" or "apk" or "hex" or "pub" =>
                new(type, parts is null ? null : Lower(parts), Lower(name), version),
            "pypi" => new(type, parts, PythonName(name), version),
            "rpm" => new(type, parts is null ? null : Lower(parts), name, version),
            _ => new(type, parts, name, version),
        };
    }

    /// <summary>PEP 503: lower case, each run of <c>-</c>, <c>_</c> and <c>.</c> one hyphen.</summary>
    public static string PythonName(string name)
    {
        var normal = new StringBuilder(name.Length);
        foreach (var letter in Lower(name))
        {
            if (letter is not ('-' or '_' or '.')) normal.Append(letter);
            else if (normal.Length == 0 || normal[^1] != '-') normal.Append('-');
        }

        return normal.ToString();
    }

    /// <summary>Reads a package URL; qualifiers and subpath, which are no part of our identity, are left out.</summary>
    public static Purl Parse(string text)
    {
        if (!text.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase)) throw Bad(text);

        var rest = text.AsSpan(4).TrimStart('/');
        if (rest.IndexOfAny('#', '?') is var extra and >= 0) rest = rest[..extra];
        string? version = null;
        if (rest.LastIndexOf('@') is var at && at > rest.LastIndexOf('/'))
        {
            version = Uri.UnescapeDataString(rest[(at + 1)..]);
            rest = rest[..at];
        }

        rest = rest.TrimEnd('/');
        var first = rest.IndexOf('/');
        var last = rest.LastIndexOf('/');
        if (first <= 0 || !IsType(rest[..first])) throw Bad(text);

        var name = Uri.UnescapeDataString(rest[(last + 1)..]);
        return name.Length == 0
            ? throw Bad(text)
            : Of(rest[..first].ToString(), first == last ? null : Uri.UnescapeDataString(rest[(first + 1)..last]), name, version);
    }

    public override string ToString()
    {
        var text = new StringBuilder("pkg:").Append(Type).Append('/');
        foreach (var segment in Namespace?.Split('/') ?? [])
        {
            Encode(text, segment);
            text.Append('/');
        }

        Encode(text, Name);
        if (Version is null) return text.ToString();

        text.Append('@');
        Encode(text, Version);
        return text.ToString();
    }

    private static void Encode(StringBuilder text, string part)
    {
        foreach (var value in Encoding.UTF8.GetBytes(part))
        {
            if (Unencoded.Contains(value)) text.Append((char)value);
            else text.Append('%').Append(value.ToString("X2", null));
        }
    }

    private static bool IsType(ReadOnlySpan<char> type) => !char.IsAsciiDigit(type[0]) && !type.ContainsAnyExcept(TypeLetters);

    private static readonly SearchValues<char> TypeLetters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+-");

#pragma warning disable CA1308 // the specification asks for lower case
    private static string Lower(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308

    private static FormatException Bad(string text) => new($"'{text}' is no package URL");
}
