using System.Globalization;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports.Sarif;

/// <summary>A rule's descriptor as SARIF and code scanning read it.</summary>
internal static class SarifRule
{
    // Code scanning shows ten tags of a rule.
    private const int MostTags = 10;

    public static DescriptorWire Map(RuleDescriptor rule) => new()
    {
        Id = rule.Id,
        Name = Pascal(rule.Title),
        ShortDescription = new(SarifReport.Plain(rule.Title)),
        FullDescription = new(SarifReport.Plain(rule.Rationale)),
        HelpUri = rule.References.FirstOrDefault(),
        Help = Help(rule),
        DefaultConfiguration = new(Level(rule.Severity)),
        Properties = new()
        {
            Tags = [.. Tags(rule).Take(MostTags)],
            Precision = rule.Stage == Stage.Stable ? "high" : "medium",
            SecuritySeverity = Weight(rule.Severity),
            ProblemSeverity = Level(rule.Severity) == "note" ? "recommendation" : Level(rule.Severity),
        },
    };

    public static string Level(Severity severity) => severity switch
    {
        Severity.Critical or Severity.High => "error",
        Severity.Medium => "warning",
        _ => "note",
    };

    /// <summary>The advisory's own score where it agrees with the finding's severity, else the middle of the severity's band.</summary>
    public static string Weight(Finding finding) =>
        finding.Advisory?.Score is { } score && Band(score) == finding.Severity
            ? score.ToString("0.0", CultureInfo.InvariantCulture)
            : Weight(finding.Severity);

    private static string Weight(Severity severity) => severity switch
    {
        Severity.Critical => "9.5",
        Severity.High => "8.0",
        Severity.Medium => "5.5",
        Severity.Low => "2.0",
        _ => "0.0",
    };

    private static Severity Band(double score) => score switch
    {
        >= 9.0 => Severity.Critical,
        >= 7.0 => Severity.High,
        >= 4.0 => Severity.Medium,
        >= 0.1 => Severity.Low,
        _ => Severity.Informational,
    };

    private static TextWire Help(RuleDescriptor rule)
    {
        var references = rule.References.IsEmpty ? "" : "\n\nSee " + string.Join(", ", rule.References);
        var links = rule.References.IsEmpty ? "" : "\n\n" + string.Join("\n", rule.References.Select(reference => $"- <{reference}>"));
        return new($"{rule.Rationale}\n\n{rule.Remediation}{references}", $"{rule.Rationale}\n\n**Fix**: {rule.Remediation}{links}");
    }

    private static IEnumerable<string> Tags(RuleDescriptor rule) =>
    [
        "security",
        "serverless",
        .. rule.Cwe.Take(MostTags - 4).Select(id => string.Create(CultureInfo.InvariantCulture, $"external/cwe/cwe-{id:000}")),
        .. rule.Owasp.Select(risk => string.Create(CultureInfo.InvariantCulture, $"external/owasp-serverless/a{(int)risk}")),
    ];

    /// <summary>SARIF wants a name in words run together (§3.49.7).</summary>
    private static string Pascal(string title) => string.Concat(
        title.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => string.Concat(word.Where(char.IsAsciiLetterOrDigit)))
            .Where(word => word.Length > 0)
            .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
