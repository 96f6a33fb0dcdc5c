using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports;

/// <summary>One report that holds every case a format has to show.</summary>
internal static class SampleReport
{
    public static readonly DateOnly Today = new(2030, 6, 15);

    /// <summary>Everything that breaks a writer: markup, quotes, links, control characters, text that runs backwards, half a surrogate pair.</summary>
    public static readonly string Nasty =
        "</script><img src=x onerror=alert(1)> \"quoted\" | a\\b [click](https://example.com) \u0000\u0007\u001b[31m\r\n\t\u202egpj.exe \ud800 \ud83d\ude00 ünï ⟨Env⟩";

    public static readonly string Long = string.Concat(Enumerable.Repeat("long \ud83d\udc69\u200d\ud83d\udcbb e\u0301 ", 400));

    public static readonly RuleDescriptor OpenUrl = new()
    {
        Id = "SLS1001",
        Title = "Function URL accepts anonymous requests",
        Severity = Severity.High,
        Needs = Evidence.Configuration | Evidence.ResourcePolicy,
        Stage = Stage.Stable,
        Cwe = [306, 862],
        Owasp = [ServerlessRisk.BrokenAuthentication],
        Rationale = "Whoever learns the address can run the code, with its role's permissions and at its owner's cost.",
        Remediation = "Set AuthType to AWS_IAM, or put an authorizer in front of the function.",
        References = ["https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"],
    };

    public static readonly RuleDescriptor SharedRole = new()
    {
        Id = "SLS2005",
        Title = "Several functions share one role",
        Severity = Severity.Low,
        Needs = Evidence.ExecutionRole,
        Cwe = [250],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale = "What one function needs, an attacker in any of them has.",
        Remediation = "Give each function a role of its own.",
    };

    public static readonly RuleDescriptor NoTracing = new()
    {
        Id = "SLS3007",
        Title = "Requests are not traced",
        Severity = Severity.Informational,
        Needs = Evidence.Configuration,
        Stage = Stage.Stable,
        Rationale = "Nobody can tell afterwards what an intruder's request did.",
        Remediation = "Set Tracing to Active.",
    };

    public static readonly RuleDescriptor Vulnerable = new()
    {
        Id = "SLS6001",
        Title = "Component with a published vulnerability",
        Severity = Severity.Medium,
        Needs = Evidence.Matches,
        Stage = Stage.Stable,
        Cwe = [1395],
        Owasp = [ServerlessRisk.VulnerableComponents],
        Rationale = "Exploits for published vulnerabilities are public too.",
        Remediation = "Upgrade the component to a version without the vulnerability.",
        References = ["https://osv.dev/"],
    };

    public static readonly Component Lodash = new()
    {
        Purl = new("npm", null, "lodash", "4.17.20"),
        Ecosystem = "npm",
        Name = "lodash",
        Version = "4.17.20",
        Occurrences =
        [
            new("node_modules/lodash/package.json", null, OccurrenceKind.Installed, "NpmInstalled"),
            new("nodejs/node_modules/lodash/package.json", "Tools", OccurrenceKind.Installed, "NpmInstalled"),
        ],
        Hashes = [new("SHA-512", "00ff")],
        Licences = ["MIT"],
        Relation = Relation.Direct,
    };

    public static readonly Component Locked = new()
    {
        Purl = new("pypi", null, "requests", "2.19.0"),
        Ecosystem = "PyPI",
        Name = "requests",
        Version = "2.19.0",
        Occurrences = [new("requirements.lock", null, OccurrenceKind.Locked, "PythonLock")],
        Relation = Relation.Transitive,
        Development = true,
    };

    public static readonly AdvisoryMatch Prototype = new()
    {
        Purl = "pkg:npm/lodash@4.17.20",
        Id = "CVE-2021-23337",
        Aliases = ["GHSA-35jh-r3h4-6jhm"],
        Summary = "Command injection in templates",
        Score = 7.2,
        Vector = "CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:U/C:H/I:H/A:H",
        SeverityWord = "HIGH",
        Fixed = "4.17.21",
        Clean = "4.17.23",
        Epss = 0.0625,
        Cwes = [94],
        References = ["https://nvd.nist.gov/vuln/detail/CVE-2021-23337"],
        KnownExploited = true,
    };

    public static readonly AdvisoryMatch Malware = new()
    {
        Purl = "pkg:pypi/requests@2.19.0",
        Id = "MAL-2030-1",
        SeverityWord = "CRITICAL",
        Malicious = true,
    };

    public static readonly ImmutableArray<Finding> Findings =
    [
        new(OpenUrl, Subject.Of("Checkout"), "FunctionUrlConfig.AuthType", "Checkout answers every caller of its URL.",
            new("shop/template.yaml", 12, 7, "Resources.Checkout.Properties.FunctionUrlConfig.AuthType")),
        new(OpenUrl, Subject.Of("Zahlung-Größe"), "FunctionUrlConfig.AuthType", $"Zahlung-Größe: {Nasty}", new("shop/my dir/täglich.yaml", 3, 0, null))
        {
            Severity = Severity.Critical,
            Fix = $"Name the callers in the resource policy of {Nasty}.",
        },
        new(OpenUrl, Subject.Of("Preview"), "FunctionUrlConfig.AuthType", "Preview answers every caller of its URL.", null),
        new(SharedRole, new("DeskRole", ["Checkout", "Preview"]), "DeskRole", "Checkout and Preview run as DeskRole.",
            new("shop/template.yaml", 40, 3, "Resources.DeskRole"))
        {
            Role = "arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:role/⟨DeskRole⟩",
        },
        new(NoTracing, Subject.Of("Checkout"), Long, Long, new("shop/template.yaml", 10, 5, "Resources.Checkout.Properties")) { Fix = Long },
        new(NoTracing, Subject.Of("Preview"), "Tracing", "Preview traces nothing.", new("shop/template.yaml", 20, 5, "Resources.Preview.Properties")),
        new(Vulnerable, Subject.Of("Checkout"), "pkg:npm/lodash CVE-2021-23337 1", "lodash 4.17.20 has CVE-2021-23337 (Command injection in templates).",
            new("node_modules/lodash/package.json", 0, 0, null))
        {
            Severity = Severity.High,
            Fix = "Upgrade lodash to 4.17.21.",
            Component = Lodash,
            Advisory = Prototype,
        },
        new(Vulnerable, Subject.Of("Preview"), "pkg:pypi/requests MAL-2030-1 1", "requests 2.19.0 is malicious.", new("requirements.lock", 0, 0, null))
        {
            Severity = Severity.Critical,
            Component = Locked,
            Advisory = Malware,
            Path = new(["pkg:pypi/client@1.0", "pkg:pypi/requests@2.19.0"]),
        },
    ];

