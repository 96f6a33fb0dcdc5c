using System.Collections.Immutable;
using System.Security.Cryptography;
using ServerlessSec.Advisories;

namespace ServerlessSec.Sources.Advisories;

/// <summary>What one build has learned so far: inputs, failures, counts.</summary>
internal sealed class BuildRun(
    AdvisoryBuildOptions options,
    HashSet<string> exploited,
    AdvisoryManifest present,
    DateTimeOffset now,
    IProgress<AdvisoryBuildProgress>? progress)
{
    private const int NamedProblems = 10, ProgressEvery = 1_000;

    private readonly SortedDictionary<string, EcosystemBuild> outcomes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> failures = new(StringComparer.Ordinal);
    private readonly Dictionary<AdvisoryInput, int> rejected = [];
    private readonly List<string> problems = [];
    private readonly HashSet<string> covered = new(StringComparer.Ordinal);
    private string? openFailure;
    private bool hasOpenInput;
    private int namedRejects;

    public AdvisoryBuildOptions Options => options;

    public AdvisoryManifest Present => present;

    public DateTimeOffset Now => now;

    public HashSet<string> Wanted { get; } = [.. options.Ecosystems.Select(Ecosystems.Base)];

    public List<AdvisoryInput> Inputs { get; } = [];

    public Dictionary<string, AdvisoryFile> Replaced { get; } = new(StringComparer.Ordinal);

    /// <summary>Files to be made of those at hand and a few records.</summary>
    public List<IncrementalUpdate> Updates { get; } = [];

    public HashSet<string> Exploited => exploited;

    /// <summary>CISA's catalogue, as the manifest is to name it.</summary>
    public AdvisoryExtra? Catalogue { get; init; }

    /// <summary>EPSS scores, as the manifest is to name them.</summary>
    public AdvisoryExtra? Scores { get; init; }

    /// <summary>Whether the manifest is to say something else.</summary>
    public bool HasChange => Replaced.Count > 0 || Catalogue != present.Exploited || Scores != present.Scores;

    /// <summary>Digest of the vulnerabilities to mark.</summary>
    public string ExploitedDigest { get; } = Convert.ToHexStringLower(SHA256.HashData(KnownExploited.ToBytes(exploited)));

    /// <summary>The only releases wanted of an ecosystem; empty for all.</summary>
    public ImmutableArray<string> ReleasesOf(string ecosystem) => options.ReleasesOf(ecosystem);

    public void Covers(AdvisoryInput input)
    {
        if (input.Ecosystem is { } ecosystem)
        {
            if (Wanted.Count > 0 && !Wanted.Contains(ecosystem)) return;
            covered.Add(ecosystem);
        }
        else
        {
            hasOpenInput = true;
        }

        Inputs.Add(input);
    }

    public void Problem(string problem) => problems.Add(problem);

    public void Fail(string ecosystem, string reason) => failures.TryAdd(ecosystem, reason);

    /// <summary>The source was asked and has nothing else.</summary>
    /// <param name="ecosystem">Of the source.</param>
    /// <param name="listed">Tag of the list that said so; null where the archive's own did.</param>
    public void Unchanged(string ecosystem, string? listed)
    {
        var file = present.Find(ecosystem)! with { Checked = now };
        if (listed is not null) file = file with { Listed = listed };
        Replaced[ecosystem] = file;
        outcomes[ecosystem] = new(ecosystem, AdvisoryBuildOutcome.Unchanged, file.Records, file.Rejected, file.Newest, null);
    }

    public void Older(string ecosystem, AdvisoryFile old, DateTimeOffset? newest) =>
        outcomes[ecosystem] = new(ecosystem, AdvisoryBuildOutcome.Older, old.Records, RejectedOf(ecosystem), old.Newest,
            $"the newest record is of {newest:yyyy-MM-dd}, that of the present set of {old.Newest:yyyy-MM-dd}");

    public void Publish(AdvisoryFile file)
    {
        var same = present.Find(file.Ecosystem) is { } old && old.Sha256 == file.Sha256 && old.File == file.File;
        var isAsked = file.Origins.All(static origin => AdvisoryStoreBuilder.IsAddress(origin.Address));
        Replaced[file.Ecosystem] = isAsked ? file with { Checked = now } : file;
        var outcome = same ? AdvisoryBuildOutcome.Unchanged : AdvisoryBuildOutcome.Built;
        outcomes[file.Ecosystem] = new(file.Ecosystem, outcome, file.Records, file.Rejected, file.Newest, null);
    }

    /// <summary>The file at hand and a few records make the ecosystem's file.</summary>
    public void Completes(IncrementalUpdate update)
    {
        covered.Add(update.Ecosystem);
        Updates.Add(update);
    }

    /// <summary>Reads one input into the staging file; a damaged archive fails the ecosystem that it is of.</summary>
    public void Stage(AdvisoryInput input, StagedRecords staged, CancellationToken stop)
    {
        var count = 0;
        try
        {
            input.Read(options.Limits, (name, json) =>
            {
                StageRecord(input, name, json, staged);
                if (++count % ProgressEvery == 0) progress?.Report(new(input.Address, count));
            }, stop);
            progress?.Report(new(input.Address, count));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException
            or UnauthorizedAccessException or OverflowException)
        {
            var reason = $"'{input.Address}' could not be read: {e.Message}";
            if (input.Ecosystem is { } ecosystem) Fail(ecosystem, reason);
            else openFailure ??= reason;
        }
    }

    /// <summary>Reads one record into the staging file.</summary>
    public void StageRecord(AdvisoryInput input, string name, ReadOnlySpan<byte> json, StagedRecords staged)
    {
        Advisory advisory;
        try
        {
            advisory = OsvRecord.Read(json, options.Limits);
        }
        catch (FormatException e)
        {
            rejected[input] = rejected.GetValueOrDefault(input) + 1;
            if (input.Ecosystem is { } unread) staged.AddOther(unread, Path.GetFileNameWithoutExtension(name), StagedRecords.Unread);
            if (namedRejects++ < NamedProblems) Problem($"'{name}' of '{input.Address}' is left out: {e.Message}.");
            return;
        }

        if (advisory.Aliases.Prepend(advisory.Id).Any(exploited.Contains)) advisory = advisory with { KnownExploited = true };
        var gives = false;
        foreach (var ecosystem in advisory.Affected.Select(package => Ecosystems.Base(package.Ecosystem)).Distinct())
        {
            if (Accepts(ecosystem) && staged.Add(ecosystem, OfReleases(advisory, ecosystem))) gives |= ecosystem == input.Ecosystem;
        }

        if (!gives && input.Ecosystem is { } only) staged.AddOther(only, advisory.Id, advisory.Modified?.UtcTicks ?? 0);
    }

    private Advisory OfReleases(Advisory advisory, string ecosystem)
    {
        var releases = ReleasesOf(ecosystem);
        return releases.IsEmpty ? advisory : advisory with
        {
            Affected = [.. advisory.Affected.Where(package => releases.Any(release => Ecosystems.Covers(package.Ecosystem, release)))],
        };
    }

    // An export of npm may name a package of PyPI too; that alone would make no set of PyPI.
    private bool Accepts(string ecosystem) =>
        (Wanted.Count == 0 || Wanted.Contains(ecosystem)) && (hasOpenInput || covered.Contains(ecosystem)) && IsFileName(ecosystem);

    private static bool IsFileName(string ecosystem) =>
        ecosystem.Length <= 40 && ecosystem.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ' ') && ecosystem[0] != '.';

    /// <summary>Ecosystems whose every source was read whole.</summary>
    public IEnumerable<string> ToPublish(StagedRecords staged)
    {
        var names = staged.EcosystemNames();
        if (openFailure is not null)
        {
            foreach (var ecosystem in names.Concat(covered)) Fail(ecosystem, openFailure);
            Problem($"{openFailure}.");
        }

        foreach (var ecosystem in covered.Where(ecosystem => !names.Contains(ecosystem)))
            Fail(ecosystem, "the source has no record of this ecosystem");
        if (names.Count == 0 && openFailure is null && hasOpenInput) Problem("The sources hold no advisory.");
        return names.Where(ecosystem => !failures.ContainsKey(ecosystem));
    }

    public int RejectedOf(string ecosystem) =>
        rejected.Where(entry => entry.Key.Ecosystem is null || entry.Key.Ecosystem == ecosystem).Sum(entry => entry.Value);

    public ImmutableArray<AdvisoryOrigin> OriginsOf(string ecosystem) =>
        Updates.Find(update => update.Ecosystem == ecosystem) is { } update ? [new(update.Archive.AbsoluteUri, null)] :
        [.. Inputs.Where(input => input.Ecosystem is null || input.Ecosystem == ecosystem)
            .Select(input => new AdvisoryOrigin(input.Address, input.ETag))];

    public AdvisoryBuild Result()
    {
        foreach (var (ecosystem, reason) in failures)
        {
            var old = present.Find(ecosystem);
            outcomes[ecosystem] = new(
                ecosystem,
                AdvisoryBuildOutcome.Failed,
                old?.Records ?? 0,
                RejectedOf(ecosystem),
                old?.Newest,
                reason);
        }

        if (namedRejects > NamedProblems) Problem($"{namedRejects - NamedProblems} more records are left out.");
        return new() { Ecosystems = [.. outcomes.Values], Problems = [.. problems] };
    }
}
