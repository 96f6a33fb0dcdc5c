using System.Collections.Frozen;

namespace ServerlessSec.Secrets;

/// <summary>Judges by a name's words whether it holds a secret, or only says where one is.</summary>
public static class SensitiveName
{
    private static readonly FrozenSet<string> Sensitive = FrozenSet.Create(
        "PASSWORD", "PASSWORDS", "PASSWD", "PWD", "PASSPHRASE", "PASSCODE", "SECRET", "SECRETS", "TOKEN", "TOKENS",
        "CREDENTIAL", "CREDENTIALS", "CREDS",
        "APIKEY", "APIKEYS", "SECRETKEY", "PRIVATEKEY", "ACCESSKEY", "AUTHTOKEN", "AUTHKEY", "DSN", "CONNSTR", "CONNECTIONSTRING", "PAT");

    /// <summary>Words that make a KEY one that opens something.</summary>
    private static readonly FrozenSet<string> BeforeKey = FrozenSet.Create(
        "API", "SECRET", "PRIVATE", "ACCESS", "ENCRYPTION", "ENCRYPT", "SIGNING", "SIGNATURE", "AUTH", "MASTER",
        "ACCOUNT", "LICENSE", "SHARED", "SSH", "HMAC", "SERVICE",
        "SESSION", "DEPLOY", "APP", "APPLICATION", "STORAGE", "WEBHOOK", "JWT", "RSA", "PGP", "GPG", "ROOT", "ADMIN",
        "SUBSCRIPTION", "INTEGRATION", "COOKIE");

    private static readonly FrozenSet<string> ConnectionWords = FrozenSet.Create("CONN", "CONNECTION", "DB", "DATABASE");

    /// <summary>A last word that says: here is where it is, or what it is like, not what it is.</summary>
    private static readonly FrozenSet<string> References = FrozenSet.Create(
        "NAME", "NAMES", "ARN", "ARNS", "ID", "IDS", "UUID", "TABLE", "BUCKET", "QUEUE", "TOPIC", "STREAM", "PATH",
        "PATHS", "FILE", "FILENAME", "DIR", "DIRECTORY", "FOLDER",
        "URL", "URLS", "URI", "ENDPOINT", "HOST", "HOSTNAME", "DOMAIN", "PORT", "PARAMETER", "PARAMETERS", "PARAM",
        "PREFIX", "SUFFIX", "VERSION", "STAGE", "REGION",
        "TTL", "EXPIRY", "EXPIRATION", "EXPIRES", "EXPIRE", "EXP", "TIMEOUT", "AGE", "LENGTH", "SIZE", "COUNT", "LIMIT",
        "MIN", "MAX", "ENABLED", "DISABLED", "REQUIRED", "ENABLE",
        "TYPE", "FORMAT", "ALGORITHM", "ALG", "HEADER", "ISSUER", "AUDIENCE", "SCOPE", "SCOPES", "LIFETIME", "DAYS",
        "HOURS", "MINUTES", "SECONDS", "MS", "POLICY", "ROLE",
        "USER", "USERNAME", "EMAIL", "FIELD", "COLUMN", "ATTRIBUTE", "INDEX", "SOURCE", "PROVIDER", "ALIAS", "LOCATION",
        "MODE", "STORE", "MANAGER", "REF", "REFERENCE",
        "LABEL", "TAG", "ROTATION", "INTERVAL", "FUNCTION", "LAMBDA", "CACHE", "BACKEND", "PATTERN", "REGEX", "HASH",
        "DIGEST", "SALT", "ROUNDS", "STRENGTH", "COST", "MODEL",
        "COMMIT", "SHA", "CHECKSUM", "REVISION", "ETAG", "EXTENSION", "SERVICE", "TEMPLATE", "SUBJECT", "SYMBOL",
        "ADDRESS", "MINT", "STANDARD", "PER", "USAGE", "BUDGET");

    private static readonly FrozenSet<string> Amounts = FrozenSet.Create(
        "MAX", "MIN", "NUM", "NUMBER", "TOTAL", "HAS", "IS", "USE", "REQUIRE", "ENABLE", "DISABLE", "ALLOW", "SKIP");

    /// <summary>Whether a value under this name is worth protecting.</summary>
    public static bool IsSensitive(string name)
    {
        var words = Words(name);
        while (words is [.., var last] && (last.All(char.IsAsciiDigit) || last.Length == 1)) words.RemoveAt(words.Count - 1);
        if (words.Count == 0
            || References.Contains(words[^1])
            || words.Exists(static word => word is "PUBLIC" or "PUBLISHABLE" or "JSONWEBTOKEN")
            || Amounts.Contains(words[0]))
        {
            return false;
        }

        return words.Where((word, i) => IsSensitive(words, word, i)).Any();
    }

    /// <summary>Whether whatever stands there, however simple, is the secret itself.</summary>
    internal static bool IsPassword(string name) => IsSensitive(name) && Words(name).Exists(static word =>
        word is "PASSWORD" or "PASSWD" or "PWD" or "PASSPHRASE" or "PASS" || word.EndsWith("PASSWORD", StringComparison.Ordinal));

    private static bool IsSensitive(List<string> words, string word, int i)
    {
        if (Sensitive.Contains(word)) return true;
        var before = i > 0 ? words[i - 1] : "";
        if (word is "KEY" or "KEYS") return BeforeKey.Contains(before);
        if (word == "PASS") return i > 0;
        if (word is "AUTH") return before is "BASIC" or "HTTP" && i == words.Count - 1;
        if (word is "STR" or "STRING") return ConnectionWords.Contains(before);
        return word.EndsWith("PASSWORD", StringComparison.Ordinal)
            || word.EndsWith("PASSWD", StringComparison.Ordinal)
            || word.EndsWith("APIKEY", StringComparison.Ordinal)
            || word.EndsWith("SECRETKEY", StringComparison.Ordinal)
            || word.EndsWith("PRIVATEKEY", StringComparison.Ordinal)
            || word.EndsWith("ACCESSKEY", StringComparison.Ordinal)
            || word.EndsWith("TOKEN", StringComparison.Ordinal) || word.EndsWith("SECRET", StringComparison.Ordinal);
    }

    /// <summary>The words of <c>DB_PASSWORD</c>, <c>dbPassword</c>, <c>db-password</c> and <c>APIKey</c>, in upper case.</summary>
    internal static List<string> Words(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && !IsBoundary(name, i)) continue;
            var word = name[start..i].Trim('_', '-', '.', ' ', ':', '/', '$', '[', ']', '"', '\'');
            if (word.Length > 0) words.Add(word.ToUpperInvariant());
            start = i;
        }

        return words;
    }

    private static bool IsBoundary(string name, int i)
    {
        char before = name[i - 1], here = name[i];
        if (!char.IsLetterOrDigit(here) || !char.IsLetterOrDigit(before)) return true;
        if (char.IsLower(before) && char.IsUpper(here)) return true;
        return char.IsUpper(before) && char.IsUpper(here) && i + 1 < name.Length && char.IsLower(name[i + 1]);
    }
}
