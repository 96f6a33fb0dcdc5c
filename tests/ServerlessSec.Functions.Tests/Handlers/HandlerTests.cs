using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Functions.Handlers;

/// <summary>The sample events into the handlers, over ports in memory.</summary>
public class HandlerTests
{
    private static readonly QueueUrls Urls = new() { Deployments = "deployments", Posture = "posture", Package = "package", Application = "application", Publish = "publish", Refresh = "refresh" };

    private readonly InMemoryAccount account = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 2, 9, 14, 30, TimeSpan.Zero));
    private readonly RecordingSqs sqs = new();

    private static byte[] Failed => """{"batchItemFailures":[{"itemIdentifier":"1"}]}"""u8.ToArray();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_deployment_becomes_one_message_for_each_scan_of_the_function()
    {
        await ReceiveAsync(Event("ReceiveDeployment"));
        Assert.Equal(["posture", "package"], sqs.Sent.Select(static s => s.QueueUrl));
        Assert.All(sqs.Sent, static sent =>
        {
            var job = ScanMessages.Read(sent.MessageBody, ScanKind.Posture);
            Assert.Equal(("arn:aws:lambda:eu-central-1:123456789012:function:checkout", job.Function.Arn), (sent.MessageGroupId, job.Function.Arn));
            Assert.Equal(new DateTimeOffset(2026, 11, 2, 9, 14, 7, TimeSpan.Zero), job.Wish.NotBefore);
        });
        Assert.Equal(2, sqs.Sent.Select(static s => s.MessageDeduplicationId).Distinct().Count());

        // The same event once more has the same deduplication ids.
        await ReceiveAsync(Event("ReceiveDeployment"));
        Assert.Equal(2, sqs.Sent.Select(static s => s.MessageDeduplicationId).Distinct().Count());
    }

    [Fact]
    public async Task A_changed_role_is_looked_at_now_and_again_when_IAM_has_settled()
    {
        await ReferAsync(3, new(ReferenceKind.Role, "checkout-role"));
        await ReceiveAsync(Deployment("AttachRolePolicy"));
        var later = Assert.Single(sqs.Sent, static s => s.QueueUrl == "deployments");
        Assert.Equal(90, later.DelaySeconds);
        Assert.Equal(3, sqs.Sent.Count(static s => s.QueueUrl == "posture"));

        sqs.Sent.Clear();
        time.Advance(TimeSpan.FromSeconds(90));
        await ReceiveAsync(Sqs(later.MessageBody));
        Assert.Equal(["posture", "posture", "posture"], sqs.Sent.Select(static s => s.QueueUrl));
        var job = ScanMessages.Read(sqs.Sent[0].MessageBody, ScanKind.Posture);
        Assert.Equal(2, job.Attempt);
        // A scan that began at the first look does not stand for it; one that begins now does.
        Assert.False(Row(job, time.GetUtcNow().AddSeconds(-60)).Serves(job.Wish));
        Assert.True(Row(job, time.GetUtcNow()).Serves(job.Wish));
    }

    [Theory]
    [InlineData("CreatePolicyVersion", ReferenceKind.Policy, "arn:aws:iam::123456789012:policy/team/orders", "posture")]
    [InlineData("PublishLayerVersion20181031", ReferenceKind.Layer, "arn:aws:lambda:eu-central-1:123456789012:layer:shared", "package")]
    [InlineData("Stack-Role", ReferenceKind.Role, "shop-CheckoutRole-1A2B3C", "posture")]
    public async Task What_a_function_refers_to_leads_to_it(string sample, ReferenceKind kind, string target, string queue)
    {
        await ReferAsync(1, new(kind, target));
        await ReceiveAsync(Deployment(sample));
        Assert.Single(sqs.Sent, s => s.QueueUrl == queue);
    }

    [Fact]
    public async Task A_role_of_many_functions_waits_as_bulk_work()
    {
        await ReferAsync(21, new(ReferenceKind.Role, "checkout-role"));
        await ReceiveAsync(Deployment("AttachRolePolicy"));
        Assert.Equal(["deployments"], sqs.Sent.Select(static s => s.QueueUrl));
        Assert.Equal(21, account.Waiting.Count);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"kind":"again"}""")]
    [InlineData("""{"kind":"again","scan":"Posture","job":"{"}""")]
    [InlineData("""{"kind":"again","scan":"Application","job":"{}"}""")]
    public async Task A_message_that_nobody_can_read_comes_again_at_once_until_it_is_a_dead_letter(string body)
    {
        var lines = await ReceiveAsync(Sqs(body), understood: false);
        Assert.Empty(sqs.Sent);
        Assert.Equal([("handle", 0)], sqs.Hidden);
        Assert.Contains("message not understood", lines);
    }

    [Theory]
    [InlineData("""{"id":"1","detail":{}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","account":"999999999999","region":"eu-central-1","detail":{"eventSource":"lambda.amazonaws.com","eventName":"UpdateFunctionCode20150331v2","requestParameters":{"functionName":"x"}}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","account":"123456789012","region":"us-west-2","detail":{"eventSource":"lambda.amazonaws.com","eventName":"UpdateFunctionCode20150331v2","requestParameters":{"functionName":"x"}}}""")]
    [InlineData("""{"id":"1","detail-type":"AWS API Call via CloudTrail","account":"123456789012","region":"eu-central-1","detail":{"eventSource":"lambda.amazonaws.com","eventName":"New","requestParameters":[1]}}""")]
    public async Task What_is_not_ours_ends_in_a_log_line(string body)
    {
        var lines = await ReceiveAsync(Sqs(body));
        Assert.Empty(sqs.Sent);
        Assert.Contains("\"level\"", lines);
    }

    [Fact]
    public async Task A_job_put_back_is_sent_again_as_it_was()
    {
        var job = new ScanJob { Function = InMemoryAccount.Function("checkout"), Scan = ScanKind.Package, EventId = "e", Attempt = 3, Wish = new(time.GetUtcNow(), 12, 1), Absent = true, Bulk = true };
        await new ScanQueues(sqs, Urls).AgainAsync(job, TimeSpan.FromSeconds(60), Stop);
        Assert.Equal(("deployments", 60), (sqs.Sent[0].QueueUrl, sqs.Sent[0].DelaySeconds));
        await ReceiveAsync(Sqs(sqs.Sent[0].MessageBody));
        Assert.Equal("package", sqs.Sent[1].QueueUrl);
        Assert.Equal(job, ScanMessages.Read(sqs.Sent[1].MessageBody, ScanKind.Package));
    }

    [Fact]
    public async Task The_posture_sample_leads_to_findings_and_its_repeat_to_none_more()
    {
        account.Live["checkout"] = Function("checkout");
        var work = Work();
        var answer = await ScanPosture.HandleAsync(Invoke(Event("ScanPosture")), work, Again("posture"), Logs.New().Log, time, Stop);
        Assert.Equal(SqsBatch.Done.ToArray(), answer.ToArray());
        var found = account.Store.Findings.Select(static f => (f.Fingerprint, f.Revision)).ToArray();
        Assert.NotEmpty(found);
        await ScanPosture.HandleAsync(Invoke(Event("ScanPosture")), work, Again("posture"), Logs.New().Log, time, Stop);
        Assert.Equal(1, account.Looks);
        Assert.Equal(found, account.Store.Findings.Select(static f => (f.Fingerprint, f.Revision)));
    }

    [Fact]
    public async Task The_package_and_application_samples_are_done()
    {
        account.Live["checkout"] = Function("checkout");
        Assert.Equal(SqsBatch.Done.ToArray(), (await ScanPackage.HandleAsync(Invoke(Event("ScanPackage")), Work(), Again("package"), Logs.New().Log, time, Stop)).ToArray());
        Assert.NotNull(account.Store.Row(InMemoryAccount.Function("checkout"), ScanKind.Package));
        await ScanPosture.HandleAsync(Invoke(Event("ScanPosture")), Work(), Again("posture"), Logs.New().Log, time, Stop);
        var join = new ApplicationWork(account.Store, account, RuleCatalog.All, time);
        Assert.Equal(SqsBatch.Done.ToArray(), (await ScanApplication.HandleAsync(Invoke(Event("ScanApplication")), join, InMemoryAccount.Application, Again("application"), Logs.New().Log, Stop)).ToArray());
        Assert.Equal(ScanProgress.Finished, account.Store.Row(InMemoryAccount.Application, ScanKind.Application)!.Progress);
    }

    [Fact]
    public async Task A_scan_message_that_is_not_understood_is_not_taken_for_done()
    {
        foreach (var body in (string[])["", "{}", """{"function":"checkout","eventId":"1"}""", """{"function":"arn:aws:lambda:eu-central-1:123456789012","eventId":"1"}""", """{"function":5}"""])
            Assert.Equal(Failed, (await ScanPosture.HandleAsync(Invoke(Sqs(body)), Work(), Again("posture"), Logs.New().Log, time, Stop)).ToArray());
        Assert.Equal(0, account.Looks);
    }

    [Fact]
    public void Every_function_of_the_program_has_its_sample_and_a_name_that_it_answers_to()
    {
        var samples = Directory.GetFiles(Repository.Path("events"), "*.json").Select(static f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal);
        var classes = typeof(SqsBatch).Assembly.GetTypes().Where(static t => t.Namespace == "ServerlessSec.Functions" && t.GetMethod("HandleAsync") is not null).Select(static t => t.Name).Order(StringComparer.Ordinal);
        Assert.Equal(samples, classes);
    }

    private static FunctionSnapshot Function(string name) => new()
    {
        Id = name,
        Arn = InMemoryAccount.Function(name).Arn,
        Configuration = new() { FunctionName = Setting.Known(name), Runtime = Setting.Known("nodejs12.x") },
        Role = new() { Id = "checkout-role", Arn = "arn:aws:iam::123456789012:role/checkout-role" },
    };

    private static ScanRow Row(ScanJob job, DateTimeOffset observedAt) => new() { Owner = job.Function, Scan = job.Scan, Order = new(observedAt, null), Progress = ScanProgress.Finished, Schema = 1 };

    private static byte[] Event(string name) => File.ReadAllBytes(Repository.Path($"events/{name}.json"));

    private static byte[] Deployment(string name) => Sqs(File.ReadAllText(Repository.Path($"events/deployments/{name}.json")));

    private static byte[] Sqs(string body) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["Records"] = new JsonArray(new JsonObject { ["messageId"] = "1", ["receiptHandle"] = "handle", ["body"] = body, ["eventSource"] = "aws:sqs", ["eventSourceARN"] = "arn:aws:sqs:eu-central-1:123456789012:q" }),
    }.ToJsonString());

    private static Invocation Invoke(byte[] payload) => new("request", DateTimeOffset.MaxValue, "arn:aws:lambda:eu-central-1:123456789012:function:scanner", null, payload);

    private FunctionWork Work() => new(account.Ports(new NoPackages(), new InMemoryAdvisories()), RuleCatalog.All, ScanLimits.Default, new(null), time);

    private Redelivery Again(string queue) => new(sqs, queue);

    private async Task<string> ReceiveAsync(byte[] payload, bool understood = true)
    {
        var queues = new ScanQueues(sqs, Urls);
        var (log, lines) = Logs.New();
        var answer = await ReceiveDeployment.HandleAsync(Invoke(payload), new(InMemoryAccount.Application, account, account, queues, queues, time), Again("deployments"), log, Stop);
        Assert.Equal(understood ? SqsBatch.Done.ToArray() : Failed, answer.ToArray());
        return Encoding.UTF8.GetString(lines.ToArray());
    }

    private async Task ReferAsync(int functions, Reference reference)
    {
        for (var n = 0; n < functions; n++) await account.ReplaceAsync(InMemoryAccount.Function($"f{n}"), [reference.Kind], [reference], Stop);
    }
}
