using System.Collections.Immutable;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Scanning;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Cli.Commands;

/// <summary>How AWS is reached; what is not said comes from the environment.</summary>
internal sealed record AwsChoice(string? Profile, string? Region);

/// <summary>Scans deployed functions: the same scanner over snapshots that AWS gives.</summary>
internal static class LiveScan
{
    public static async Task<ScannedTargets> RunAsync(
        ScanRequest request, Scanner scanner, IAdvisorySource advisories, Surroundings here, CancellationToken stop)
    {
        var named = FunctionNames.Parse(request.Functions);
        using var aws = here.Aws(request.Aws.Profile, request.Aws.Region ?? FunctionNames.RegionOf(named));
        var owner = await aws.ApplicationAsync(stop).ConfigureAwait(false);
        FunctionNames.Check(named, owner);

        var folder = Path.Combine(Path.GetTempPath(), "serverlesssec-" + Path.GetRandomFileName());
        using var http = here.Http is { } answers ? new HttpClient(answers()) : new HttpClient();
        var (account, packages) = aws.Terminal(owner, http, folder, request.Target.Limits, here.Time);
        try
        {
            var listing = request.Account ? await account.ListAsync(stop).ConfigureAwait(false) : await NamedAsync(account, named, owner, stop).ConfigureAwait(false);
            var progress = new LookProgress(here, listing.Functions.Length);
            progress.Announce(owner);
            var application = new ApplicationSnapshot { Name = NameOf(owner, named), Gaps = listing.Gaps };
            var snapshots = account.SnapshotsAsync(listing.Functions, optOut: request.Account, progress.Done, stop);
            var record = await scanner.DeriveAsync(application, snapshots, packages, advisories, stop).ConfigureAwait(false);
            progress.Finish();
            return new(record, scanner.Judge(record), record.Functions.All(ScannedTargets.IsUnseen) ? [record.Name] : [], stop.IsCancellationRequested)
            {
                Notes = request.Account ? [] : [Part(listing.Functions)],
            };
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<LiveListing> NamedAsync(LiveAccount account, ImmutableArray<NamedFunction> named, Owner owner, CancellationToken stop)
    {
        ImmutableArray<LiveFunction> functions = [.. named.Select(static n => new LiveFunction(n.Name, n.Qualifier))];
        var absent = await account.AbsentAsync(functions, stop).ConfigureAwait(false);
        if (absent.IsEmpty) return new(functions, []);
        throw new UsageException(
            $"there is no function '{absent[0]}' in {owner.Region} of account {owner.Account}",
            "Its name may differ in case, or it may be elsewhere: say --region or --profile. 'aws lambda list-functions' lists what is there.");
    }

    private static string NameOf(Owner owner, ImmutableArray<NamedFunction> named) =>
        named is [var only] ? Owner.Of(owner.Partition, owner.Region, owner.Account, only.Name).Arn + (only.Qualifier is { } q ? ":" + q : "") : owner.Arn;

    private static Note Part(ImmutableArray<LiveFunction> functions) => new(
        NoteKind.PartOnly,
        $"Only {Count.Names([.. functions.Select(static f => f.ToString())])} {(functions.Length == 1 ? "was" : "were")} looked at"
            + (functions.Any(static f => f.Qualifier is not null) ? ", and nothing else that is served by that name: " : ": ")
            + $"whether other functions share a role with {(functions.Length == 1 ? "it" : "them")}, or close a loop, takes --account.",
        null);
}
