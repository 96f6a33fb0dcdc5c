using System.Text.Json;
using ServerlessSec.Advisories;

namespace ServerlessSec.Sources.Advisories;

/// <summary>
/// Makes an ecosystem's file anew from the one at hand and the few records that the source's list of modifications tells to be
/// others: the same file, byte for byte, that the whole export gives. Whenever that is in doubt, the whole export is fetched.
/// </summary>
internal sealed class IncrementalUpdate
{
    /// <summary>With more records than this the whole export is not much more to fetch.</summary>
    public const int Most = 500;

    private const int AtOnce = 8;

    private readonly AdvisoryFile present;
    private readonly HashSet<string> outdated;
    private readonly SortedDictionary<string, byte[]> records = new(StringComparer.Ordinal);

    private IncrementalUpdate(AdvisoryFile present, Uri archive, string? listed, HashSet<string> outdated, bool marks) =>
        (this.present, Archive, Listed, this.outdated, HasDifference) = (present, archive, listed, outdated, marks || outdated.Count > 0);

    public string Ecosystem => present.Ecosystem;

    /// <summary>What it stands in for.</summary>
    public Uri Archive { get; }

    /// <summary>Tag of the list; null where it had none.</summary>
    public string? Listed { get; }

    /// <summary>False where the file at hand is what the source has.</summary>
    public bool HasDifference { get; }

