using System.Globalization;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Storing;

/// <summary>Rules, findings and runs for tests of what is stored.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Owner Desk = Owner.Of("aws", "eu-central-1", "111122223333", "desk");

    public static readonly RuleDescriptor Open = Rule("SLS1001", Evidence.Configuration);
    public static readonly RuleDescriptor Vulnerable = Rule("SLS6001", Evidence.Matches);

    public static readonly ScanRules Scans = new(new Dictionary<string, ScanKind> { [Open.Id] = ScanKind.Posture, [Vulnerable.Id] = ScanKind.Package });

    public static Owner Function(string name) => Desk.For(Subject.Of(name));

    public static Finding Finding(string place = "here", string message = "It is open.", string function = "desk", Severity severity = Severity.High) =>
        new(Open, Subject.Of(function), place, message, null) { Severity = severity };

    public static Finding Vulnerability(string name, string id = "CVE-2026-1", string function = "desk") => new(Vulnerable, Subject.Of(function), $"pkg:npm/{name} {id} #1", $"{name} is flawed.", null)
    {
        Component = new()
        {
            Purl = Purl.Npm(name, "1.0.0"),
            Ecosystem = "npm",
            Name = name,
            Version = "1.0.0",
            Occurrences = [new($"node_modules/{name}/package.json", null, OccurrenceKind.Installed, "npm")],
        },
        Advisory = new() { Purl = $"pkg:npm/{name}@1.0.0", Id = id, Score = 7.5, Vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", Fixed = "1.0.1" },
    };

    public static ScanRun Run(ScanKind scan = ScanKind.Posture, int minute = 0, string function = "desk") => new()
    {
        Scan = scan,
        Owner = Function(function),
        ObservedAt = Start.AddMinutes(minute),
        Advisories = scan == ScanKind.Package ? new("set", 7, Start, false) : null,
    };

    public static Gap Gap(Evidence evidence = Evidence.Logs) => new(GapKind.Missing, new() { Evidence = evidence }, "denied", "The log group of desk was not seen: denied.");

    public static Observation Saw(params IEnumerable<Finding> findings) => new() { Findings = [.. findings], Runtime = "nodejs22.x" };

    /// <summary>All that is stored of an owner, but for times.</summary>
    public static string[] Timeless(Ledger ledger) =>
    [
        .. ledger.Findings.Select(static f => string.Create(CultureInfo.InvariantCulture, $"{f.Fingerprint} {f.State} {f.Revision} {f.Hash} {f.Scan} {f.Runtime} {f.IsCut} {f.Advisories}"))
            .Concat(ledger.Gaps.Select(static g => string.Create(CultureInfo.InvariantCulture, $"{g.Key} {g.State} {g.Revision} {g.Hash}")))
            .Append($"{ledger.Row?.Progress} {ledger.Row?.Ending}").Order(StringComparer.Ordinal),
    ];

    private static RuleDescriptor Rule(string id, Evidence needs) => new()
    {
        Id = id,
        Title = "Something is open",
        Severity = Severity.High,
        Needs = needs,
        Rationale = "Anybody may come in.",
        Remediation = "Close it.",
    };
}
