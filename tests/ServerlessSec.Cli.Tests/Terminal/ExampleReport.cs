using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Cli.Terminal;

/// <summary>A report with one of everything that a table shows.</summary>
internal static class ExampleReport
{
    public static ScanReport Full { get; } = new()
    {
        Target = "shop/template.yaml",
        Today = new(2026, 11, 25),
        Advisories = new()
        {
            Id = "built-in",
            IsBuiltin = true,
            Newest = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero),
            Gaps = [new(GapKind.Advisories, new() { Evidence = Evidence.Matches, Ecosystem = "npm" }, "built-in advisories", "Only the built-in advisories were used; most known vulnerabilities of npm packages are not among them.")],
        },
        Functions =
        [
            Function("Checkout", "nodejs18.x", 12) with { Completeness = Code(40, 2) }, Function("Invoice", "python3.12", 40, Unread("vendor/a.zip")) with { Completeness = Code(3, 1, new UnexplainedCode("bundled", 2, 900, ["a.js"]), new UnexplainedCode("compiled", 1, 50, ["b.so"])) },
            Function("Notify", "python3.12", 66), Function("Orders", "nodejs22.x", 90, Unresolved("Orders")), Function("Stock", "nodejs22.x", 120, Unresolved("Stock")),
        ],
        Findings =
        [
            New(Admin, "Checkout", "The policy 'everything' allows every action on every resource.", 31),
            New(Url, "Checkout", "Checkout answers every caller of its URL.", 18),
            New(Vulnerable, "Checkout", "", null, Lodash, new() { Purl = "", Id = "CVE-2021-23337", Score = 7.2, Fixed = "4.17.21", Summary = "Command injection in lodash" }),
            New(Vulnerable, "Checkout", "", null, Lodash, new() { Purl = "", Id = "CVE-2020-8203", Score = 9.1, Fixed = "4.17.9", KnownExploited = true }, Severity.Critical),
            Through(
                New(Vulnerable, "Invoice", "", null, Odd, new() { Purl = "", Id = "GHSA-xxxx-yyyy-zzzz", Summary = "Reads what it should not", Disputed = true, Epss = 0.42 }),
                "pkg:pypi/client@2.1", "pkg:pypi/session@0.9", "pkg:pypi/requsts@1.0"),
            Shared,
            New(Logs, "Notify", "Logs of Notify are kept for ever.", 70, fix: "Add an AWS::Logs::LogGroup with RetentionInDays for /aws/lambda/notify."),
            New(Logs, "Orders", "Logs of Orders are kept for ever.", 95) with { State = FindingState.Waived },
            New(Logs, "Stock", "Logs of Stock are kept for ever.", 125) with { State = FindingState.Known },
        ],
        Gaps = [new(GapKind.Unresolved, new() { Path = "Transform" }, "macro", "The macro 'House' is only applied at deployment; what it adds was not seen.")],
        Notes = [new(NoteKind.UnusedWaiver, "The waiver of SLS3007 by 'team' matches nothing.", null)],
    };

    private static Component Lodash => new()
    {
        Purl = new("npm", null, "lodash", "4.17.5"),
        Ecosystem = "npm",
        Name = "lodash",
        Version = "4.17.5",
        Occurrences =
        [
            new("node_modules/lodash/package.json", null, OccurrenceKind.Installed, "NpmInstalled"),
            new("node_modules/async/node_modules/lodash/package.json", null, OccurrenceKind.Installed, "NpmInstalled"),
        ],
    };

    private static RuleDescriptor Admin => Rule("SLS2001", "Role may do everything", Severity.Critical, "Grant the actions that the code calls, on the resources it uses.");

    private static RuleDescriptor Url => Rule("SLS1001", "Function URL accepts anonymous requests", Severity.High, "Set AuthType to AWS_IAM, or put an authorizer in front of the function.");

    private static RuleDescriptor Vulnerable => Rule("SLS6001", "Dependency with a known vulnerability", Severity.High, "Upgrade it.");

    private static RuleDescriptor Logs => Rule("SLS3007", "Logs never expire", Severity.Low, "Set RetentionInDays on the log group.") with { Stage = Stage.Preview };

    private static Component Odd => new()
    {
        Purl = new("pypi", null, "requsts", "1.0"),
        Ecosystem = "PyPI",
        Name = "requsts",
        Version = "1.0",
        Occurrences = [new("requsts-1.0.dist-info/METADATA", "shared", OccurrenceKind.Installed, "PythonInstalled")],
    };

    private static TriagedFinding Shared => new(
        new(Rule("SLS2005", "Role shared by several functions", Severity.Medium, "Give each function a role of its own."),
            new("ShopRole", ["Invoice", "Notify"]), "ShopRole", "The role ShopRole serves 2 functions, each with the permissions of all.", new("shop/template.yaml", 140, 3, "Resources.ShopRole")),
        FindingState.New, null);

    private static RuleDescriptor Rule(string id, string title, Severity severity, string remediation) => new()
    {
        Id = id,
        Title = title,
        Severity = severity,
        Needs = Evidence.Configuration,
        Stage = Stage.Stable,
        Rationale = "",
        Remediation = remediation,
    };

    private static TriagedFinding Through(TriagedFinding triaged, params ImmutableArray<string> path) =>
        triaged with { Finding = triaged.Finding with { Path = new(path) } };

    private static TriagedFinding New(
        RuleDescriptor rule, string function, string message, int? line, Component? component = null, AdvisoryMatch? advisory = null, Severity? severity = null, string? fix = null) => new(
            new(rule, Subject.Of(function), $"{function}.{advisory?.Id}", message, line is { } at ? new("shop/template.yaml", at, 5, null) : null)
            {
                Component = component,
                Advisory = advisory,
                Severity = severity ?? rule.Severity,
                Fix = fix,
            },
            FindingState.New, null);

    private static FunctionReport Function(string name, string runtime, int line, params ImmutableArray<Gap> gaps) => new()
    {
        Name = name,
        Runtime = runtime,
        Location = new("shop/template.yaml", line, 3, $"Resources.{name}"),
        Seen = Collected.All,
        Components = [Lodash],
        Gaps = gaps,
    };

    private static Completeness Code(int identified, int own, params ImmutableArray<UnexplainedCode> rest) => new()
    {
        CodeFiles = identified + own + rest.Sum(static part => part.Files),
        CodeBytes = 1_000,
        Identified = identified,
        FirstParty = own,
        Unexplained = rest,
    };

    private static Gap Unread(string path) => new(GapKind.Unread, new() { Evidence = Evidence.Package, Path = path }, "encrypted", $"'{path}' is encrypted and was not read.");

    private static Gap Unresolved(string function) => new(
        GapKind.Missing, new() { Evidence = Evidence.Package }, "code is only in AWS", $"The code of {function} is only in AWS and was not read.");
}
