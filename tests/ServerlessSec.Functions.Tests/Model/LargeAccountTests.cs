using System.Diagnostics;
using System.Globalization;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Functions.Model;

/// <summary>
/// What a deployment waits for in an account of ten thousand functions. This is a model: the scanner's code is the real
/// one from the handlers down to the table's requests, time is virtual, and what AWS does (queues and mappings, the table,
/// control planes, Security Hub) is imitated at usual speeds. How a package is fetched and what CloudTrail adds to an
/// event's way is not in it. What AWS really answers is the emulated account's tests' to say.
/// </summary>
public sealed class LargeAccountTests(ITestOutputHelper output)
{
    private const int Functions = 10_000;
    private const int Sharing = 500;
    private const double Rate = 5;

    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(120);

    /// <summary>Before the sweep, while it lists, while its scans run, while the role's do, while packages are judged anew.</summary>
    private static readonly double[] Moments =
        [2, 10.5, 11.3, 12, 13.4, 20, 45.3, 60.2, 80.7, 90.1, 90.5, 90.5, 90.5, 91, 91.7, 93, 101.9, 120.3, 150.2, 155.8, 180.9, 240.5, 300.8, 400.3, 500.6];

    private static readonly Lazy<(LargeAccount Model, TimeSpan Took)> Large = new(static () =>
    {
        var clock = Stopwatch.StartNew();
        return (new(Functions, Sharing, Rate, Moments), clock.Elapsed);
    });

    private static LargeAccount Model => Large.Value.Model;

    [Fact]
    public void A_deployment_is_told_within_two_minutes_while_all_is_swept_and_a_role_of_five_hundred_changes()
    {
        foreach (var rule in Deployment.Rules)
        {
            var waits = Model.Deployments.Select(d => Model.Told(d.At, rule, d.About(rule))).ToArray();
            var known = waits.OfType<TimeSpan>().Order().ToArray();
            Assert.Equal(Moments.Length, known.Length);
            Write($"{rule}: {known[0].TotalSeconds:0} s at least, {known[known.Length / 2].TotalSeconds:0} s median, {known[^1].TotalSeconds:0} s at most");
            Assert.All(known, static wait => Assert.InRange(wait, TimeSpan.Zero, Promised));
        }

        foreach (var d in Model.Deployments)
            Write($"{d.At - ModelAccount.Start:hh\\:mm\\:ss} {string.Join(", ", Deployment.Rules.Select(rule => string.Create(CultureInfo.InvariantCulture, $"{rule} {Model.Told(d.At, rule, d.About(rule))!.Value.TotalSeconds:0.0} s")))}");
        Write($"The model took {Large.Value.Took.TotalSeconds:0.0} s.");
    }

    [Fact]
    public void Nothing_that_was_to_be_scanned_is_lost()
    {
        Assert.Empty(Model.Account.Failures);
        Assert.Equal(0, Model.Account.Unread);
        Assert.Equal(2 * Functions, Model.Rows.Length);
        // What was deployed before is known already.
        var known = Model.Deployments.SelectMany(static d => (string[])[d.Name, d.Partner]).ToHashSet();
        Assert.All(Model.Rows, r => Assert.True(
            r.Row is { Progress: ScanProgress.Finished, Ending: ScanEnding.Seen } && (r.Row.Order.ObservedAt >= Model.SweptAt || known.Contains(r.Function)), $"{r.Function} {r.Scan}"));
        Assert.Equal(Functions, Model.Account.Services.Hub.Count(static t => t.Json.Contains("SLS3004", StringComparison.Ordinal)));

        // The role's functions were looked at after IAM had settled, and each has its finding.
        var shared = Model.Rows.Where(static r => r.Scan == ScanKind.Posture).Take(Sharing).ToArray();
        Assert.All(shared, static r => Assert.True(r.Row!.Order.ObservedAt >= Model.WeakenedAt.AddSeconds(80), r.Function));
        Assert.Equal(Sharing, Model.Account.Services.Hub.Count(static t => t.Json.Contains("SLS2002", StringComparison.Ordinal)));
        Write($"The first sweep's scans took {Model.DoneAt - Model.SweptAt:hh\\:mm} h.");
    }

