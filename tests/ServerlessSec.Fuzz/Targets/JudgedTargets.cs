using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Packages;
using ServerlessSec.Reports.Asff;
using ServerlessSec.Reports.CycloneDx;
using ServerlessSec.Reports.Json;
using ServerlessSec.Reports.Sarif;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;
using ServerlessSec.Sources.Advisories;
using ServerlessSec.Templates;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>From what others wrote through derivation and rules to every report.</summary>
internal static class JudgedTargets
{
    private static readonly ScanLimits Limits = ScanLimits.Default;
    private static readonly DateOnly Today = new(2026, 11, 2);
    private static readonly Scanner Scanner = new(RuleCatalog.All, Limits, Today);

    public static ImmutableArray<Target> All { get; } =
    [
        new("judged-template", TargetList.Refusing(static input => Judge(TemplateReader.Read("template.yaml", input))))
        {
            Words = DocumentTargets.TemplateWords,
            Seeds = static () => Kept.Files(Repository.Path("tests/ServerlessSec.Fuzz/Corpus/template")),
            Executions = 1_000,
        },
        new("judged-policy", Policy)
        {
            Words = DocumentTargets.PolicyWords,
            Seeds = static () => Kept.Files(Repository.Path("tests/ServerlessSec.Fuzz/Corpus/policy")),
            Executions = 1_000,
        },
    ];

    /// <summary>One document as the policy of the function, of its role and of the role's trust.</summary>
    private static void Policy(byte[] input)
    {
        var json = TargetList.Text(input);
        Judge(new()
        {
            Name = "policy",
            Functions =
            [
                new()
                {
                    Id = "fn",
                    Arn = "arn:aws:lambda:eu-west-1:111122223333:function:fn",
                    Url = new() { AuthType = Setting.Known("NONE") },
                    ResourcePolicies = [new() { Kind = PolicyKind.Resource, Name = "$LATEST", Json = json }],
                    Role = new() { Id = "role", Arn = "arn:aws:iam::111122223333:role/role", Policies = [new() { Kind = PolicyKind.Inline, Name = "p", Json = json }] },
                },
            ],
        });
    }

    /// <summary>No rule fails, and what is kept of the facts is read as it was written.</summary>
    private static void Judge(ApplicationSnapshot application)
    {
        var record = Scanner.DeriveAsync(application, new NoCode(), new BuiltinAdvisories(), CancellationToken.None).GetAwaiter().GetResult();
        var written = Written(record);
        if (!written.AsSpan().SequenceEqual(Written(FactsJson.Read(new MemoryStream(written))))) throw new BrokenPromiseException("facts change when they are written and read");
        var judgement = Scanner.Judge(record);
        if (judgement.Gaps.FirstOrDefault(static gap => gap.Kind == GapKind.Fault) is { } fault) throw new BrokenPromiseException(fault.Reason);
        var report = ReportBuilder.Build(record, judgement, [], null, Today);
        JsonReport.Write(report, Stream.Null);
        SarifReport.Write(report, Stream.Null);
        AsffReport.Write(report, Stream.Null);
        CycloneDxReport.Write(report, Stream.Null);
    }

    private static byte[] Written(ApplicationRecord record)
    {
        using var json = new MemoryStream();
        FactsJson.Write(record, json);
        return json.ToArray();
    }

    private sealed class NoCode : IPackageSource
    {
        public Task<PackageTree> OpenAsync(FunctionSnapshot function, CancellationToken stop) => Task.FromResult(new PackageTree(new MemoryContainer([], []), Limits));
    }
}
