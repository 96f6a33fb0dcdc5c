using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

/// <summary>Knows what stands where a secret would stand, and is none.</summary>
internal static partial class Placeholders
{
    private static readonly SearchValues<string> Telling = SearchValues.Create(
        [
            "changeme", "change_me", "change-me", "changeit", "example", "placeholder", "redacted", "replaceme",
            "replace_me", "replace-me", "replace_", "insert_", "insert-", "your_", "your-", "yourpass",
            "yoursecret", "yourtoken", "yourkey", "my-secret-", "dummy", "sample", "xxxx", "****", "....", "abcdefgh",
            "notasecret", "not-a-secret", "not_a_secret", "lorem",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "password", "passwd", "pass", "pwd", "secret", "token", "apikey", "api_key", "api-key", "key", "none", "null",
        "nil", "undefined", "empty", "true", "false", "yes", "no", "on", "off", "todo",
        "tbd", "fixme", "test", "testing", "local", "localhost", "default", "disabled", "enabled", "n/a", "na", "foo",
        "bar", "foobar", "fake", "mock", "username", "user", "string", "value", "mysecret",
        "mypassword", "hidden", "unset", "optional", "required");

    public static bool IsPlaceholder(string value)
    {
        if (Words.Contains(value) || value.AsSpan().ContainsAny(Telling)) return true;
        if (IsMonotonous(value)) return true;
        return Leading.IsMatch(value);
    }

    /// <summary>Hardly any variety, or one character over and over.</summary>
    private static bool IsMonotonous(string value)
    {
        var most = value.GroupBy(static c => c).Select(static group => group.Count()).DefaultIfEmpty().Max();
        var kinds = value.Distinct().Count();
        return kinds <= 2 || (value.Length >= 5 && kinds < 5) || (value.Length >= 12 && most * 100 >= value.Length * 45);
    }

    /// <summary>Whether what stands in a password's place is one.</summary>
    public static bool IsPassword(string value) => !IsPlaceholder(value) && !IsFilledLater(value);

    /// <summary>Text that something will be put into: holes, variables, format items.</summary>
    public static bool IsFilledLater(string value) =>
        value.AsSpan().ContainsAny("⟨⟩")
        || value.Contains("${", StringComparison.Ordinal)
        || value.Contains("{{", StringComparison.Ordinal)
        || value.Contains("$(", StringComparison.Ordinal)
        || Filled.IsMatch(value);

    // `fake-…`, `test_…`, `my-…` and the like at the beginning.
    [GeneratedRegex("""^(?:fake|test|mock|todo|foo|local)[_\-.:]""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Leading { get; }

    // `<password>`, `{password}`, `[password]`, `%(password)s`, `%s`, `$PASSWORD`, `%PASSWORD%`, `:password`, `@Microsoft.KeyVault(…)`.
    [GeneratedRegex(
        """^(?:<.*>|\{.*\}|\[[A-Za-z_ ]+\]|%\(.*\)s|%[sdv]|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_]+%|:[a-z_]+|@[A-Za-z.]+\(.*\)|"\s*\+.*|'\s*\+.*)$""",
        RegexOptions.Singleline | RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex Filled { get; }
}
