using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ServerlessSec.Findings;

/// <summary>Reads waivers from YAML or JSON: a list <c>waivers</c> of <c>rule, function, place, reason, owner, expires</c>.</summary>
public static partial class WaiverFile
{
    private static readonly ImmutableArray<string> Keys = ["rule", "function", "place", "reason", "owner", "expires"];
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    /// <param name="file">Named in what is thrown; read as JSON if it ends in <c>.json</c>.</param>
    /// <exception cref="FormatException">The text is not such a list; the message names file and line.</exception>
    public static ImmutableArray<Waiver> Read(string file, ReadOnlySpan<byte> utf8, ScanLimits limits)
    {
        if (utf8.Length > limits.ManifestBytes)
            throw new LimitReachedException($"waiver file '{file}' has more than {limits.ManifestBytes} bytes");
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        try
        {
            return Read(file, Utf8.GetString(utf8), limits);
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException($"waiver file '{file}' is not UTF-8", e);
        }
    }

    /// <inheritdoc cref="Read(string, ReadOnlySpan{byte}, ScanLimits)"/>
    public static ImmutableArray<Waiver> Read(string file, string text, ScanLimits limits)
    {
        if (text.Length > limits.ManifestBytes)
            throw new LimitReachedException($"waiver file '{file}' has more than {limits.ManifestBytes} characters");
        var root = file.EndsWith(".json", StringComparison.OrdinalIgnoreCase)
            ? WaiverNode.FromJson(file, text)
            : WaiverNode.FromYaml(file, text);
        if (root.Members is not { } members) throw At(file, root, "a mapping with the list 'waivers' is expected");
        Check(file, members, ["waivers"]);
        if (members is not [var list]) throw At(file, root, "there is no list 'waivers'");
        if (list.Value.IsNull) return [];
        if (list.Value.Items is not { } items) throw At(file, list.Value, "'waivers' is not a list");
        return [.. items.Select(item => Waiver(file, item))];
    }

    private static Waiver Waiver(string file, WaiverNode item)
    {
        if (item.Members is not { } members)
            throw At(file, item, "a waiver is a mapping of 'rule', 'reason', 'owner', 'expires' and optionally 'function' and 'place'");
        Check(file, members, Keys);
        var rule = Need(file, item, members, "rule");
        if (!IsRule(rule)) throw At(file, Of(members, "rule")!, $"'{rule}' is no rule id such as 'SLS1001'");
        var expires = Need(file, item, members, "expires");
        if (!TryDay(expires, out var day)) throw At(file, Of(members, "expires")!, $"'{expires}' is no day such as '2030-01-31'");
        return new()
        {
            Rule = rule,
            Function = Give(file, members, "function") ?? "*",
            Place = Give(file, members, "place") ?? "*",
            Reason = Need(file, item, members, "reason"),
            Owner = Need(file, item, members, "owner"),
            Expires = day,
            Location = new(file, item.Line, item.Column, null),
        };
    }

    internal static bool IsRule(string text) => RuleId.IsMatch(text);

    internal static bool TryDay(string text, out DateOnly day) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private static void Check(string file, ImmutableArray<WaiverMember> members, ImmutableArray<string> known)
    {
        for (var i = 0; i < members.Length; i++)
        {
            var member = members[i];
            if (!known.Contains(member.Key))
                throw At(file, member.Name, $"'{member.Key}' is not known here; known are '{string.Join("', '", known)}'");
            if (members.Take(i).Any(earlier => earlier.Key == member.Key))
                throw At(file, member.Name, $"'{member.Key}' stands there twice");
        }
    }

    private static string Need(string file, WaiverNode item, ImmutableArray<WaiverMember> members, string key) =>
        Give(file, members, key) ?? throw At(file, item, $"a waiver without '{key}'");

    private static string? Give(string file, ImmutableArray<WaiverMember> members, string key)
    {
        if (Of(members, key) is not { IsNull: false } value) return null;
        if (value.Text is not { } text) throw At(file, value, $"'{key}' is not a text");
        return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
    }

    private static WaiverNode? Of(ImmutableArray<WaiverMember> members, string key) =>
        members.FirstOrDefault(member => member.Key == key)?.Value;

    private static FormatException At(string file, WaiverNode node, string message) => WaiverNode.Wrong(file, node.Line, message);

    [GeneratedRegex("^SLS[0-9]{4}\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RuleId { get; }
}
