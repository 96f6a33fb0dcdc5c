using System.Buffers;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

/// <summary>A credential found in a text, and where it stands; the text itself is not kept.</summary>
public sealed record SecretMatch(SecretHit Hit, int Offset, int Length);

/// <summary>Finds credentials by the shapes that providers give them, and by names that ask for one.</summary>
public static partial class SecretScanner
{
    private static readonly SearchValues<string> Keywords = SearchValues.Create(
        [.. SecretPatterns.All.ToArray().SelectMany(static pattern => pattern.Keywords).Distinct(StringComparer.OrdinalIgnoreCase)],
        StringComparison.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<char, (string Keyword, int Pattern)[]> ByFirst = SecretPatterns.All.ToArray()
        .SelectMany(static (pattern, index) => pattern.Keywords.Select(keyword => (Keyword: keyword, Pattern: index)))
        .GroupBy(static pair => char.ToLowerInvariant(pair.Keyword[0]))
        .ToFrozenDictionary(static group => group.Key, static group => group.ToArray());

    private static readonly SearchValues<string> Names = SearchValues.Create(
        [
            "passw", "passphrase", "pwd", "secret", "token", "apikey", "api_key", "api-key", "accesskey", "access_key",
            "access-key", "privatekey", "private_key", "credential", "authkey", "auth_key",
            "encryptionkey", "encryption_key", "signingkey", "signing_key", "masterkey", "master_key", "accountkey",
            "account_key", "sharedkey", "shared_key",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Judges one named value, such as an environment variable. Null where it is no credential.</summary>
    /// <exception cref="LimitReachedException">An expression took too long on it.</exception>
    public static SecretHit? Inspect(string name, string value)
    {
        try
        {
            return Weigh(name, value);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new LimitReachedException($"too many steps to look for secrets in '{name}'");
        }
    }

    private static SecretHit? Weigh(string name, string value)
    {
        var text = $"{name}={value}";
        if (Shapes(text, depth: 0).Find(match => match.Offset > name.Length) is { } shape) return shape.Hit;

        var trimmed = value.Trim().Trim('"', '\'');
        if (!SensitiveName.IsSensitive(name) || References.IsReference(trimmed) || Placeholders.IsPlaceholder(trimmed)) return null;
        if (SensitiveName.IsPassword(name))
            return trimmed.Length >= 6 && !trimmed.AsSpan().ContainsAny(" \t\r\n") ? Hit("password", trimmed, certain: false) : null;
        return Randomness.LooksRandom(trimmed) ? Hit("secret", trimmed, certain: false) : null;
    }

    /// <summary>Credentials of a text in the order in which they stand.</summary>
    /// <exception cref="LimitReachedException">An expression took too long on it.</exception>
    public static ImmutableArray<SecretMatch> Find(string text)
    {
        try
        {
            return Search(text);
        }
        catch (RegexMatchTimeoutException)
        {
            throw new LimitReachedException("too many steps to look for secrets in a text");
        }
    }

    private static ImmutableArray<SecretMatch> Search(string text)
    {
        var found = Shapes(text, depth: 0);
        foreach (var named in NamedValues(text).Take(Most))
        {
            if (!found.Exists(match => match.Offset < named.Offset + named.Length && named.Offset < match.Offset + match.Length))
                found.Add(named);
        }

        return [.. found.OrderBy(static match => match.Offset)];
    }

    /// <summary>More in one text say nothing more.</summary>
    private const int Most = 1_000;

    private static List<SecretMatch> Shapes(string text, int depth)
    {
        var found = new List<SecretMatch>();
        var regions = Regions(text);
        for (var i = 0; i < regions.Length; i++)
        {
            foreach (var (from, to) in regions[i] ?? []) Try(text, from, to, SecretPatterns.All[i], found);
        }

        if (depth == 0) Unwrap(text, found);
        return found;
    }

    /// <summary>By pattern, the surroundings of its keywords; where they touch they are one, so that nothing is read twice.</summary>
    private static List<(int From, int To)>?[] Regions(string text)
    {
        var regions = new List<(int From, int To)>?[SecretPatterns.All.Length];
        for (var at = Next(text, 0, Keywords); at >= 0; at = Next(text, at + 1, Keywords))
        {
            foreach (var (keyword, index) in ByFirst.GetValueOrDefault(char.ToLowerInvariant(text[at]), []))
            {
                var pattern = SecretPatterns.All[index];
                var comparison = pattern.CaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
                if (!text.AsSpan(at).StartsWith(keyword, comparison)) continue;
                var (from, to) = (Math.Max(0, at - pattern.Before), Math.Min(text.Length, at + pattern.After));
                var own = regions[index] ??= [];
                if (own is [.., var last] && last.To >= from) own[^1] = (last.From, to);
                else own.Add((from, to));
            }
        }

        return regions;
    }

    private static void Try(string text, int from, int to, SecretPattern pattern, List<SecretMatch> found)
    {
        for (var match = pattern.Matcher.Match(text, from, to - from); match.Success && found.Count < Most; match = match.NextMatch())
        {
            var secret = match.Groups["s"];
            if (!IsAccepted(pattern, secret.Value)) continue;
            if (found.Exists(other => other.Offset < secret.Index + secret.Length && secret.Index < other.Offset + other.Length)) continue;
            found.Add(new(Hit(pattern.Name, secret.Value, certain: true), secret.Index, secret.Length));
        }
    }

    private static bool IsAccepted(SecretPattern pattern, string secret) =>
        pattern.Accept(secret)
            && (pattern.MinimumEntropy == 0 || Randomness.Entropy(secret) >= pattern.MinimumEntropy)
            && (!pattern.MixedCase || Randomness.HasBothCases(secret));

    /// <summary>JSON and keys that are wrapped in base64 are looked into, once.</summary>
    private static void Unwrap(string text, List<SecretMatch> found)
    {
        if (!text.Contains("eyJ", StringComparison.Ordinal) && !text.Contains("LS0tLS1CRUdJTi", StringComparison.Ordinal)) return;
        foreach (Match match in Wrapped.Matches(text))
        {
            if (found.Count >= Most) return;
            if (found.Exists(other => other.Offset < match.Index + match.Length && match.Index < other.Offset + other.Length)) continue;
            var padded = match.Value.TrimEnd('=').Replace('-', '+').Replace('_', '/');
            var bytes = new byte[padded.Length];
            if (!Convert.TryFromBase64String(padded + new string('=', (4 - (padded.Length % 4)) % 4), bytes, out var written)) continue;
            if (Shapes(Encoding.Latin1.GetString(bytes, 0, written), depth: 1) is [var inner, ..])
            {
                found.Add(new(Hit(inner.Hit.Pattern + " in base64", match.Value, certain: true), match.Index, match.Length));
            }
        }
    }

    private static IEnumerable<SecretMatch> NamedValues(string text)
    {
        for (var at = Next(text, 0, Names); at >= 0;)
        {
            var from = Math.Max(0, at - 40);
            var match = Assignment.Match(text, from, Math.Min(text.Length - from, 400));
            while (match.Success && match.Index + match.Groups["name"].Length <= at) match = match.NextMatch();
            var next = at + 1;
            if (match.Success && match.Groups["name"] is var name && name.Index <= at)
            {
                var secret = match.Groups["s"];
                next = secret.Index;
                if (Judge(name.Value, secret.Value, match.Groups["quote"].Length > 0) is { } hit)
                    yield return new(hit, secret.Index, secret.Length);
            }

            at = Next(text, Math.Max(next, at + 1), Names);
        }
    }

    private static SecretHit? Judge(string name, string value, bool quoted)
    {
        if (!SensitiveName.IsSensitive(name) || References.IsReference(value) || Placeholders.IsPlaceholder(value)) return null;
        if (Randomness.LooksRandom(value)) return Hit("secret", value, certain: false);
        return quoted
            && SensitiveName.IsPassword(name)
            && value.Length >= 8
            && value.AsSpan().ContainsAnyInRange('0', '9')
            && !value.Contains(' ', StringComparison.Ordinal)
            ? Hit("password", value, certain: false)
            : null;
    }

    private static int Next(string text, int from, SearchValues<string> values)
    {
        if (from >= text.Length) return -1;
        var at = text.AsSpan(from).IndexOfAny(values);
        return at < 0 ? -1 : from + at;
    }

    private static SecretHit Hit(string pattern, string secret, bool certain) => new(pattern, Mask(secret), Digest(secret), certain);

    // A short secret would be half told by four characters.
    private static string Mask(string secret)
    {
        var shown = secret.Length >= 16 && !secret.AsSpan(0, 4).ContainsAny("\r\n") ? secret[..4] : "";
        return string.Create(CultureInfo.InvariantCulture, $"{shown}… ({secret.Length} characters)");
    }

    private static string Digest(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    [GeneratedRegex(
        """(?<![A-Za-z0-9+/_\-])(?:eyJ|LS0tLS1CRUdJTi)[A-Za-z0-9+/_\-]{40,16000}={0,2}""",
        RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex Wrapped { get; }

    // The value may stand on the next line, in quotes of any kind, or bare up to the end of the word.
    [GeneratedRegex(
        """(?<name>[A-Za-z_][\w.\-]{1,60})["'`]?\]?\s{0,3}(?::=|=>|\|\|:|[:=,])\s{0,40}(?:(?:[fbrLu@]|new\s)?(?<quote>["'`])(?<s>[^"'`\r\n]{6,300})\k<quote>|(?<s>(?>[^\s"'`,;<>(){}\[\]]{12,300}))(?![\[({<]))""",
        RegexOptions.CultureInvariant,
        1_000)]
    private static partial Regex Assignment { get; }
}