    /// <summary>What has to be done; null where only the whole export will do.</summary>
    public static async Task<IncrementalUpdate?> PlanAsync(
        AdvisoryDownload download, Uri source, AdvisoryFile present, string directory, string scratch, BuildRun run, CancellationToken stop)
    {
        var archive = AdvisoryDownload.ArchiveOf(source, present.Ecosystem);
        if (present.Origins is not [var origin] || origin.Address != archive.AbsoluteUri) return null;
        if (!present.Releases.SequenceEqual(run.ReleasesOf(present.Ecosystem))) return null;
        var marks = present.Exploited == run.ExploitedDigest ? null : run.Exploited;
        try
        {
            var list = AdvisoryDownload.ListOf(source, present.Ecosystem);
            var tag = await download.FetchAsync(list, scratch, marks is null ? present.Listed : null, static (_, _) => { }, stop, ModifiedList.MostBytes).ConfigureAwait(false);
            if (tag is null) return new(present, archive, present.Listed, [], marks: false);
            using var database = AdvisoryDatabase.Open(directory, present);
            var (changed, gone, marksDiffer) = Compare(database, ModifiedList.Read(scratch), marks);
            if (changed.Count + gone.Count > Most) return null;
            var update = new IncrementalUpdate(present, archive, tag.Length > 0 ? tag : null, [.. changed.Keys, .. gone], marksDiffer);
            return await update.FetchAsync(download, source, changed, gone, run, stop).ConfigureAwait(false) ? update : null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Puts the rows that stay and the records that are others into the staging file.</summary>
    public void Stage(string directory, BuildRun run, StagedRecords staged, CancellationToken stop)
    {
        try
        {
            using var database = AdvisoryDatabase.Open(directory, present);
            foreach (var (name, id, body) in database.Rows())
            {
                stop.ThrowIfCancellationRequested();
                if (outdated.Contains(id)) continue;
                var head = RecordHead.Read(body);
                var marked = head.IsMarked || !head.Names(run.Exploited) ? body : staged.Print(OsvRecord.Read(body) with { KnownExploited = true });
                staged.AddRow(Ecosystem, name, id, marked, head.Modified);
            }

            foreach (var (id, modified) in database.Others())
            {
                if (!outdated.Contains(id)) staged.AddOther(Ecosystem, id, modified);
            }
        }
        catch (FormatException damaged)
        {
            run.Fail(Ecosystem, $"the file at hand is damaged: {damaged.Message}");
            return;
        }

        var input = new AdvisoryInput(Archive.AbsoluteUri, Ecosystem, "");
        foreach (var (id, json) in records) run.StageRecord(input, id + ".json", json, staged);
    }

    private static (Dictionary<string, ListedInstant> Changed, List<string> Gone, bool MarksDiffer) Compare(
        AdvisoryDatabase database, Dictionary<string, ListedInstant> listed, HashSet<string>? marks)
    {
        var known = new Dictionary<string, long>(StringComparer.Ordinal);
        var doubtful = new HashSet<string>(StringComparer.Ordinal);
        var marksDiffer = false;
        foreach (var (_, id, body) in database.Rows())
        {
            var head = RecordHead.Read(body);
            known[id] = head.Modified;
            if (marks is null) continue;
            var wanted = head.Names(marks);
            // A mark may be the record's own: without looking at that nobody knows whether it goes.
            if (head.IsMarked && !wanted) doubtful.Add(id);
            marksDiffer |= head.IsMarked != wanted;
        }

        foreach (var (id, modified) in database.Others()) known[id] = modified;
        var changed = listed.Where(entry => !known.TryGetValue(entry.Key, out var modified) || !entry.Value.Is(modified) || doubtful.Contains(entry.Key))
            .Take(Most + 1).ToDictionary(StringComparer.Ordinal);
        return (changed, [.. known.Keys.Where(id => !listed.ContainsKey(id)).Take(Most + 1)], marksDiffer);
    }

    /// <summary>False where list and records disagree, as they do while the source writes them.</summary>
    private async Task<bool> FetchAsync(
        AdvisoryDownload download, Uri source, Dictionary<string, ListedInstant> changed, List<string> gone, BuildRun run, CancellationToken stop)
    {
        var door = new Lock();
        var agrees = true;
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop };
        try
        {
            await Parallel.ForEachAsync(changed, options, async (entry, stop) =>
            {
                var json = await download.BytesAsync(AdvisoryDownload.RecordOf(source, Ecosystem, entry.Key), run.Options.Limits.ManifestBytes, stop).ConfigureAwait(false);
                var isListed = json is not null && IsListed(json, entry.Key, entry.Value, run.Options.Limits);
                lock (door)
                {
                    agrees &= isListed;
                    if (json is not null) records[entry.Key] = json;
                }
            }).ConfigureAwait(false);
            await Parallel.ForEachAsync(gone, options, async (id, stop) =>
            {
                var isGone = await download.IsAbsentAsync(AdvisoryDownload.RecordOf(source, Ecosystem, id), stop).ConfigureAwait(false);
                lock (door) agrees &= isGone;
            }).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }

        return agrees;
    }

    /// <summary>Whether the record is the listed one, or one that cannot be read, which the whole export has as well.</summary>
    private static bool IsListed(byte[] json, string id, ListedInstant listed, ScanLimits limits)
    {
        try
        {
            var record = OsvRecord.Read(json, limits);
            return record.Id == id && (record.Modified is not { } modified || modified.UtcTicks >= listed.Ticks);
        }
        catch (FormatException)
        {
            return true;
        }
    }
}

/// <summary>The first members of a stored record, in the order in which they are written.</summary>
internal readonly ref struct RecordHead
{
    private readonly ReadOnlySpan<byte> body;

    private RecordHead(ReadOnlySpan<byte> body, long modified)
    {
        this.body = body;
        Modified = modified;
    }

    /// <summary>In ticks; 0 where the record does not say.</summary>
    public long Modified { get; }

    /// <summary>Whether it is marked as exploited.</summary>
    public bool IsMarked => body.IndexOf("\"known_exploited\":true"u8) >= 0;

    public static RecordHead Read(ReadOnlySpan<byte> body)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName) continue;
            if (!json.ValueTextEquals("id"u8) && !json.ValueTextEquals("modified"u8)) break;
            var isModified = json.ValueTextEquals("modified"u8);
            json.Read();
            if (isModified) return new(body, json.TryGetDateTimeOffset(out var instant) ? instant.UtcTicks : 0);
        }

        return new(body, 0);
    }

    /// <summary>Whether the record or an alias of it is one of the set.</summary>
    public bool Names(HashSet<string> set)
    {
        var json = new Utf8JsonReader(body);
        while (json.Read())
        {
            if (json.TokenType != JsonTokenType.PropertyName) continue;
            if (json.ValueTextEquals("aliases"u8))
            {
                json.Read();
                while (json.Read() && json.TokenType == JsonTokenType.String)
                {
                    if (set.Contains(json.GetString()!)) return true;
                }

                return false;
            }

            var isId = json.ValueTextEquals("id"u8);
            if (!isId && !json.ValueTextEquals("modified"u8) && !json.ValueTextEquals("withdrawn"u8)) return false;
            json.Read();
            if (isId && set.Contains(json.GetString()!)) return true;
        }

        return false;
    }
}
