using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.ExceptionServices;
using ServerlessSec.Rules;
using ServerlessSec.Rules.Configuration;
using ServerlessSec.Rules.Dependencies;
using ServerlessSec.Rules.Permissions;
using ServerlessSec.Scanning;

namespace ServerlessSec.Functions.Model;

/// <param name="Partner">Whose role the function has from then on, which is a finding of the application.</param>
internal sealed record Deployment(DateTimeOffset At, string Name, string Partner)
{
    /// <summary>From a scan of configuration, of the package, and from the scan over all functions.</summary>
    public static readonly ImmutableArray<string> Rules = ["SLS3005", "SLS6002", "SLS2004"];

    public string About(string rule) => rule == "SLS2004" ? $"role-{Partner}" : Name;
}

/// <summary>
/// One day of a large account: some functions are deployed at once, then all of it is swept for the first time; meanwhile
/// people deploy, a role of many functions changes, and new advisories ask for many packages to be judged anew.
/// </summary>
internal sealed class LargeAccount
{
    private readonly int functions;

    public LargeAccount(int functions, int sharing, double callsPerSecond, params IEnumerable<double> deployments)
    {
        (this.functions, Sharing) = (functions, sharing);
        Account = new(callsPerSecond, [new WildcardAction(), new SharedRole(), new EndlessLogRetention(), new UntracedFunction(), new OpaquePackage()]);
        for (var n = 0; n < functions; n++)
        {
            // A role for each function is what templates make, and the most to read.
            var layer = n % 3 == 0 ? "arn:aws:lambda:eu-central-1:123456789012:layer:common:1" : null;
            Account.Services.Functions[Name(n)] = new(Name(n)) { Role = n < sharing ? "shared" : $"role-{Name(n)}", Layer = layer };
        }

        OnThread(() => Run([.. deployments]));
    }

    public ModelAccount Account { get; }

    public int Sharing { get; }

    public List<Deployment> Deployments { get; } = [];

    public DateTimeOffset SweptAt { get; } = ModelAccount.Start.AddMinutes(10);

    public DateTimeOffset WeakenedAt { get; } = ModelAccount.Start.AddMinutes(90);

    public DateTimeOffset RematchedAt { get; } = ModelAccount.Start.AddMinutes(150);

    /// <summary>When the first sweep's scans were done.</summary>
    public DateTimeOffset DoneAt { get; private set; }

    /// <summary>Of each function's scans.</summary>
    public ImmutableArray<(string Function, ScanKind Scan, ScanRow? Row)> Rows =>
    [
        .. from function in Account.Services.Functions.Keys
           from scan in (ScanKind[])[ScanKind.Posture, ScanKind.Package]
           select (function, scan, Account.Row(function, scan)),
    ];

    /// <summary>How long after <paramref name="at"/> Security Hub knew.</summary>
    public TimeSpan? Told(DateTimeOffset at, string rule, string about) => Account.Services.Hub
        .Where(t => t.At >= at && t.Json.Contains(rule, StringComparison.Ordinal) && t.Json.Contains(about, StringComparison.Ordinal))
        .Select(t => (TimeSpan?)(t.At - at)).FirstOrDefault();

    /// <summary>The account is swept once more, as each night; gives how many scans of each kind that led to, and how long it took.</summary>
    public (int Postures, int Packages, TimeSpan Took) SweepAgain()
    {
        var began = Account.Time.GetUtcNow();
        OnThread(() =>
        {
            Account.StartSweep();
            DoneAt = Drained();
        });
        return (Count(ScanKind.Posture), Count(ScanKind.Package), DoneAt - began);

        int Count(ScanKind scan) => Rows.Count(r => r.Scan == scan && r.Row!.Order.ObservedAt >= began);
    }

    /// <summary>Whoever waits in a test's context, or has little stack left, goes on elsewhere: the model brings its own thread.</summary>
    private static void OnThread(Action action)
    {
        ExceptionDispatchInfo? failed = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception fault)
                {
                    failed = ExceptionDispatchInfo.Capture(fault);
                }
            },
            64 << 20);
        thread.Start();
        thread.Join();
        failed?.Throw();
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"f{number:00000}");

    private void Run(ImmutableArray<double> minutes)
    {
        for (var n = 0; n < minutes.Length; n++)
        {
            // Partners are known before; those who join them are at the end of the sweep.
            var (partner, function) = (Name(Sharing + n), Name(functions - 1 - (n * (functions / 4 / minutes.Length))));
            Account.Deploy(Account.Services.Functions[partner]);
            Account.Time.After(TimeSpan.FromMinutes(minutes[n]), () => Deploy(function, partner));
        }

        Account.Time.After(SweptAt - ModelAccount.Start, Account.StartSweep);
        if (Sharing > 0)
        {
            Account.Time.After(WeakenedAt - ModelAccount.Start, () => Account.Weaken("shared"));
            Account.Time.After(RematchedAt - ModelAccount.Start, () => Account.Rematch(functions / 5));
        }

        DoneAt = Drained();
    }

    private void Deploy(string function, string partner)
    {
        Deployments.Add(new(Account.Time.GetUtcNow(), function, partner));
        Account.Deploy(Account.Services.Functions[function] with { Revision = 2, IsWeak = true, Role = $"role-{partner}" });
    }

    /// <summary>When nothing waited any more, for an hour at least.</summary>
    private DateTimeOffset Drained()
    {
        var idle = Account.Time.GetUtcNow();
        while (Account.Time.GetUtcNow() < idle.AddHours(1))
        {
            Account.Time.Run(Account.Time.GetUtcNow().AddMinutes(1));
            if (Account.IsBusy) idle = Account.Time.GetUtcNow();
            if (Account.Failures.Any() || Account.Time.GetUtcNow() > ModelAccount.Start.AddDays(3)) break;
        }

        return idle;
    }
}
