using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports.Asff;

/// <summary>The AWS Security Finding Format: what <c>BatchImportFindings</c> takes, findings and gaps alike.</summary>
public static class AsffReport
{
    private const string BestPractice = "Software and Configuration Checks/AWS Security Best Practices";

    /// <summary>For what is not deployed: see <see cref="AsffContext.Placeholder"/>.</summary>
    public static void Write(ScanReport report, Stream output) => Write(report, AsffContext.Placeholder(report.Today), output);

    /// <summary>Writes <c>{ "Findings": [...] }</c>, the most urgent first.</summary>
    public static void Write(ScanReport report, AsffContext context, Stream output) =>
        Wire.Write(output, new([.. Encode(report, context)]), AsffJson.Default.AsffBatch);

    /// <summary>Every finding and gap once, by id.</summary>
    public static IEnumerable<AsffFinding> Encode(ScanReport report, AsffContext context)
    {
        var runtimes = report.Functions.ToLookup(function => function.Name, function => function.Runtime, StringComparer.Ordinal);
        var resources = new AsffResources(context, name => runtimes[name].FirstOrDefault());
        var ages = (report.Advisories?.Ages ?? []).ToDictionary(static age => age.Ecosystem, StringComparer.Ordinal);
        return report.Findings.Select(finding => Encode(finding, context, resources, ages))
            .Concat(AsffGaps.Encode(report, context, resources))
            .DistinctBy(finding => finding.Id, StringComparer.Ordinal);
    }

    /// <summary>One finding as JSON without blanks, for who counts bytes.</summary>
    public static byte[] Bytes(AsffFinding finding) => JsonSerializer.SerializeToUtf8Bytes(finding, AsffJson.Default.AsffFinding);

    private static AsffFinding Encode(TriagedFinding triaged, AsffContext context, AsffResources resources, Dictionary<string, AdvisoryAge> ages)
    {
        var finding = triaged.Finding;
        ImmutableArray<string> types = [Type(finding)];
        var severity = Severity(finding.Severity);
        return new()
        {
            Id = $"{resources.Owner(finding.Subject)}/{finding.Fingerprint}",
            ProductArn = context.ProductArn,
            GeneratorId = $"{Tool.Name}/{finding.Rule.Id}",
            AwsAccountId = context.Account,
            Region = context.Region,
            Types = types,
            CreatedAt = Wire.Instant(context.CreatedAt),
            UpdatedAt = Wire.Instant(context.UpdatedAt),
            Severity = severity,
            Title = AsffLimit.Required(Title(finding), AsffLimit.Title),
            Description = AsffLimit.Required(finding.Message, AsffLimit.Description),
            Remediation = Remediation(finding),
            ProductFields = Fields(triaged, AgeOf(finding, ages)),
            Resources = resources.Of(finding.Subject),
            Compliance = new("FAILED"),
            Workflow = triaged.State == FindingState.Waived ? new("SUPPRESSED") : null,
            RecordState = triaged.State == FindingState.Waived ? "ARCHIVED" : "ACTIVE",
            Vulnerabilities = finding.Advisory is null ? null : [AsffVulnerabilities.Of(finding, finding.Advisory)],
            FindingProviderFields = new(severity, types),
        };
    }

    internal static AsffSeverity Severity(Severity severity) => new(severity.ToString().ToUpperInvariant(), severity.ToString());

    /// <summary>A list of findings is read by title: a vulnerable dependency says which.</summary>
    private static string Title(Finding finding) => finding is { Component: { } component, Advisory: { } advisory }
        ? $"{finding.Rule.Title}: {advisory.Id} in {component.Name} {component.Version}"
        : finding.Rule.Title;

    private static string Type(Finding finding) => finding.Advisory switch
    {
        null => BestPractice,
        { Malicious: true } => "TTPs/Initial Access/Malicious Package",
        _ => "Software and Configuration Checks/Vulnerabilities/CVE",
    };

    private static AsffRemediation? Remediation(Finding finding)
    {
        var text = AsffLimit.Optional(finding.Fix, AsffLimit.Recommendation)
            ?? AsffLimit.Optional(finding.Rule.Remediation, AsffLimit.Recommendation);
        return text is null ? null : new(new(text, finding.Rule.References.FirstOrDefault()));
    }

    private static AdvisoryAge? AgeOf(Finding finding, Dictionary<string, AdvisoryAge> ages) =>
        finding is { Advisory: not null, Component: { } component } ? ages.GetValueOrDefault(Ecosystems.Base(component.Ecosystem)) : null;

    private static ImmutableSortedDictionary<string, string> Fields(TriagedFinding triaged, AdvisoryAge? age)
    {
        var (finding, _, waiver) = triaged;
        return AsffFields.Of(
        [
            ("Rule", finding.Rule.Id),
            ("Stage", Wire.Name(finding.Rule.Stage)),
            ("State", Wire.Name(triaged.State)),
            ("Fingerprint", finding.Fingerprint),
            ("Subject", finding.Subject.Id),
            ("Place", finding.Place),
            ("Role", finding.Role),
            ("Cwe", string.Join(' ', finding.Rule.Cwe.Select(id => string.Create(CultureInfo.InvariantCulture, $"CWE-{id}")))),
            ("Owasp", string.Join(", ", finding.Rule.Owasp.Select(Owasp.Name))),
            ("File", finding.Location?.File),
            ("Line", finding.Location is { Line: > 0 } location ? location.Line.ToString(CultureInfo.InvariantCulture) : null),
            ("Property", finding.Location?.Property),
            ("Purl", finding.Advisory?.Purl ?? finding.Component?.Purl.ToString()),
            ("Aliases", finding.Advisory is { } advisory ? string.Join(' ', advisory.Aliases) : null),
            ("FixedVersion", finding.Advisory?.Fixed),
            ("CleanVersion", finding.Advisory?.Clean),
            ("EpssPercentile", finding.Advisory?.EpssPercentile?.ToString(CultureInfo.InvariantCulture)),
            ("AdvisoryAgeHours", age is null ? null : AdvisoryAgeWire.Hours(age)?.ToString(CultureInfo.InvariantCulture)),
            ("KnownExploited", finding.Advisory is { KnownExploited: true } ? "true" : null),
            ("Disputed", finding.Advisory is { Disputed: true } ? "true" : null),
            ("Relation", finding.Component is { } component ? Wire.Name(component.Relation) : null),
            ("DependencyPath", finding.Path is { } path ? string.Join(" > ", path.Purls) : null),
            ("Layer", finding.Component?.Occurrences.FirstOrDefault()?.Layer),
            ("MoreFunctions", finding.Subject.Functions.Length - AsffLimit.Resources is > 0 and var more
                ? more.ToString(CultureInfo.InvariantCulture)
                : null),
            ("WaiverReason", waiver?.Reason),
            ("WaiverOwner", waiver?.Owner),
            ("WaiverExpires", waiver is { HasEnd: true } ? Wire.Day(waiver.Expires) : null),
            ("WaiverKind", waiver is null ? null : Wire.Name(waiver.Kind)),
            ("Vex", triaged.Vex is { } told ? $"{told.Reason} (by {told.Author})" : null),
        ]);
    }
}

/// <summary>Fields of our own, under our name.</summary>
internal static class AsffFields
{
    public static ImmutableSortedDictionary<string, string> Of(ReadOnlySpan<(string Key, string? Value)> fields)
    {
        var kept = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in fields)
        {
            if (AsffLimit.Optional(value, AsffLimit.Field) is { } text) kept.Add($"{Tool.Name}/{key}", text);
        }

        return kept.ToImmutable();
    }
}
