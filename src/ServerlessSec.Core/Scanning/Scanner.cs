using System.Collections.Immutable;
using ServerlessSec.Advisories;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>
/// The order of work: collect, derive, judge. Three scans judge, each rule belonging to one of them; posture and
/// package look at one function, the application scan at what both learned about all functions.
/// </summary>
public sealed class Scanner(ImmutableArray<Rule> rules, ScanLimits limits, DateOnly today)
{
    private readonly ILookup<ScanKind, Rule> byScan = rules.ToLookup(RuleScan.Of);

    /// <summary>The day by which dated data is judged.</summary>
    public DateOnly Today => today;

    /// <summary>Derives what there is to know about an application; judges nothing.</summary>
    public Task<ApplicationRecord> DeriveAsync(
        ApplicationSnapshot application, IPackageSource packages, IAdvisorySource advisories, CancellationToken stop) =>
        DeriveAsync(application, application.Functions.ToAsyncEnumerable(), packages, advisories, stop);

    /// <summary>As above, of functions that are collected while others are derived; a snapshot is not kept.</summary>
    /// <param name="functions">Take the place of the application's own.</param>
    public async Task<ApplicationRecord> DeriveAsync(
        ApplicationSnapshot application,
        IAsyncEnumerable<FunctionSnapshot> functions,
        IPackageSource packages,
        IAdvisorySource advisories,
        CancellationToken stop)
    {
        var derived = new List<FunctionRecord>(application.Functions.Length);
        var gaps = application.Gaps.ToBuilder();
        var inventories = new PackageReader(packages, limits);
        // Not stopped itself: whoever collects says of each function that it was not come to.
        await foreach (var function in functions.ConfigureAwait(false))
        {
            if (stop.IsCancellationRequested) gaps.Add(Stopped(function.Id));
            else derived.Add(await DeriveAsync(function, inventories, stop).ConfigureAwait(false));
        }

        var ecosystems = derived.SelectMany(static f => f.Parts()).SelectMany(static f => f.Package?.Inventory.Components ?? [])
            .Select(static c => c.Ecosystem).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (ecosystems.Length > 0)
        {
            await advisories.PrepareAsync(ecosystems, stop).ConfigureAwait(false);
            derived = [.. derived.Select(f => Match(f, advisories))];
        }

        return new()
        {
            Name = application.Name,
            Functions = [.. derived],
            // Other resources' properties may hold a password; what rules ask of them stands beside.
            Resources = [.. application.Resources.Select(
                static r => r with { Properties = ImmutableSortedDictionary<string, string>.Empty })],
            Deliveries = application.Deliveries,
            Comments = application.Comments,
            Gaps = gaps.ToImmutable(),
        };
    }

    /// <summary>Matches the inventory of a stored record anew: what is known of vulnerabilities changes, what is installed does not.</summary>
    public async Task<FunctionRecord> MatchAsync(FunctionRecord function, IAdvisorySource advisories, CancellationToken stop)
    {
        if (function.Inventory is not { } whole) return function;
        await advisories.PrepareAsync([.. whole.Components.Select(static c => c.Ecosystem).Distinct().Order(StringComparer.Ordinal)], stop).ConfigureAwait(false);
        return Match(Unmatched(function), advisories);
    }

    /// <summary>Doubts of the former matching go with it.</summary>
    private static FunctionRecord Unmatched(FunctionRecord function) => function with
    {
        Package = function.Package is not { } package ? null : package with
        {
            Inventory = package.Inventory with { Gaps = [.. package.Inventory.Gaps.Where(static g => g.Scope.Evidence != Evidence.Matches)] },
        },
        Served = [.. function.Served.Select(Unmatched)],
    };

    /// <summary>All three scans over what was learned, just now or at an earlier time.</summary>
    public Judgement Judge(ApplicationRecord record)
    {
        var functions = record.Functions
            .Select(f => FunctionFacts.Of(f, today)).ToImmutableArray();
        Judgement[] parts =
        [
            .. functions.Select(f => JudgeFunction(ScanKind.Posture, f)),
            .. functions.Select(f => JudgeFunction(ScanKind.Package, f)),
            JudgeApplication(new()
            {
                Name = record.Name,
                Today = today,
                Functions = functions,
                Resources = record.Resources,
                Deliveries = record.Deliveries,
            }),
        ];
        return new([.. parts.SelectMany(static p => p.Findings)], [.. record.Gaps, .. parts.SelectMany(static p => p.Gaps)]);
    }

