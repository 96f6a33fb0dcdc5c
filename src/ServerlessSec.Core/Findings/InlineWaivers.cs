using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

/// <summary>
/// Waivers written as comments in a template, each for the resource it stands in:
/// <code>
/// # serverlesssec:ignore SLS1001 owner=team-pay expires=2030-01-31 reason=public on purpose
/// comment = "serverlesssec:ignore" rule *("," rule) *field reason
/// field   = "owner=" value / "expires=" YYYY-MM-DD / "place=" value    ; in any order; place is optional
/// value   = text without blanks / DQUOTE text DQUOTE
/// reason  = "reason=" rest of the line
/// </code>
/// A comment that addresses the scanner in any other way is a gap, never nothing.
/// </summary>
public sealed partial record InlineWaivers(ImmutableArray<Waiver> Waivers, ImmutableArray<Gap> Gaps)
{
    private const string Name = "serverlesssec";
    private const string Directive = Name + ":ignore";

    public static InlineWaivers Read(ImmutableArray<InlineComment> comments)
    {
        List<Waiver> waivers = [];
        List<Gap> gaps = [];
        foreach (var comment in comments)
        {
            var text = comment.Text.TrimStart('#', ' ', '\t').TrimEnd();
            if (!IsAddressed(text)) continue;
            try
            {
                waivers.AddRange(Parse(text, comment));
            }
            catch (FormatException e)
            {
                gaps.Add(Unread(comment, e.Message));
            }
        }

        return new([.. waivers], [.. gaps]);
    }

    /// <summary>Prose may name the scanner; what looks like an instruction must be one.</summary>
    private static bool IsAddressed(string text) =>
        text.Contains(Name + ":", StringComparison.OrdinalIgnoreCase)
        || (text.StartsWith(Name, StringComparison.OrdinalIgnoreCase)
            && text[Name.Length..].TrimStart(' ', '\t', '-', '_').StartsWith("ignore", StringComparison.OrdinalIgnoreCase));

    private static IEnumerable<Waiver> Parse(string text, InlineComment comment)
    {
        if (comment.ResourceId is not { } resource) throw new FormatException("it stands in no resource");
        if (!text.StartsWith(Directive, StringComparison.Ordinal)) throw new FormatException($"it does not begin with '{Directive}'");
        var rest = text[Directive.Length..];
        if (rest.TrimStart() is var words && (words.Length == rest.Length || words.Length == 0))
            throw new FormatException("a rule id is expected");

        var end = words.AsSpan().IndexOfAny(' ', '\t') is var blank && blank < 0 ? words.Length : blank;
        var rules = words[..end].Split(',');
        if (Array.Find(rules, rule => !WaiverFile.IsRule(rule)) is { } odd)
            throw new FormatException($"'{odd}' is no rule id such as 'SLS1001'");
        var fields = Fields(words[end..]);
        var expires = Need(fields, "expires");
        if (!WaiverFile.TryDay(expires, out var day)) throw new FormatException($"'{expires}' is no day such as '2030-01-31'");
        var waiver = new Waiver
        {
            Kind = WaiverKind.Inline,
            Rule = rules[0],
            Function = resource,
            Resource = resource,
            Place = fields.GetValueOrDefault("place", "*"),
            Owner = Need(fields, "owner"),
            Reason = Need(fields, "reason"),
            Expires = day,
            Location = comment.Location,
        };
        return rules.Select(rule => waiver with { Rule = rule });
    }

    private static Dictionary<string, string> Fields(string text)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        for (var rest = text.TrimStart(); rest.Length > 0; rest = rest.TrimStart())
        {
            var match = Field.Match(rest);
            if (!match.Success)
                throw new FormatException("after the rule 'owner=', 'expires=', optionally 'place=', and last 'reason=' are expected");
            var key = match.Groups["key"].Value;
            if (!fields.TryAdd(key, match.Groups["value"].Value.Trim())) throw new FormatException($"'{key}' stands there twice");
            rest = rest[match.Length..];
        }

        return fields;
    }

    private static string Need(Dictionary<string, string> fields, string key) =>
        fields.GetValueOrDefault(key) is { Length: > 0 } value ? value : throw new FormatException($"it has no '{key}'");

    private static Gap Unread(InlineComment comment, string why)
    {
        var path = comment.Location.Property ?? (comment.ResourceId is { } id ? $"Resources.{id}" : null);
        var place = comment.Location.File is { } file ? $"{file}, line {comment.Location.Line}" : $"line {comment.Location.Line}";
        return new(
            GapKind.Unread,
            new() { Path = path },
            "malformed inline waiver",
            $"The comment to the scanner in {place} waives nothing: {why}.");
    }

    [GeneratedRegex(
        """^(?:(?<key>reason)=(?:"(?<value>[^"]*)"\s*\z|(?<value>.*))|(?<key>owner|expires|place)=(?:"(?<value>[^"]*)"|(?<value>[^\s"]+))(?=\s|$))""",
        RegexOptions.CultureInvariant | RegexOptions.Singleline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Field { get; }
}
