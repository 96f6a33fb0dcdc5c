using System.IO.Compression;
using System.Net;
using System.Text;
using Amazon.S3;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;
using static ServerlessSec.Aws.Storing.Samples;

namespace ServerlessSec.Aws.Collecting;

/// <summary>Advisories on their way from a source through the bucket to a scan, against the emulator.</summary>
public sealed class AdvisoryRefreshTests(Emulator emulator) : IDisposable
{
    private static readonly Uri Source = new("https://export.test");

    private readonly WaitedTime time = new(Start);
    private readonly Export export = new();
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"advisories-{Guid.NewGuid():N}");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_refreshed_set_is_what_scans_use_and_only_holders_of_what_changed_are_judged_again()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, table) = await OpenAsync();
        var (inventories, references, bulk) = (new InventoryStore(table), new ReferenceStore(table), new BulkStore(table));
        await HoldAsync(inventories, references, "desk", "lodash");
        await HoldAsync(inventories, references, "lamp", "left-pad");
        var refresh = Refresh(bucket, table);

        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z")];
        Assert.Equal(AdvisoryBuildOutcome.Built, (await refresh.RefreshAsync("npm", [], Stop)).Outcome);
        Assert.Equal(AdvisoryBuildOutcome.Unchanged, (await refresh.RefreshAsync("npm", [], Stop)).Outcome);

        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z"), ("CVE-2026-2", "left-pad", "2026-02-02T00:00:00Z")];
        var outcome = await refresh.RefreshAsync("npm", [], Stop);
        Assert.Equal((AdvisoryBuildOutcome.Built, 2, 1, 1), (outcome.Outcome, outcome.Records, outcome.Packages, outcome.Waiting));
        var waiting = await bulk.WaitingAsync(ScanKind.Package, Stop).ToListAsync(Stop);
        Assert.Equal([Function("lamp")], waiting.Select(static w => w.Owner));

        using var advisories = new BucketAdvisories(bucket, Path.Combine(folder, "use"), time);
        await advisories.PrepareAsync(["npm"], Stop);
        Assert.Equal("CVE-2026-2", Assert.Single(advisories.Find("npm", "left-pad")).Id);
        Assert.Empty(advisories.Set.Gaps);
        Assert.Equal(waiting[0].Wish.Advisories, advisories.Set.Generation);
        Assert.Equal(new DateTimeOffset(2026, 2, 2, 0, 0, 0, TimeSpan.Zero), advisories.Set.Newest);
    }

    [Fact]
    public async Task Who_holds_a_package_is_found_by_the_refresh_or_hears_that_its_advisories_were_swapped()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, table) = await OpenAsync();
        var (inventories, references, bulk) = (new InventoryStore(table), new ReferenceStore(table), new BulkStore(table));
        var refresh = Refresh(bucket, table, TimeSpan.FromSeconds(2));
        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z")];
        await refresh.RefreshAsync("npm", [], Stop);
        using var advisories = new BucketAdvisories(bucket, Path.Combine(folder, "use"), time);
        await advisories.PrepareAsync(["npm"], Stop);
        var before = advisories.Set.Generation;

        // One scan writes between swap and look-up, which may be as long before the swap as the index lags; another writes after it.
        export.Records = [.. export.Records, ("CVE-2026-2", "left-pad", "2026-02-02T00:00:00Z")];
        var refreshing = refresh.RefreshAsync("npm", [], Stop);
        while (await GenerationAsync(bucket) == before) await Task.Yield();
        await HoldAsync(inventories, references, "desk", "left-pad");
        await time.AdvancingAsync(refreshing);
        await HoldAsync(inventories, references, "lamp", "left-pad");
        Assert.Equal([Function("desk")], (await bulk.WaitingAsync(ScanKind.Package, Stop).ToListAsync(Stop)).Select(static w => w.Owner));
        Assert.Equal(await GenerationAsync(bucket), await advisories.OutgrownAsync(Stop));
    }

    [Fact]
    public async Task A_set_is_outgrown_by_other_advisories_for_what_was_prepared_and_by_nothing_else()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, table) = await OpenAsync();
        var refresh = Refresh(bucket, table);
        using var s3 = Emulator.S3(await emulator.AddressAsync());
        using var advisories = new BucketAdvisories(bucket, Path.Combine(folder, "use"), time);
        await advisories.PrepareAsync(["npm"], Stop);
        Assert.Null(await advisories.OutgrownAsync(Stop));
        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z")];
        await refresh.RefreshAsync("npm", [], Stop);
        Assert.Equal(await GenerationAsync(bucket), await advisories.OutgrownAsync(Stop));
        // What was prepared is what is used, whatever was seen since.
        Assert.Equal((0, 0), (advisories.Find("npm", "lodash").Count, advisories.Set.Generation));

        await advisories.PrepareAsync(["npm"], Stop);
        Assert.Null(await advisories.OutgrownAsync(Stop));
        await refresh.RefreshAsync("npm", [], Stop);
        await refresh.RefreshAsync("PyPI", [], Stop);
        export.Scores = "CVE-2026-1,0.5,0.9";
        await refresh.RefreshExtrasAsync(Stop);
        Assert.True(await GenerationAsync(bucket) > advisories.Set.Generation);
        Assert.Null(await advisories.OutgrownAsync(Stop));

        var old = await ManifestAsync(s3);
        export.Records = [.. export.Records, ("CVE-2026-2", "left-pad", "2026-02-02T00:00:00Z")];
        await refresh.RefreshAsync("npm", [], Stop);
        Assert.Equal(await GenerationAsync(bucket), await advisories.OutgrownAsync(Stop));
        Assert.Single(advisories.Find("npm", "lodash"));
        await advisories.PrepareAsync(["npm"], Stop);
        foreach (var other in (string[])[old, "damaged"])
        {
            await s3.PutObjectAsync(new() { BucketName = Bucket, Key = AdvisoryManifest.FileName, ContentBody = other }, Stop);
            Assert.Null(await advisories.OutgrownAsync(Stop));
        }

        await advisories.PrepareAsync(["npm"], Stop);
        Assert.Null(await advisories.OutgrownAsync(Stop));
    }

    [Fact]
    public async Task Each_swap_of_content_raises_the_generation_and_nothing_else_does()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, table) = await OpenAsync();
        var refresh = Refresh(bucket, table);
        List<long> seen = [];
        async Task RefreshedAsync(string ecosystem, params (string, string, string)[] records)
        {
            export.Records = [.. records];
            await refresh.RefreshAsync(ecosystem, [], Stop);
            seen.Add(await GenerationAsync(bucket));
        }

        // No time passes between them.
        await RefreshedAsync("npm", ("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z"));
        await RefreshedAsync("npm", ("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z"));
        // Of another ecosystem, and older than what is known of the first.
        await RefreshedAsync("PyPI", ("PYSEC-2025-1", "flask", "2025-02-01T00:00:00Z"));
        // Of the same second as the newest.
        await RefreshedAsync("npm", ("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z"), ("CVE-2026-2", "left-pad", "2026-02-01T00:00:00Z"));
        var first = time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal([first, first, first + 1, first + 2], seen);

        await refresh.RefreshExtrasAsync(Stop);
        Assert.Equal(first + 2, await GenerationAsync(bucket));
        export.Scores = "CVE-2026-1,0.5,0.9";
        await refresh.RefreshExtrasAsync(Stop);
        Assert.Equal(first + 3, await GenerationAsync(bucket));
        time.Advance(TimeSpan.FromHours(1));
        await refresh.RefreshExtrasAsync(Stop);
        Assert.Equal(first + 3, await GenerationAsync(bucket));
    }

    [Fact]
    public async Task Scores_come_beside_advisories_and_worse_ones_leave_those_that_are_there()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, refresh) = await RefreshedAsync();
        using var advisories = new BucketAdvisories(bucket, Path.Combine(folder, "use"), time);
        Assert.Equal(2, (await refresh.RefreshExtrasAsync(Stop)).Count);
        Assert.Null(await EpssAsync());

        export.Scores = "CVE-2026-1,0.25,0.9";
        Assert.Contains("catalogue", Assert.Single(await refresh.RefreshExtrasAsync(Stop)), StringComparison.Ordinal);
        Assert.Equal(0.25, await EpssAsync());
        // An ecosystem that is refreshed keeps them.
        export.Records = [.. export.Records, ("CVE-2026-2", "lodash", "2026-02-02T00:00:00Z")];
        await refresh.RefreshAsync("npm", [], Stop);
        Assert.Equal(0.25, await EpssAsync());

        foreach (var (scores, day) in new[] { ("CVE-2026-1,0.75,0.9", "2026-02-27"), ("CVE-2026-1,much", "2026-03-01"), ("", "2026-03-01") })
        {
            (export.Scores, export.Day) = (scores, day);
            Assert.Contains(await refresh.RefreshExtrasAsync(Stop), static problem => problem.Contains("EPSS", StringComparison.Ordinal));
            Assert.Equal(0.25, await EpssAsync());
        }

        (export.Scores, export.Day) = ("CVE-2026-1,0.75,0.9", "2026-03-01");
        await refresh.RefreshExtrasAsync(Stop);
        Assert.Equal(0.75, await EpssAsync());

        async Task<double?> EpssAsync()
        {
            await advisories.PrepareAsync(["npm"], Stop);
            return advisories.Find("npm", "lodash").Single(static a => a.Id == "CVE-2026-1").Epss;
        }
    }

    [Fact]
    public async Task A_manifest_that_is_lost_put_back_or_of_before_generations_is_outgrown_by_the_next_swap()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, refresh) = await RefreshedAsync();
        using var s3 = Emulator.S3(await emulator.AddressAsync());
        var old = await ManifestAsync(s3);
        var highest = 0L;
        var undated = old.Replace("\"generation\"", "\"before\"", StringComparison.Ordinal);
        (string Id, string? Manifest)[] mishaps = [("CVE-2026-2", null), ("CVE-2026-3", old), ("CVE-2026-4", undated), ("CVE-2026-5", "damaged")];
        foreach (var (id, manifest) in mishaps)
        {
            for (var swap = 0; swap < 3; swap++)
            {
                export.Records = [.. export.Records, ($"{id}-{swap}", "lodash", "2026-02-01T00:00:00Z")];
                await refresh.RefreshAsync("npm", [], Stop);
            }

            var before = await GenerationAsync(bucket);
            Assert.True(before > highest);
            highest = before;
            time.Advance(TimeSpan.FromMinutes(1));
            if (manifest is null) await s3.DeleteObjectAsync(new() { BucketName = Bucket, Key = AdvisoryManifest.FileName }, Stop);
            else await PutManifestAsync(s3, manifest);
        }

        await refresh.RefreshAsync("npm", [], Stop);
        Assert.True(await GenerationAsync(bucket) > highest);
    }

    [Fact]
    public async Task A_manifest_of_before_generations_gets_one_when_its_source_is_asked_next()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, refresh) = await RefreshedAsync();
        using var s3 = Emulator.S3(await emulator.AddressAsync());
        var before = (await ManifestAsync(s3)).Replace("\"generation\"", "\"before\"", StringComparison.Ordinal);
        await PutManifestAsync(s3, before);
        Assert.Equal(0, await GenerationAsync(bucket));
        Assert.Equal(AdvisoryBuildOutcome.Unchanged, (await refresh.RefreshAsync("npm", [], Stop)).Outcome);
        Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), await GenerationAsync(bucket));
    }

    [Fact]
    public async Task A_record_of_the_future_freezes_nothing_nor_does_a_manifest_that_believed_one()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, table) = await OpenAsync();
        var refresh = Refresh(bucket, table);
        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z"), ("CVE-2026-2", "lodash", "2099-01-01T00:00:00Z")];
        Assert.Equal(AdvisoryBuildOutcome.Built, (await refresh.RefreshAsync("npm", [], Stop)).Outcome);
        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z"), ("CVE-2026-3", "lodash", "2026-02-02T00:00:00Z")];
        Assert.Equal(AdvisoryBuildOutcome.Built, (await refresh.RefreshAsync("npm", [], Stop)).Outcome);

        using var s3 = Emulator.S3(await emulator.AddressAsync());
        var believing = (await ManifestAsync(s3)).Replace("2026-02-02T00:00:00", "2099-01-01T00:00:00", StringComparison.Ordinal);
        await PutManifestAsync(s3, believing);
        export.Records = [.. export.Records, ("CVE-2026-4", "lodash", "2026-02-03T00:00:00Z")];
        Assert.Equal(AdvisoryBuildOutcome.Built, (await refresh.RefreshAsync("npm", [], Stop)).Outcome);
        using var advisories = new BucketAdvisories(bucket, Path.Combine(folder, "use"), time);
        await advisories.PrepareAsync(["npm"], Stop);
        Assert.Equal((3, new DateTimeOffset(2026, 2, 3, 0, 0, 0, TimeSpan.Zero)), (advisories.Find("npm", "lodash").Count, advisories.Set.Newest));
    }

    [Fact]
    public async Task Who_is_owed_a_judgement_by_advisories_that_are_there_already_gets_it_once()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, table) = await OpenAsync();
        var (refresh, state) = (Refresh(bucket, table), new RefreshStore(table));
        var facts = new S3FactsStore(new AmazonS3Client(Emulator.Credentials, Amazon.RegionEndpoint.EUCentral1), "unused", table);
        await facts.SummarizeAsync(new() { Owner = Function("desk"), Scan = ScanKind.Package, Order = new(time.GetUtcNow(), null), Address = "v1/desk" }, Stop);
        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z")];
        await refresh.RefreshAsync("npm", [], Stop);
        Assert.False(await state.OwesAsync("npm", Stop));

        // The process died after it had put the file.
        await state.OweAsync("npm", Stop);
        var outcome = await refresh.RefreshAsync("npm", [], Stop);
        Assert.Equal((AdvisoryBuildOutcome.Unchanged, 1), (outcome.Outcome, outcome.Waiting));
        Assert.Equal(0, (await refresh.RefreshAsync("npm", [], Stop)).Waiting);
    }

    [Fact]
    public async Task An_older_or_broken_source_replaces_nothing()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, refresh) = await RefreshedAsync();

        export.Records = [("CVE-2025-1", "lodash", "2025-02-01T00:00:00Z")];
        Assert.Equal(AdvisoryBuildOutcome.Older, (await refresh.RefreshAsync("npm", [], Stop)).Outcome);
        export.Broken = true;
        await Assert.ThrowsAsync<IOException>(() => refresh.RefreshAsync("npm", [], Stop));
        using var advisories = new BucketAdvisories(bucket, Path.Combine(folder, "use"), time);
        await advisories.PrepareAsync(["npm"], Stop);
        Assert.Equal("CVE-2026-1", Assert.Single(advisories.Find("npm", "lodash")).Id);
    }

    [Fact]
    public async Task A_damaged_or_absent_file_is_a_gap_and_the_next_scan_finds_it_mended()
    {
        using var turn = await emulator.TurnAsync();
        var (bucket, table) = await OpenAsync();
        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z")];
        await Refresh(bucket, table).RefreshAsync("npm", [], Stop);
        using var s3 = Emulator.S3(await emulator.AddressAsync());
        var name = (await s3.ListObjectsV2Async(new() { BucketName = Bucket, Prefix = "files/" }, Stop)).S3Objects.Single().Key;
        await s3.PutObjectAsync(new() { BucketName = Bucket, Key = name, ContentBody = "damaged" }, Stop);

        using var advisories = new BucketAdvisories(bucket, Path.Combine(folder, "use"), time);
        await advisories.PrepareAsync(["npm", "PyPI"], Stop);
        Assert.Equal(["npm", "PyPI"], advisories.Set.Gaps.Select(static g => g.Scope.Ecosystem).Order(StringComparer.Ordinal).Reverse());
        Assert.Empty(advisories.Find("npm", "lodash"));

        // The refresh does not believe the bucket either, and builds anew.
        await Refresh(bucket, table).RefreshAsync("npm", [], Stop);
        await advisories.PrepareAsync(["npm"], Stop);
        Assert.Single(advisories.Find("npm", "lodash"));
        Assert.Empty(advisories.Set.Gaps);
    }

    [Fact]
    public async Task The_last_ecosystem_of_the_first_refresh_makes_a_sweep_due()
    {
        using var turn = await emulator.TurnAsync();
        var (table, _, client) = await emulator.TableAsync(time);
        using var _1 = client;
        var state = new RefreshStore(table);
        Assert.Equal(TimeSpan.Zero, await state.AgeAsync(Stop));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromHours(1), await state.AgeAsync(Stop));
        await state.BeginAsync(["npm", "crates.io"], Stop);
        await state.EndAsync("npm", Stop);
        Assert.Null(await state.BeginSweepAsync(Stop));
        time.Advance(TimeSpan.FromHours(2));
        await state.EndAsync("crates.io", Stop);
        Assert.Equal(new(null), await state.BeginSweepAsync(Stop));
        Assert.Equal(TimeSpan.FromHours(2), await state.AgeAsync(Stop));
        await state.EndSweepAsync(null, Stop);
        await state.BeginAsync(["npm"], Stop);
        await state.EndAsync("npm", Stop);
        Assert.Null(await state.BeginSweepAsync(Stop));
    }

    [Fact]
    public async Task An_ecosystem_that_was_never_fetched_is_as_old_as_the_wish_for_it_and_one_that_nobody_wants_has_no_age()
    {
        using var turn = await emulator.TurnAsync();
        var (table, _, client) = await emulator.TableAsync(time);
        using var _1 = client;
        var state = new RefreshStore(table);
        await state.BeginAsync(["npm", "Debian"], Stop);
        for (var hour = 0; hour < 3; hour++)
        {
            await state.EndAsync("npm", Stop);
            time.Advance(TimeSpan.FromHours(1));
            await state.BeginAsync(["npm", "Debian"], Stop);
        }

        Assert.Equal(TimeSpan.FromHours(3), await state.AgeAsync(Stop));
        await state.BeginAsync(["npm"], Stop);
        Assert.Equal(TimeSpan.FromHours(1), await state.AgeAsync(Stop));
    }

    [Fact]
    public async Task A_sweep_is_done_by_one_at_a_time_goes_on_where_it_was_stopped_and_is_taken_up_after_a_death()
    {
        using var turn = await emulator.TurnAsync();
        var (table, _, client) = await emulator.TableAsync(time);
        using var _1 = client;
        var state = new RefreshStore(table);
        await state.AskForSweepAsync(Stop);
        Assert.Equal(new(null), await state.BeginSweepAsync(Stop));
        await state.AskForSweepAsync(Stop);
        Assert.Null(await state.BeginSweepAsync(Stop));
        await state.EndSweepAsync("checkout", Stop);
        Assert.Equal(new("checkout"), await state.BeginSweepAsync(Stop));

        // It died: longer than a function of ours can run.
        time.Advance(TimeSpan.FromMinutes(11));
        Assert.Null(await state.BeginSweepAsync(Stop));
        time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(new("checkout"), await state.BeginSweepAsync(Stop));
        await state.EndSweepAsync(null, Stop);
        Assert.Null(await state.BeginSweepAsync(Stop));
        await state.AskForSweepAsync(Stop);
        Assert.Equal(new(null), await state.BeginSweepAsync(Stop));
    }

    public void Dispose()
    {
        export.Dispose();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }

    private string Bucket { get; } = $"advisories-{Guid.NewGuid():N}";

    private async Task<(AdvisoryBucket Bucket, StateTable Table)> OpenAsync()
    {
        var s3 = Emulator.S3(await emulator.AddressAsync());
        await s3.PutBucketAsync(new Amazon.S3.Model.PutBucketRequest { BucketName = Bucket, BucketRegion = S3Region.EUCentral1 }, Stop);
        return (new(s3, Bucket, time), (await emulator.TableAsync(time)).Table);
    }

    /// <summary>A bucket that has one advisory of npm's, and what refreshes it.</summary>
    private async Task<(AdvisoryBucket Bucket, AdvisoryRefresh Refresh)> RefreshedAsync()
    {
        var (bucket, table) = await OpenAsync();
        var refresh = Refresh(bucket, table);
        export.Records = [("CVE-2026-1", "lodash", "2026-02-01T00:00:00Z")];
        await refresh.RefreshAsync("npm", [], Stop);
        return (bucket, refresh);
    }

    private async Task<long> GenerationAsync(AdvisoryBucket bucket)
    {
        var directory = Directory.CreateDirectory(Path.Combine(folder, "look")).FullName;
        await bucket.BringManifestAsync(directory, null, Stop);
        return AdvisoryManifest.Read(directory).Generation;
    }

    private Task<Amazon.S3.Model.PutObjectResponse> PutManifestAsync(AmazonS3Client s3, string manifest) =>
        s3.PutObjectAsync(new() { BucketName = Bucket, Key = AdvisoryManifest.FileName, ContentBody = manifest }, Stop);

    private async Task<string> ManifestAsync(AmazonS3Client s3)
    {
        using var answer = await s3.GetObjectAsync(new() { BucketName = Bucket, Key = AdvisoryManifest.FileName }, Stop);
        using var text = new StreamReader(answer.ResponseStream);
        return await text.ReadToEndAsync(Stop);
    }

    private AdvisoryRefresh Refresh(AdvisoryBucket bucket, StateTable table, TimeSpan lag = default) => new(
        bucket, new(new HttpClient(export, disposeHandler: false)), Source, Path.Combine(folder, "refresh"), new(table), new ReferenceStore(table),
        new S3FactsStore(new AmazonS3Client(Emulator.Credentials, Amazon.RegionEndpoint.EUCentral1), "unused", table), new BulkStore(table), new RefreshStore(table), time)
    { IndexLag = lag };

    private static async Task HoldAsync(InventoryStore inventories, ReferenceStore references, string function, string package)
    {
        var component = new Component { Purl = Purl.Npm(package, "1.0.0"), Ecosystem = "npm", Name = package, Version = "1.0.0" };
        await inventories.PutAsync("of " + package, [component], Stop);
        await references.ReplaceAsync(Function(function), [ReferenceKind.Inventory], [new(ReferenceKind.Inventory, "of " + package)], Stop);
    }

    /// <summary>An export that has the same packages in each ecosystem, and scores.</summary>
    private sealed class Export : HttpMessageHandler
    {
        public (string Id, string Package, string Modified)[] Records { get; set; } = [];

        /// <summary>That the scores are of.</summary>
        public string Day { get; set; } = "2026-02-28";

        /// <summary>Lines of the EPSS scores; null where there are none to be had.</summary>
        public string? Scores { get; set; }

        public bool Broken { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var path = request.RequestUri!.AbsolutePath;
            var content = path.Split('/') is ["", var ecosystem, "all.zip"] ? Broken ? [1, 2, 3] : Archive(ecosystem)
                : Scores is not null && request.RequestUri == AdvisoryDownload.ScoresOf(Source)
                    ? Encoding.ASCII.GetBytes($"#model_version:v4,score_date:{Day}T00:00:00Z\ncve,epss,percentile\n{Scores}\n")
                    : null;
            return Task.FromResult(content is null ? new HttpResponseMessage(HttpStatusCode.NotFound) : new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) });
        }

        private byte[] Archive(string ecosystem)
        {
            using var bytes = new MemoryStream();
            using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
            {
                var type = ecosystem == "npm" ? "SEMVER" : "ECOSYSTEM";
                foreach (var (id, package, modified) in Records)
                {
                    using var writer = new StreamWriter(zip.CreateEntry(id + ".json").Open());
                    writer.Write($$"""
                        {"id":"{{id}}","modified":"{{modified}}","affected":[{"package":{"ecosystem":"{{ecosystem}}","name":"{{package}}"},"ranges":[{"type":"{{type}}","events":[{"introduced":"0"}]}]}]}
                        """);
                }
            }

            return bytes.ToArray();
        }
    }
}