    [Fact]
    public void What_has_happened_goes_before_what_is_swept()
    {
        var told = Model.Account.Services.Hub.Where(static t => t.Json.Contains("SLS2002", StringComparison.Ordinal)).Select(static t => t.At - Model.WeakenedAt).ToArray();
        Write($"The role's {Sharing} functions: {told.Min().TotalMinutes:0.0} to {told.Max().TotalMinutes:0.0} minutes");
        Assert.InRange(told.Max(), TimeSpan.Zero, TimeSpan.FromMinutes(45));
    }

    [Theory, InlineData(1), InlineData(10), InlineData(60), InlineData(600)]
    public void Calls_to_the_control_plane_keep_to_the_rate_and_those_of_bulk_scans_to_half_of_it(int seconds)
    {
        const int Burst = 10, BulkBurst = 5;
        var calls = Model.Account.Services.LambdaCalls;
        var (all, bulk) = (Most(calls.Select(static c => c.At), seconds), Most(calls.Where(static c => c.IsBulk).Select(static c => c.At), seconds));
        Write($"in {seconds} s at most {all} calls, {bulk} of bulk scans");
        // One more: both ends of the window count.
        Assert.InRange(all, 1, (Rate * seconds) + Burst + 1);
        Assert.InRange(bulk, 1, (Rate / 2 * seconds) + BulkBurst + 1);
    }

    [Fact]
    public void Queues_hold_little_bulk_work_and_no_invocation_comes_near_its_end()
    {
        Assert.InRange(Model.Account.Deepest(ScanKind.Posture), 1, 40);
        Assert.InRange(Model.Account.Deepest(ScanKind.Package), 1, 50);
        foreach (var function in Model.Account.Functions)
        {
            Write($"{function.Name}: {function.Invocations} invocations, {function.Busy.TotalHours:0.0} h in all, {function.Longest.TotalSeconds:0} s at most");
            Assert.InRange(function.Longest, TimeSpan.Zero, function.Timeout - TimeSpan.FromSeconds(30));
        }
    }

    [Fact]
    public void The_next_sweep_goes_on_where_it_was_stopped_and_scans_a_seventh()
    {
        const int Few = 700;
        var model = new LargeAccount(Few, 0, Rate);
        var calls = model.Account.Services.IamCalls;
        // Longer than one invocation may take: four calls for each role.
        model.Account.Services.IamLatency = TimeSpan.FromMilliseconds(600);
        var (postures, packages, took) = model.SweepAgain();
        Write($"{postures} and {packages} scans, done after {took.TotalMinutes:0} minutes");
        Assert.Empty(model.Account.Failures);
        // Each part of a sweep rounds up. The roles of what is scanned are read once more, and no other twice.
        Assert.InRange(postures + packages, 2 * Few / 7, (2 * Few / 7) + 5);
        Assert.Equal(4 * (Few + postures), model.Account.Services.IamCalls - calls);
    }

    [Theory, InlineData(1, 200), InlineData(15, 400)]
    public void Other_rates_lose_nothing_either(double rate, int functions)
    {
        var model = new LargeAccount(functions, 0, rate, 2, 13, 17);
        Assert.Empty(model.Account.Failures);
        Assert.All(model.Rows, static r => Assert.Equal(ScanProgress.Finished, r.Row?.Progress));
        foreach (var d in model.Deployments) Assert.All(Deployment.Rules, rule => Assert.InRange(model.Told(d.At, rule, d.About(rule)) ?? TimeSpan.MaxValue, TimeSpan.Zero, Promised));
        Write($"{functions} functions at {rate}: {(model.DoneAt - model.SweptAt).TotalMinutes:0} minutes");
    }

    [Fact]
    public void Equal_models_give_equal_figures()
    {
        (DateTimeOffset, string)[][] told = [.. Enumerable.Range(0, 2).Select(static _ => new LargeAccount(100, 30, Rate, 2, 12).Account.Services.Hub.Select(static t => (t.At, t.Json)).ToArray())];
        Assert.NotEmpty(told[0]);
        Assert.Equal(told[0], told[1]);
    }

    private static int Most(IEnumerable<DateTimeOffset> calls, int seconds)
    {
        var window = new Queue<DateTimeOffset>();
        var most = 0;
        foreach (var call in calls)
        {
            window.Enqueue(call);
            while (window.Peek() < call.AddSeconds(-seconds)) window.Dequeue();
            most = Math.Max(most, window.Count);
        }

        return most;
    }

    private void Write(FormattableString line) => output.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
