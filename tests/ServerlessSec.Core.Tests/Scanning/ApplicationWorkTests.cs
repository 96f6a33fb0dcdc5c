using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

public class ApplicationWorkTests
{
    private readonly InMemoryAccount account = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 2, 9, 14, 30, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_role_shared_by_two_functions_is_one_finding_until_one_moves()
    {
        await ScanAsync("one", "shared");
        await JoinAsync();
        Assert.Empty(account.Store.Findings);
        await ScanAsync("two", "shared");
        var outcome = await JoinAsync();
        Assert.Equal((2, 1, false), (outcome.Functions, outcome.Findings, outcome.Superseded));
        var finding = Assert.Single(account.Store.Findings);
        Assert.Equal(("SLS2004", InMemoryAccount.Application, StoredState.Open), (finding.Finding.Rule.Id, finding.Owner, finding.State));

        await ScanAsync("two", "own");
        await JoinAsync();
        Assert.Equal(StoredState.Resolved, Assert.Single(account.Store.Findings).State);
    }

    [Fact]
    public async Task It_does_nothing_while_nothing_differs()
    {
        await ScanAsync("one", "shared");
        await JoinAsync();
        var writes = account.Store.Writes;
        Assert.Equal(0, (await JoinAsync()).Functions);
        Assert.Equal(writes, account.Store.Writes);
    }

    [Fact]
    public async Task A_role_that_could_not_be_read_resolves_nothing()
    {
        await ScanAsync("one", "shared");
        await ScanAsync("two", "shared");
        await JoinAsync();
        await ScanAsync("two", null);
        await JoinAsync();
        Assert.Equal(StoredState.Open, Assert.Single(account.Store.Findings).State);
    }

    [Fact]
    public async Task A_function_that_is_gone_no_longer_shares()
    {
        await ScanAsync("one", "shared");
        await ScanAsync("two", "shared");
        await JoinAsync();
        account.Live.Remove("two");
        await DoAsync("two", absent: true);
        await JoinAsync();
        Assert.Equal(StoredState.Resolved, Assert.Single(account.Store.Findings, static f => f.Owner == InMemoryAccount.Application).State);
    }

    private Task ScanAsync(string name, string? role)
    {
        var function = new FunctionSnapshot
        {
            Id = name,
            Arn = InMemoryAccount.Function(name).Arn,
            Configuration = new() { FunctionName = Setting.Known(name), Runtime = Setting.Known("nodejs22.x"), Tracing = Setting.Known("Active") },
            Logs = new() { IsDeclared = true, Name = Setting.Known("/aws/lambda/" + name), RetentionDays = Setting.Known(30) },
            Role = role is null ? null : new() { Id = role, Arn = $"arn:aws:iam::{InMemoryAccount.Number}:role/{role}" },
        };
        if (role is null) function = function with { Missing = function.Missing.Add(Evidence.ExecutionRole, "iam:GetRole was refused") };
        account.Live[name] = function;
        return DoAsync(name, absent: false);
    }

    private async Task DoAsync(string name, bool absent)
    {
        time.Advance(TimeSpan.FromMinutes(1));
        var work = new FunctionWork(account.Ports(new NoPackages(), new InMemoryAdvisories()), RuleCatalog.All, ScanLimits.Default, new(null), time);
        await work.DoAsync(
            new() { Function = InMemoryAccount.Function(name), Scan = ScanKind.Posture, EventId = "event", Wish = new(time.GetUtcNow(), null, 1), Absent = absent }, 1, Stop, Stop);
    }

    private Task<ApplicationOutcome> JoinAsync()
    {
        time.Advance(TimeSpan.FromMinutes(1));
        return new ApplicationWork(account.Store, account, RuleCatalog.All, time).DoAsync(InMemoryAccount.Application, Stop);
    }
}