    /// <summary>
    /// The rules of one scan that look at one function, at all of it that is served; a rule whose evidence is not there is
    /// not asked.
    /// </summary>
    public Judgement JudgeFunction(ScanKind scan, FunctionFacts function) =>
        function.Served.IsEmpty && function.Versions.IsEmpty
            ? JudgeVersion(scan, function)
            : ServedFindings.Join([.. function.All.Select(each => (each, JudgeVersion(scan, each)))]);

    private Judgement JudgeVersion(ScanKind scan, FunctionFacts function)
    {
        var findings = new List<Finding>();
        var gaps = ImmutableArray.CreateBuilder<Gap>();
        foreach (var rule in byScan[scan].OfType<FunctionRule>())
        {
            if ((rule.Descriptor.Needs & ~function.Seen) != Evidence.None) continue;
            Guard(rule, function.Name, () => findings.AddRange(rule.Check(function)), gaps);
        }

        return new([.. findings], gaps.ToImmutable());
    }

    /// <summary>The rules that join what is known about all functions.</summary>
    public Judgement JudgeApplication(ApplicationFacts application)
    {
        var findings = new List<Finding>();
        var gaps = ImmutableArray.CreateBuilder<Gap>();
        foreach (var function in application.Functions)
        {
            var joined = JudgeFunction(ScanKind.Application, function);
            findings.AddRange(joined.Findings);
            gaps.AddRange(joined.Gaps);
        }

        foreach (var rule in byScan[ScanKind.Application].OfType<ApplicationRule>())
            Guard(rule, application.Name, () => findings.AddRange(rule.Check(application)), gaps);

        return new([.. findings], gaps.ToImmutable());
    }

    private async Task<FunctionRecord> DeriveAsync(FunctionSnapshot function, PackageReader packages, CancellationToken stop) => new()
    {
        Id = function.Id,
        Posture = function.Asked.HasFlag(Evidence.Configuration) ? PostureDerivation.Derive(function, limits) : null,
        Package = function.Asked.HasFlag(Evidence.Package) ? await packages.ReadAsync(function, stop).ConfigureAwait(false) : null,
        Versions = function.Versions,
        Served = await ServedAsync(function, packages, stop).ConfigureAwait(false),
    };

    private async Task<ImmutableArray<FunctionRecord>> ServedAsync(FunctionSnapshot function, PackageReader packages, CancellationToken stop)
    {
        var served = ImmutableArray.CreateBuilder<FunctionRecord>(function.Served.Length);
        foreach (var version in function.Served) served.Add(await DeriveAsync(version, packages, stop).ConfigureAwait(false));
        return served.MoveToImmutable();
    }

    private FunctionRecord Match(FunctionRecord function, IAdvisorySource advisories) => function with
    {
        Package = Match(function.Package, advisories, limits),
        Served = [.. function.Served.Select(each => Match(each, advisories))],
    };

    private static PackageFacts? Match(PackageFacts? package, IAdvisorySource advisories, ScanLimits limits)
    {
        if (package is null) return null;
        var matched = AdvisoryMatcher.Match(package.Inventory.Components, advisories.Find, limits: limits);
        return package with
        {
            Matches = matched.Matches,
            Advisories = advisories.Set,
            Inventory = package.Inventory with { Gaps = [.. package.Inventory.Gaps, .. matched.Gaps] },
        };
    }

    /// <summary>The one place where everything is caught: one rule's fault must not cost the others' findings.</summary>
    private static void Guard(Rule rule, string subject, Action check, ImmutableArray<Gap>.Builder gaps)
    {
        try
        {
            check();
        }
        catch (Exception fault) when (fault is not ArgumentException)
        {
            var id = rule.Descriptor.Id;
            gaps.Add(new(
                fault is LimitReachedException ? GapKind.Limit : GapKind.Fault,
                new() { Evidence = rule.Descriptor.Needs, Rule = id },
                $"{fault.GetType().Name} in {id}",
                $"{id} failed on {subject} and judged nothing more there."));
        }
    }

    private static Gap Stopped(string function) => new(
        GapKind.Stopped, new() { Evidence = Collected.All }, "stopped",
        $"The scan was stopped before it came to {function}.");
}
