using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Findings;
using ServerlessSec.Scanning;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Findings and gaps of a deployed scanner, with their history; members that a scan's JSON report has too are named as there.</summary>
internal sealed class StoredReport(FindingQuestion question, FindingAnswer answer, DateOnly today)
{
    /// <summary>A waiver is about one stored finding, of one owner, and about no other that looks like it.</summary>
    private readonly ImmutableArray<TriagedFinding> order =
    [
        .. Triage.Apply([.. answer.Findings.Where(static f => f.Waiver is null).Select(static f => f.Finding)], [], null, today)
            .Concat(answer.Findings.Where(static f => f.Waiver is not null).Select(static f => new TriagedFinding(f.Finding, FindingState.Waived, f.Waiver)))
            .Order(TriageOrder.Instance),
    ];

    private readonly Dictionary<Finding, StoredFinding> stored = answer.Findings
        .GroupBy(static f => f.Finding, (IEqualityComparer<Finding>)ReferenceEqualityComparer.Instance)
        .ToDictionary(static g => g.Key, static g => g.First(), (IEqualityComparer<Finding>)ReferenceEqualityComparer.Instance);

    public void WriteTable(Screen screen) => new TableReport(
        screen,
        new()
        {
            Target = Title,
            Today = today,
            Functions = [.. FunctionNames.Select(name => new FunctionReport
            {
                Name = name,
                Runtime = answer.Findings.FirstOrDefault(f => f.Owner.Function == name)?.Runtime,
                Gaps = [.. answer.Gaps.Where(g => Whom(g) == name).Select(static g => g.Gap)],
            })],
            Findings = order,
            Gaps = [.. answer.Gaps.Where(static g => Whom(g) is null).Select(static g => g.Gap)],
        },
        finding => stored.TryGetValue(finding, out var known) ? History(known) : "").Write(null);

    public void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("application", question.Application.Arn);
            json.WriteStartArray("findings");
            foreach (var finding in order) Write(json, stored[finding.Finding]);
            json.WriteEndArray();
            json.WriteStartArray("gaps");
            foreach (var gap in answer.Gaps.OrderBy(static g => g.Owner.Arn, StringComparer.Ordinal).ThenBy(static g => g.Key, StringComparer.Ordinal)) Write(json, gap);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private string Title => question.State switch
    {
        StoredState.Open => "Open findings",
        StoredState.Resolved => "Resolved findings",
        _ => "Findings, open and resolved",
    } + (question.Advisory is { } id ? $" of {id} in {question.Application.Arn}" : $" of {question.Application.Arn}");

    private IEnumerable<string> FunctionNames => answer.Findings.Select(static f => f.Owner.Function).Concat(answer.Gaps.Select(Whom))
        .OfType<string>().Concat(question.Functions).Distinct().Order(StringComparer.Ordinal);

    private static string? Whom(StoredGap gap) => gap.Owner.Function ?? gap.Function;

    private static string History(StoredFinding finding) => finding.State == StoredState.Resolved
        ? $"resolved {Day(finding.ResolvedAt ?? finding.LastSeen)}, first seen {Day(finding.FirstSeen)}"
        : finding.ReopenedAt is { } again ? $"open again since {Day(again)}, first seen {Day(finding.FirstSeen)}"
        : $"open since {Day(finding.FirstSeen)}";

    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string Day(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Write(Utf8JsonWriter json, StoredFinding finding)
    {
        json.WriteStartObject();
        json.WriteString("fingerprint", finding.Fingerprint);
        json.WriteString("rule", finding.Finding.Rule.Id);
        json.WriteString("title", finding.Finding.Rule.Title);
        json.WriteString("severity", Name(finding.Finding.Severity));
        json.WriteString("owner", finding.Owner.Arn);
        if (finding.Owner.Function is { } function) json.WriteString("function", function);
        json.WriteStartArray("subjects");
        foreach (var name in finding.Finding.Subject.Functions) json.WriteStringValue(name);
        json.WriteEndArray();
        json.WriteString("place", finding.Finding.Place);
        json.WriteString("message", finding.Finding.Message);
        if (finding.Finding.Fix is { } fix) json.WriteString("fix", fix);
        json.WriteString("remediation", finding.Finding.Rule.Remediation);
        if (finding.Finding.Component is { } component) json.WriteString("component", component.Purl.ToString());
        if (finding.Finding.Advisory is { } advisory) json.WriteString("advisory", advisory.Id);
        if (finding.Waiver is { } waiver) Write(json, waiver);
        Write(json, finding.State, finding.FirstSeen, finding.LastSeen, finding.ReopenedAt, finding.ResolvedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Waiver waiver)
    {
        json.WriteString("state", Name(FindingState.Waived));
        json.WriteStartObject("waiver");
        json.WriteString("kind", Name(waiver.Kind));
        json.WriteString("reason", waiver.Reason);
        json.WriteString("owner", waiver.Owner);
        if (waiver.Since is { } since) json.WriteString("since", since.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StoredGap gap)
    {
        json.WriteStartObject();
        json.WriteString("kind", Name(gap.Gap.Kind));
        json.WriteString("owner", gap.Owner.Arn);
        if (Whom(gap) is { } function) json.WriteString("function", function);
        json.WriteString("reason", gap.Gap.Reason);
        json.WriteString("message", gap.Gap.Message);
        Write(json, gap.State, gap.FirstSeen, gap.LastSeen, gap.ReopenedAt, gap.ResolvedAt);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StoredState state, DateTimeOffset first, DateTimeOffset last, DateTimeOffset? reopened, DateTimeOffset? resolved)
    {
        json.WriteString("status", Name(state));
        json.WriteString("firstSeen", first);
        json.WriteString("lastSeen", last);
        if (reopened is { } again) json.WriteString("reopenedAt", again);
        if (resolved is { } done) json.WriteString("resolvedAt", done);
    }
}
