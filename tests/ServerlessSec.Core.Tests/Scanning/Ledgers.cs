using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>A small world of rules, findings, gaps and runs, from which tests take tables and properties draw.</summary>
internal static class Ledgers
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static readonly Owner Desk = Owner.Of("aws", "eu-central-1", "111122223333", "desk");

    public static readonly RuleDescriptor Url = Rule("SLS1001", Evidence.Configuration | Evidence.ResourcePolicy);
    public static readonly RuleDescriptor Admin = Rule("SLS2001", Evidence.ExecutionRole);
    public static readonly RuleDescriptor Vulnerable = Rule("SLS6001", Evidence.Matches);
    public static readonly RuleDescriptor Opaque = Rule("SLS6002", Evidence.Inventory);
    public static readonly RuleDescriptor SharedRole = Rule("SLS2004", Evidence.ExecutionRole);

    public static readonly ScanRules Scans = new(new Dictionary<string, ScanKind>
    {
        [Url.Id] = ScanKind.Posture,
        [Admin.Id] = ScanKind.Posture,
        [Vulnerable.Id] = ScanKind.Package,
        [Opaque.Id] = ScanKind.Package,
        [SharedRole.Id] = ScanKind.Application,
    });

    public static RuleDescriptor Rule(string id, Evidence needs) => new()
    {
        Id = id,
        Title = "Something is open",
        Severity = Severity.High,
        Needs = needs,
        Rationale = "Anybody may come in.",
        Remediation = "Close it.",
    };

    public static Finding Finding(RuleDescriptor rule, string place = "here", string message = "It is open.") =>
        new(rule, Subject.Of("desk"), place, message, null);

    public static Finding Vulnerability(string name, string id = "CVE-2026-1", string ecosystem = "npm", params Occurrence[] seen) =>
        new(Vulnerable, Subject.Of("desk"), $"pkg:{name} {id}", $"{name} is flawed.", null)
        {
            Component = new()
            {
                Purl = Purl.Npm(name, "1.0.0"),
                Ecosystem = ecosystem,
                Name = name,
                Version = "1.0.0",
                Occurrences = seen.Length > 0 ? [.. seen] : [new($"node_modules/{name}/package.json", null, OccurrenceKind.Installed, "npm")],
            },
            Advisory = new() { Purl = $"pkg:npm/{name}@1.0.0", Id = id },
        };

    public static ScanRun Run(ScanKind scan, int minute = 0, AdvisoryLevel? advisories = null) => new()
    {
        Scan = scan,
        Owner = Desk,
        ObservedAt = Start.AddMinutes(minute),
        Advisories = advisories,
    };

    /// <summary>Dates go the other way: nothing may depend on them.</summary>
    public static AdvisoryLevel Level(int generation, bool builtin = false) =>
        new(string.Create(CultureInfo.InvariantCulture, $"set-{generation}{builtin}"), generation, Start.AddDays(-generation), builtin);

    public static Gap Gap(GapScope scope, string reason = "denied") => new(GapKind.Missing, scope, reason, $"Something was not seen: {reason}.");

    public static Observation Saw(IEnumerable<Finding> findings, params IEnumerable<Gap> gaps) =>
        new() { Findings = [.. findings], Gaps = [.. gaps.Select(static g => new RunGap(g))] };

    /// <summary>The ledger after the writes.</summary>
    public static Ledger After(this Ledger before, ScanRun run, ImmutableArray<LedgerWrite> writes)
    {
        var findings = before.Findings.ToDictionary(static f => f.Fingerprint);
        var gaps = before.Gaps.ToDictionary(static g => g.Key);
        foreach (var write in writes)
        {
            if (write is FindingWrite f) findings[f.Finding.Fingerprint] = f.Finding;
            if (write is GapWrite g) gaps[g.Gap.Key] = g.Gap;
        }

        return new() { Row = run.Row(ScanProgress.Finished), Findings = [.. findings.Values], Gaps = [.. gaps.Values] };
    }

    public static Ledger Replay(params (ScanRun Run, Observation Seen)[] runs)
    {
        var ledger = new Ledger();
        foreach (var (run, seen) in runs) ledger = ledger.After(run, new Replacement(Scans).Plan(run, ledger, seen));
        return ledger;
    }

    public static string Told(LedgerWrite write) => write switch
    {
        FindingWrite f => string.Join('|', f.Finding.Fingerprint, f.Finding.State, f.Finding.Revision, f.Finding.Hash, f.Finding.FirstSeen, f.Finding.LastSeen, f.Finding.ReopenedAt, f.Finding.ResolvedAt, f.Finding.Advisories, f.Changed),
        GapWrite g => string.Join('|', g.Gap.Key, g.Gap.State, g.Gap.Revision, g.Gap.Hash, g.Gap.FirstSeen, g.Gap.LastSeen, g.Changed),
        _ => "",
    };

    private static Gen<T> Among<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(n => values[n]);

    private static readonly Gen<string?> Layer = Among<string?>(null, "arn:aws:lambda:eu-central-1:111122223333:layer:tools:1", "arn:aws:lambda:eu-central-1:111122223333:layer:tools:2");

    private static readonly Gen<string> Path = Among("package-lock.json", "node_modules/a/package.json", "node_modules/b/package.json", "node_modules/b/node_modules/a/package.json");

    private static readonly Gen<Occurrence> Seen = Gen.Select(Path, Layer, Among("npm", "npm lock"), static (path, layer, by) => new Occurrence(path, layer, OccurrenceKind.Installed, by));

    private static readonly Gen<Finding> PackageFinding = Gen.OneOf(
        Gen.Select(Among("a", "b", "c"), Among("CVE-2026-1", "CVE-2026-2"), Among("npm", "PyPI"), Seen.Array[1, 3], static (name, id, ecosystem, seen) => Vulnerability(name, id, ecosystem, seen)),
        Gen.Select(Among("package bundled", "package compiled"), Among("x", "y"), static (place, message) => Finding(Opaque, place, message)));

    private static readonly Gen<Finding> PostureFinding =
        Gen.Select(Among(Url, Admin), Among("url", "admin", "Environment"), Among("x", "y"), static (rule, place, message) => Finding(rule, place, message));

    public static readonly Gen<Gap> AnyGap = Gen.Select(
        Among(Evidence.None, Evidence.Configuration, Evidence.ResourcePolicy | Evidence.Logs, Evidence.ExecutionRole, Evidence.Package, Evidence.Inventory, Evidence.Matches, Evidence.Secrets),
        Layer,
        Gen.OneOf(Gen.Const((string?)null), Path.Select(static p => (string?)p), Among<string?>("node_modules", "node_modules/b", "Environment")),
        Among<string?>(null, "npm", "PyPI"),
        Among<string?>(null, null, "npm", "npm lock"),
        Among<string?>(null, null, Url.Id, Vulnerable.Id),
        Among("denied", "malformed"),
        static (evidence, layer, path, ecosystem, cataloger, rule, reason) =>
            Gap(new() { Evidence = evidence, Layer = layer, Path = path, Ecosystem = ecosystem, Cataloger = cataloger, Rule = rule }, reason));

    private static readonly Gen<AdvisoryLevel?> AnyLevel = Gen.OneOf(Gen.Const((AdvisoryLevel?)null), Gen.Int[0, 3].Select(static d => (AdvisoryLevel?)Level(d)), Gen.Int[0, 3].Select(static d => (AdvisoryLevel?)Level(d, true)));

    /// <summary>One run with what it sees; the minute is for the caller to set.</summary>
    public static readonly Gen<(ScanRun Run, Observation Seen)> AnyRun = Gen.Select(
        Gen.Bool, PostureFinding.Array[0, 4], PackageFinding.Array[0, 5], AnyGap.Array[0, 2], AnyLevel, Among((Evidence)~0, (Evidence)~0, Evidence.Configuration, Evidence.Package | Evidence.Inventory), Gen.Bool,
        static (posture, here, inside, gaps, level, seen, counted) => (
            Run(posture ? ScanKind.Posture : ScanKind.Package, 0, posture ? null : level) with
            {
                Seen = seen,
                Packages = counted ? [.. inside.Where(static f => f.Component is not null).Select(static f => f.Component!.Purl.WithoutVersion.ToString())] : null,
            },
            Saw(posture ? here : inside, gaps)));

    /// <summary>A history: runs in order, some minutes apart, now and then at the same minute.</summary>
    public static readonly Gen<(ScanRun Run, Observation Seen)[]> AnyHistory = Gen.Select(AnyRun, Gen.Int[1, 3]).Array[1, 6].Select(static runs =>
    {
        var minute = 0;
        return runs.Select(r => (r.Item1.Run with { ObservedAt = Start.AddMinutes(minute += r.Item2) }, r.Item1.Seen)).ToArray();
    });
}
