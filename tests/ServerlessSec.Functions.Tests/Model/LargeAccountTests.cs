using System.Diagnostics;
using System.Globalization;
using ServerlessSec.Rules;
using ServerlessSec.Rules.Configuration;
using ServerlessSec.Rules.Dependencies;
using ServerlessSec.Rules.Permissions;

namespace ServerlessSec.Functions.Model;

/// <summary>
/// A model of scheduling, not a test against AWS: see <see cref="ModelAccount"/>. An account of ten thousand functions is
/// swept for the first time, a role of five hundred changes, and people go on deploying.
/// </summary>
public class LargeAccountTests(ITestOutputHelper output)
{
    private const int Functions = 10_000;
    private const int Sharing = 500;
    private const double Rate = 5;

    [Fact]
    public void Go() { System.Runtime.ExceptionServices.ExceptionDispatchInfo? x = null; var t = new Thread(() => { try { A_deployment_is_told_within_two_minutes_while_ten_thousand_functions_are_swept_and_a_role_of_five_hundred_changes(); } catch (Exception e) { x = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e); } }, 256 << 20); t.Start(); t.Join(); x?.Throw(); }

    private void A_deployment_is_told_within_two_minutes_while_ten_thousand_functions_are_swept_and_a_role_of_five_hundred_changes()
    {
        var clock = Stopwatch.StartNew();
        var account = new ModelAccount(Rate, [new WildcardAction(), new SharedRole(), new EndlessLogRetention(), new UntracedFunction(), new OpaquePackage()]);
        for (var n = 0; n < Functions; n++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"f{n:00000}");
            account.Services.Functions[name] = new(name) { Role = n < Sharing ? "shared" : $"role-{name}", Layer = n % 3 == 0 ? "arn:aws:lambda:eu-central-1:123456789012:layer:common:1" : null };
        }

        var deployments = new List<Deployment>();
        for (var n = 0; n < 20; n++) account.Deploy(account.Services.Functions[string.Create(CultureInfo.InvariantCulture, $"f{500 + n:00000}")]);
        account.Time.After(TimeSpan.FromMinutes(10), account.StartSweep);
        account.Time.After(TimeSpan.FromMinutes(300), () => account.Rematch(2_000));
        var start = ModelAccount.Start;
        foreach (var minute in (double[])[2, 10.5, 12, 13.4, 20, 45.3, 60.2, 90.7, 120.1, 180.9, 240.5, 240.5, 240.5, 300.8, 400.3, 500])
            Deploy(minute);
        account.Time.After(TimeSpan.FromMinutes(240), () => account.Weaken("shared"));
        foreach (var minute in (double[])[240.1, 241, 241.7, 243]) Deploy(minute);

        account.Time.Run(start.AddMinutes(20));
        output.WriteLine($"20 minutes {clock.Elapsed}");
        while (account.Waiting > 0 && account.Time.GetUtcNow() < start.AddHours(24)) {
            account.Time.Run(account.Time.GetUtcNow().AddMinutes(30));
            if (account.Failures.Any()) break;
            output.WriteLine($"{account.Time.GetUtcNow() - start} waiting {account.Waiting} {clock.Elapsed}");
        }
        account.Time.Run(account.Time.GetUtcNow().AddMinutes(15));

        foreach (var d in deployments)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.At - start}: {string.Join(", ", d.Findings.Select(f => $"{f.Rule} {(f.After(account.Services, d.At)?.TotalSeconds):0.0}"))}"));
        foreach (var g in (int[])[0, 1, 2])
        {
            var t = deployments.Select(d => d.Findings.ElementAt(g).After(account.Services, d.At) ?? TimeSpan.MaxValue).Order().ToArray();
            output.WriteLine($"{g} min {t[0]} median {t[t.Length / 2]} max {t[^1]}");
        }
        foreach (var span in (int[])[1, 10, 60]) output.WriteLine($"{span}s: {Most(account.Services.LambdaCalls.Select(c => c.At), span)} all, {Most(account.Services.LambdaCalls.Where(c => c.IsBulk).Select(c => c.At), span)} bulk");
        output.WriteLine($"shared scanned: {Enumerable.Range(0, Sharing).Max(n => account.Row($"f{n:00000}", ScanKind.Posture)!.Order.ObservedAt - start)}");
        foreach (var f in account.Functions) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"busy {f.Busy.TotalHours:0.00} h, longest {f.Longest}, sandboxes {f.Sandboxes}, failures {f.Failures.Count}"));
        output.WriteLine($"deepest {account.Deepest(ScanKind.Posture)} {account.Deepest(ScanKind.Package)}, waiting {account.Waiting}, unread {account.Unread}, hub {account.Services.Hub.Count}, lambda {account.Services.LambdaCalls.Count}, iam {account.Services.IamCalls}, end {account.Time.GetUtcNow() - start}, wall {clock.Elapsed}");
        Assert.Empty(account.Failures);

        void Deploy(double minute) => account.Time.After(TimeSpan.FromMinutes(minute), () =>
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"f{9_000 + (deployments.Count * 37):00000}");
            var role = string.Create(CultureInfo.InvariantCulture, $"role-f{500 + deployments.Count:00000}");
            deployments.Add(new(account.Time.GetUtcNow(), name, role));
            account.Deploy(account.Services.Functions[name] with { Revision = 2, IsWeak = true, Role = role });
        });
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

    private sealed record Deployment(DateTimeOffset At, string Name, string Role)
    {
        public IEnumerable<Awaited> Findings => [new("SLS3005", Name), new("SLS6002", Name), new("SLS2004", Role)];
    }

    private sealed record Awaited(string Rule, string Text)
    {
        public TimeSpan? After(ModelServices services, DateTimeOffset at) => services.Hub.Where(t => t.At >= at && t.Json.Contains(Rule, StringComparison.Ordinal) && t.Json.Contains(Text, StringComparison.Ordinal)).Select(t => (TimeSpan?)(t.At - at)).FirstOrDefault();
    }
}