    public static readonly ImmutableArray<Waiver> Waivers =
    [
        new()
        {
            Rule = "SLS1001", Function = "Prev*", Reason = "public on purpose: the preview | \"page\"", Owner = "team-web",
            Expires = new(2030, 12, 31), Location = new("waivers.yaml", 2, 5, null),
        },
        new()
        {
            Kind = WaiverKind.Inline, Rule = "SLS3007", Function = "Preview", Resource = "Preview", Reason = "short-lived", Owner = "team-web",
            Expires = new(2030, 6, 15), Location = new("shop/template.yaml", 19, 3, "Resources.Preview"),
        },
        new() { Rule = "SLS2005", Reason = "migration", Owner = "team-pay", Expires = new(2030, 6, 14), Location = new("waivers.yaml", 8, 5, null) },
        new() { Rule = "SLS4001", Reason = "test key", Owner = "team-pay", Expires = new(2031, 1, 1), Location = new("waivers.yaml", 14, 5, null) },
    ];

    public static readonly ImmutableArray<Gap> Gaps =
    [
        new(GapKind.Unresolved, new() { Evidence = Evidence.Triggers | Evidence.ResourcePolicy, Path = "Resources.Include⟨Stage⟩" }, "transform",
            $"The include is only known at deployment: {Nasty}."),
        new(GapKind.Unread, new() { Path = "Resources.Checkout" }, "malformed inline waiver", "The comment to the scanner in line 3 waives nothing: it has no 'owner'."),
    ];

    public static readonly ImmutableArray<FunctionReport> Functions =
    [
        new()
        {
            Name = "Checkout", Runtime = "nodejs18.x", Location = new("shop/template.yaml", 9, 3, "Resources.Checkout"), Components = [Lodash],
            Completeness = new()
            {
                CodeFiles = 10, CodeBytes = 1_000, Identified = 4, FirstParty = 3, IsWhole = false,
                Unexplained = [new("bundled", 2, 600, ["dist/a.js", "dist/b.js"]), new("compiled", 1, 10, ["native.so"])],
            },
            Gaps =
            [
                new(GapKind.Limit, new() { Evidence = Evidence.Package, Layer = "Tools", Path = "nodejs/big.bin" }, "file too large",
                    "nodejs/big.bin in layer Tools has more than 268435456 bytes."),
                new(GapKind.Fault, new() { Evidence = Evidence.Inventory, Ecosystem = "npm", Cataloger = "NpmLock", Rule = "SLS6001" }, "fault", Long),
            ],
        },
        new() { Name = "Preview", Location = new("shop/template.yaml", 18, 3, "Resources.Preview"), Components = [Locked],
            Completeness = new() { CodeFiles = 1, CodeBytes = 10, Identified = 0, FirstParty = 1 } },
        new() { Name = "Zahlung-Größe", Gaps = [new(GapKind.Missing, new() { Evidence = Evidence.ExecutionRole }, "access denied", "The role of Zahlung-Größe may not be read.")] },
    ];

    public static ScanReport Of(IEnumerable<Finding> findings, ImmutableArray<Waiver> waivers, ImmutableArray<FunctionReport> functions, ImmutableArray<Gap> gaps,
        Baseline? baseline = null)
    {
        var triaged = Triage.Apply(findings, waivers, baseline, Today);
        return new()
        {
            Target = "shop/template.yaml",
            Today = Today,
            Advisories = new()
            {
                Id = "builtin-1",
                Newest = new(2030, 6, 1, 1, 30, 0, TimeSpan.FromHours(2)),
                IsBuiltin = true,
                Gaps = [new(GapKind.Advisories, new() { Evidence = Evidence.Matches, Ecosystem = "npm" }, "built-in advisories",
                    "Only the built-in advisories were used: most vulnerabilities are unknown to them.")],
            },
            Functions = functions,
            Findings = triaged,
            Gaps = gaps,
            Notes = WaiverNotes.Of(waivers, triaged, Today),
        };
    }

    /// <summary>The finding about lodash is already known.</summary>
    public static ScanReport Whole()
    {
        var before = Of([.. Findings.Where(finding => finding.Advisory == Prototype)], [], Functions, []);
        return Of(Findings, Waivers, Functions, Gaps, Baseline.Read("before.json", Bytes(before, Json.JsonReport.Write), ScanLimits.Default));
    }

    public static byte[] Bytes(ScanReport report, Action<ScanReport, Stream> write)
    {
        using var stream = new MemoryStream();
        write(report, stream);
        return stream.ToArray();
    }
}
