using System.Net;
using ServerlessSec.Aws;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Functions;

/// <summary>Puts each function together by hand, with the clients that it needs and no others.</summary>
internal sealed class Composition(AwsAccess aws, Settings settings, Log log, TimeProvider time) : IDisposable
{
    /// <summary>In Lambda below <c>/tmp</c>, the one place to write to.</summary>
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "serverlesssec");

    private readonly List<IDisposable> made = [];

    public Handler ReceiveDeploymentHandler()
    {
        var (table, queues) = (Table(), Queues());
        var (references, bulk, again) = (new ReferenceStore(table), new BulkStore(table), Redelivery(settings.Queues.Deployments));
        return (invocation, stop) => ReceiveDeployment.HandleAsync(invocation, new(Application(invocation), references, bulk, queues, queues, time), again, log, stop);
    }

    public Handler ScanPostureHandler()
    {
        var (work, again) = (Work(), Redelivery(settings.Queues.Posture));
        return (invocation, stop) => ScanPosture.HandleAsync(invocation, work, again, log, time, stop);
    }

    public Handler ScanPackageHandler()
    {
        var (work, again) = (Work(), Redelivery(settings.Queues.Package));
        return (invocation, stop) => ScanPackage.HandleAsync(invocation, work, again, log, time, stop);
    }

    public Handler ScanApplicationHandler()
    {
        var (table, again) = (Table(), Redelivery(settings.Queues.Application));
        var work = new ApplicationWork(new FindingStore(table, Unreadable), Facts(table), RuleCatalog.All, time);
        return (invocation, stop) => ScanApplication.HandleAsync(invocation, work, Application(invocation), again, log, stop);
    }

    public Handler PublishFindingsHandler()
    {
        var (table, queues, hub) = (Table(), Queues(), aws.Publisher(time));
        var run = new PublishRun(new PublicationStore(table, Unreadable), hub, settings.Threshold, time);
        var (waivers, again) = (new HubWaiverStore(table), Redelivery(settings.Queues.Publish));
        return (invocation, stop) => PublishFindings.HandleAsync(invocation, run, hub, waivers, queues, Application(invocation), again, log, time, stop);
    }

    public Handler RefreshAdvisoriesHandler()
    {
        var (table, queues) = (Table(), Queues());
        var state = new RefreshStore(table);
        var download = new AdvisoryDownload(Keep(AdvisoryDownload.CreateClient()));
        var refresh = new AdvisoryRefresh(
            new(aws.S3, settings.AdvisoriesBucket, time), download, settings.AdvisorySource, $"{Folder}/refresh",
            new(table), new ReferenceStore(table), Facts(table), new BulkStore(table), state, time);
        var (held, again) = (new HeldReleases(table), Redelivery(settings.Queues.Refresh));
        return (invocation, stop) => RefreshAdvisories.HandleAsync(invocation, refresh, state, held, queues, again, log, stop);
    }

    public Handler SweepAccountHandler()
    {
        var (table, queues) = (Table(), Queues());
        var (facts, bulk) = (Facts(table), new BulkStore(table));
        var findings = new FindingStore(table, Unreadable);
        var sweep = aws.Sweep(table, settings.ApiCallsPerSecond, findings, facts, bulk, time);
        var roleEvents = aws.RoleEvents(new(findings, ScanRules.Of(RuleCatalog.All)), time);
        var drain = new Drain(queues, bulk, facts, new PublicationStore(table), settings.ApiCallsPerSecond, time);
        var state = new RefreshStore(table);
        return (invocation, stop) => SweepAccount.HandleAsync(invocation, sweep, roleEvents, drain, state, queues, Application(invocation), log, time, stop);
    }

    public void Dispose()
    {
        foreach (var each in made) each.Dispose();
    }

    private FunctionWork Work()
    {
        var table = Table();
        var http = Keep(new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None }) { Timeout = TimeSpan.FromMinutes(5) });
        var ports = new FunctionPorts
        {
            Functions = aws.Functions(table, settings.ApiCallsPerSecond),
            Packages = aws.Packages(table, settings.ApiCallsPerSecond, http, $"{Folder}/packages", ScanLimits.Default, isBulk: false),
            BulkPackages = aws.Packages(table, settings.ApiCallsPerSecond, http, $"{Folder}/packages", ScanLimits.Default, isBulk: true),
            Advisories = Keep(new BucketAdvisories(new(aws.S3, settings.AdvisoriesBucket, time), $"{Folder}/advisories", time, settings.MaxAdvisoryAge)),
            Findings = new FindingStore(table, Unreadable),
            Facts = Facts(table),
            References = new ReferenceStore(table),
            Inventories = new FunctionInventories(new(table), aws.S3, settings.SbomBucket, time),
            Queue = Queues(),
        };
        return new(ports, RuleCatalog.All, ScanLimits.Default, settings.OptOut, time);
    }

    private void Unreadable(string row, string reason)
    {
        log.Warn("a row cannot be read and is passed over", ("row", row), ("reason", reason));
        log.Metric("FindingsUnreadable", 1);
    }

    /// <summary>Account and Region are those of the function itself.</summary>
    private static Owner Application(Invocation invocation) => Owner.Parse(invocation.FunctionArn).Application;

    private StateTable Table() => new(aws.DynamoDb, settings.Table, time);

    private S3FactsStore Facts(StateTable table) => new(aws.S3, settings.FactsBucket, table);

    private ScanQueues Queues() => new(aws.Sqs, settings.Queues);

    private Redelivery Redelivery(string queue) => new(aws.Sqs, queue);

    private T Keep<T>(T each)
        where T : IDisposable
    {
        made.Add(each);
        return each;
    }
}
