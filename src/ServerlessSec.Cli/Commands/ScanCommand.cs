using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Reports.Asff;
using ServerlessSec.Reports.CycloneDx;
using ServerlessSec.Reports.Json;
using ServerlessSec.Reports.OpenVex;
using ServerlessSec.Reports.Sarif;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Targets;

namespace ServerlessSec.Cli.Commands;

/// <summary>Scans templates, packages or deployed functions and tells what was found.</summary>
internal static class ScanCommand
{
    private static Argument<string[]> Paths { get; } = new("PATH")
    {
        Description = "A template, a package (zip, jar or container image), a directory of either, or REGISTRY/NAME:TAG.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Build(Surroundings here)
    {
        var paths = Paths;
        var format = CommonOptions.Format();
        var output = CommonOptions.Output();
        var failOn = CommonOptions.FailOn();
        var strict = new Option<bool>("--strict") { Description = "Exit with 3 where anything was not seen." };
        var waivers = new Option<string?>("--waivers")
        {
            Description = "Accepted findings; .serverlesssec.yaml beside the target by default, for deployed functions in the current directory.",
            HelpName = "FILE",
        };
        var baseline = new Option<string?>("--baseline")
        {
            Description = "An earlier JSON report: only what is new counts.",
            HelpName = "FILE",
        };
        var vex = new Option<string[]>("--vex")
        {
            Description = "What is known not to be affected: OpenVEX, or CycloneDX with analyses, as JSON; repeatable.",
            HelpName = "FILE",
        };
        var advisories = CommonOptions.Advisories();
        var offline = CommonOptions.Offline();
        var maxAge = CommonOptions.MaxAdvisoryAge();
        var parameters = CommonOptions.Parameters();
        var layers = CommonOptions.Layers();
        var functions = CommonOptions.Functions("A deployed function, with all that it serves; name or ARN. With :VERSION or :ALIAS that alone; repeatable.");
        var account = new Option<bool>("--account") { Description = "All deployed functions of the account in the Region." };
        var profile = CommonOptions.Profile();
        var region = CommonOptions.Region();
        var command = new Command("scan", "Scan templates, packages or deployed functions, and report what an attacker could use.")
        {
            paths, functions, account, format, output, failOn, strict, waivers, vex, baseline, advisories, offline, maxAge, parameters, layers, profile, region,
        };
        command.Validators.Add(result =>
        {
            var here = result.GetResult(paths)?.Tokens.Count > 0;
            var live = result.GetResult(functions) is { Tokens.Count: > 0 } || result.GetValue(account);
            if (!here && !live) result.AddError("name a PATH, a --function, or --account");
            else if (here && live) result.AddError("scan a PATH or what is deployed, not both at once");
            else if (result.GetResult(functions) is { Tokens.Count: > 0 } && result.GetValue(account)) result.AddError("--account has every --function already; say one of them");
            else if (live && (result.GetResult(parameters) ?? result.GetResult(layers)) is { Tokens.Count: > 0 }) result.AddError("--parameters and --layer are for a PATH; a deployed function has its own");
        });
        command.SetAction((parsed, stop) => RunAsync(
            new()
            {
                Paths = [.. parsed.GetValue(paths) ?? []],
                Functions = [.. parsed.GetValue(functions) ?? []],
                Account = parsed.GetValue(account),
                Aws = new(parsed.GetValue(profile), parsed.GetValue(region)),
                Format = parsed.GetRequiredValue(format),
                Output = parsed.GetValue(output),
                FailOn = CommonOptions.SeverityOf(parsed.GetRequiredValue(failOn)),
                Strict = parsed.GetValue(strict),
                Waivers = parsed.GetValue(waivers),
                Vex = [.. parsed.GetValue(vex) ?? []],
                Baseline = parsed.GetValue(baseline),
                Advisories = parsed.GetValue(advisories),
                Offline = parsed.GetValue(offline),
                MaxAdvisoryAge = CommonOptions.AgeOf(parsed.GetRequiredValue(maxAge))!.Value,
                Target = new()
                {
                    Parameters = CommonOptions.Pairs(parsed.GetValue(parameters)),
                    Layers = [.. parsed.GetValue(layers) ?? []],
                },
            },
            here, stop));
        return command;
    }

    private static async Task<int> RunAsync(ScanRequest request, Surroundings here, CancellationToken stop)
    {
        var targets = request.IsLive ? [] : Inputs.Targets([.. request.Paths], request.Target);
        var waivers = Inputs.Waivers(request.Waivers, targets);
        var statements = Inputs.Vex(request.Vex);
        var baseline = Inputs.Baseline(request.Baseline);
        using var output = ReportOutput.Open(request.Output, here);
        using var advisories = AdvisoryChoice.Open(request.Advisories, request.Offline, request.MaxAdvisoryAge, here);

        var scanner = new Scanner(RuleCatalog.All, request.Target.Limits, here.Today);
        var scanned = request.IsLive
            ? await LiveScan.RunAsync(request, scanner, advisories.Source, here, stop).ConfigureAwait(false)
            : await ScannedTargets.ScanAsync(scanner, targets, advisories.Source, request.Target.Limits, here, stop).ConfigureAwait(false);
        advisories.Progress.Finish();

        var report = ReportBuilder.Build(scanned.Record, scanned.Judgement, waivers, baseline, here.Today, statements);
        report = report with { Notes = [.. report.Notes, .. scanned.Notes] };
        var exit = ExitCode.Worst(
            ExitCode.Of(report, request.FailOn, request.Strict),
            scanned.IsWhole ? ExitCode.Clean : ExitCode.Incomplete);
        Write(report, request, Verdict(exit, request, scanned), output, here);
        output.Commit();
        if (request.Format != "table" || output.IsFile) Notices.Write(report, here);
        return exit;
    }

    private static void Write(ScanReport report, ScanRequest request, string? verdict, ReportOutput output, Surroundings here)
    {
        switch (request.Format)
        {
            case "json":
                JsonReport.Write(report, output.Stream);
                break;
            case "sarif":
                SarifReport.Write(report, output.Stream);
                break;
            case "asff":
                AsffReport.Write(report, output.Stream);
                break;
            case "cyclonedx":
                CycloneDxReport.Write(report, output.Stream);
                break;
            case "openvex":
                OpenVexReport.Write(report, output.Stream);
                break;
            default:
                using (var text = new StreamWriter(output.Stream, new UTF8Encoding(false), leaveOpen: true))
                    new TableReport(new(text, here.Width, here.Colour && !output.IsFile, !here.Unicode), report).Write(verdict);
                break;
        }
    }

    private static string? Verdict(int exit, ScanRequest request, ScannedTargets scanned) => exit switch
    {
        ExitCode.Findings => $"Exit code 1: findings at or above {Words.Of(request.FailOn ?? Severity.High)}.",
        ExitCode.Incomplete when scanned.IsStopped => "Exit code 3: stopped before it was done.",
        ExitCode.Incomplete when !scanned.Barren.IsEmpty => $"Exit code 3: no function was seen in {Count.Names(scanned.Barren)}.",
        ExitCode.Incomplete => "Exit code 3: not everything was seen, and --strict was given.",
        _ => null,
    };
}

/// <summary>What the command line asked for.</summary>
internal sealed record ScanRequest
{
    public required ImmutableArray<string> Paths { get; init; }

    /// <summary>Deployed functions, as they are named.</summary>
    public ImmutableArray<string> Functions { get; init; } = [];

    /// <summary>All deployed functions.</summary>
    public bool Account { get; init; }

    public required AwsChoice Aws { get; init; }

    public bool IsLive => Account || !Functions.IsEmpty;

    public required string Format { get; init; }

    public string? Output { get; init; }

    public Severity? FailOn { get; init; }

    public bool Strict { get; init; }

    public string? Waivers { get; init; }

    /// <summary>VEX documents.</summary>
    public ImmutableArray<string> Vex { get; init; } = [];

    public string? Baseline { get; init; }

    public string? Advisories { get; init; }

    public bool Offline { get; init; }

    /// <summary>Advisories that are older are a gap.</summary>
    public required TimeSpan MaxAdvisoryAge { get; init; }

    public required TargetOptions Target { get; init; }
}
