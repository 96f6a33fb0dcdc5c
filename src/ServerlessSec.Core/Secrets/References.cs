using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

/// <summary>Knows values that say where something is, or what it is called.</summary>
internal static partial class References
{
    /// <summary>Nothing longer is a name.</summary>
    private const int Longest = 400;

    public static bool IsReference(string value) =>
        Placeholders.IsFilledLater(value)
        || value.StartsWith("arn:", StringComparison.Ordinal)
        || value.StartsWith("projects/", StringComparison.Ordinal)
        || (value.Length <= Longest && IsName(value));

    private static bool IsName(string value) =>
        Address.IsMatch(value)
        || (value.Contains('/', StringComparison.Ordinal) && Path.IsMatch(value))
        || File.IsMatch(value)
        || Host.IsMatch(value)
        || IsCode(value)
        || Plain.IsMatch(value)
        || Release.IsMatch(value) || NamesSecret.IsMatch(value);

    [GeneratedRegex(
        """^(?:[a-z][a-z0-9+.\-]*://|(?:ssm|secretsmanager|secret|vault|op|env|kms|file|urn|mailto|alias|parameter):)[^\s]*$""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex Address { get; }

    // Names of parameters and secrets: segments of words, at least one slash, and no segment that looks made.
    [GeneratedRegex("""^~?\.{0,2}/?(?:[A-Za-z][A-Za-z_.\-]*\d{0,4}/)*(?:[A-Za-z_.\-]+\d{0,4})/?$""", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Path { get; }

    [GeneratedRegex(
        """^[\w\-./\\ ]+\.(?:pem|key|json|ya?ml|txt|crt|cer|p12|pfx|jks|cfg|conf|ini|env|csv|zip|js|py|xml|html|toml|properties|kdbx)$""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex File { get; }

    [GeneratedRegex(
        """^[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.(?:com|net|org|io|dev|local|internal|cn|cloud|app)(?::\d+)?$|^[^@\s]+@[a-z0-9\-]+(?:\.[a-z0-9\-]+)+$""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex Host { get; }

    // A token may have dots, too.
    private static bool IsCode(string value) =>
        Code.IsMatch(value) && (value.AsSpan().ContainsAny('(', '[') || !Randomness.LooksRandom(value));

    // `package-1.2.3`, `image:2.0`.
    [GeneratedRegex(
        """^[a-z][a-z._/\-]*\d{0,2}[\-@:_]v?\d+(?:\.\d+){1,3}(?:[\-.][a-z]+\d*)?$""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex Release { get; }

    // `process.env.X`, `config["x"]`, `get_secret(x)`, `Foo::bar`.
    [GeneratedRegex(
        """^[A-Za-z_$][\w$]*(?:(?:\?\.|\.|::|->)[A-Za-z_$][\w$]*|\[[^\]]*\]|\(.*\)?)+;?$""",
        RegexOptions.Singleline | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex Code { get; }

    // Numbers, dates, durations and lists of them.
    [GeneratedRegex("""^[\d\s.,:;TZ+\-]*[smhd]?$""", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Plain { get; }

    // `shop-db-password`, `PARTNER_API_TOKEN`, `x-api-key`: the name of a secret, in words.
    [GeneratedRegex(
        """^[A-Za-z][A-Za-z]*(?:[_\-.:/ ][A-Za-z]+\d{0,3})*[_\-.:/ ](?:passwords?|passwd|secrets?|tokens?|credentials?|creds|keys?)(?:[_\-.:/ ][A-Za-z]+\d{0,3}){0,3}$""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex NamesSecret { get; }
}
