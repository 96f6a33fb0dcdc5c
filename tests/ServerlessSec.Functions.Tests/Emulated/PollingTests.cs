using System.Text.Json.Nodes;
using ServerlessSec.Emulation;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Event sources are worked on as Lambda does it.</summary>
public sealed class PollingTests(EmptyAccount account)
{
    [Fact]
    public async Task A_message_that_failed_comes_again_and_the_others_of_its_batch_do_not()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "partial", 10, "ReportBatchItemFailures");
        await SendAsync(cloud, url, "good-1", "once-2", "good-3");
        await cloud.SettleAsync();
        Assert.Equal(["good-1 1", "good-3 1", "once-2 1", "once-2 2"], Seen("partial"));
    }

    [Theory, InlineData("throw"), InlineData("die")]
    public async Task A_batch_whose_function_fails_comes_again_as_a_whole(string how)
    {
        var cloud = await account.StartAsync();
        var name = "whole-" + how;
        var url = await AttachAsync(cloud, name, 1);
        await SendAsync(cloud, url, how);
        await cloud.SettleAsync();
        Assert.Equal([$"{how} 1", $"{how} 2"], Seen(name));
        Assert.Equal([how], await cloud.PeekAsync(url.Replace(name, name + "-dead", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_function_that_does_not_report_items_is_believed_when_it_answers()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "trusting", 10);
        await SendAsync(cloud, url, "fail-1");
        await cloud.SettleAsync();
        Assert.Equal(["fail-1 1"], Seen("trusting"));
    }

    [Fact]
    public async Task A_message_that_fails_for_ever_becomes_a_dead_letter_and_keeps_nobody_up()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "poisoned", 1, "ReportBatchItemFailures");
        await SendAsync(cloud, url, "fail-1", "good-2", "good-3");
        await cloud.SettleAsync();
        Assert.Equal(["fail-1 1", "fail-1 2", "good-2 1", "good-3 1"], Seen("poisoned"));
        Assert.Equal(["fail-1"], await cloud.PeekAsync(url.Replace("poisoned", "poisoned-dead", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_group_of_a_FIFO_queue_is_worked_on_in_order_and_one_at_a_time()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "ordered.fifo", 1, "ReportBatchItemFailures");
        for (var number = 0; number < 5; number++)
        {
            foreach (var group in new[] { "a", "b", "c" })
            {
                await cloud.SendAsync(url, number == 1 && group == "a" ? "once-1" : $"good-{number}", new() { ["MessageGroupId"] = group, ["MessageDeduplicationId"] = $"{group}{number}" });
            }
        }

        await cloud.SettleAsync();
        foreach (var group in new[] { "a", "b", "c" })
        {
            var notes = account.Echo.Notes("ordered.fifo").Where(n => n["group"]?.GetValue<string>() == group)
                .Select(static n => n["body"] is { } began ? $"+{began}" : $"-{n["done"]}");
            string[] expected = group == "a"
                ? ["good-0", "once-1", "once-1", "good-2", "good-3", "good-4"]
                : ["good-0", "good-1", "good-2", "good-3", "good-4"];
            Assert.Equal(expected.SelectMany(static b => new[] { $"+{b}", $"-{b}" }), notes);
        }
    }

    [Fact]
    public async Task No_more_processes_work_than_the_mapping_allows()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "limited", 1, "ReportBatchItemFailures");
        await SendAsync(cloud, url, [.. Enumerable.Range(0, 30).Select(static i => $"good-{i}")]);
        await cloud.SettleAsync();
        Assert.Equal(30, Seen("limited").Count);
        Assert.InRange(account.Echo.Notes("limited").Select(static n => n["process"]!.GetValue<int>()).Distinct().Count(), 1, 2);
    }

    [Fact]
    public async Task A_message_that_is_put_back_for_later_comes_when_time_has_passed()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "patient", 1, "ReportBatchItemFailures");
        await cloud.SendAsync(url, "good-later", new() { ["DelaySeconds"] = 90 });
        await cloud.SettleAsync();
        Assert.Empty(Seen("patient"));
        await cloud.AdvanceAsync(TimeSpan.FromSeconds(91));
        await cloud.SettleAsync();
        Assert.Equal(["good-later 1"], Seen("patient"));
    }

    [Fact]
    public async Task A_message_that_no_filter_wants_is_dropped_without_asking_the_function()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "picky", 10, filter: """{"body":{"kind":["wanted"]}}""");
        await SendAsync(cloud, url, """{"kind":"other"}""", """{"kind":"wanted"}""", "no JSON");
        await cloud.SettleAsync();
        Assert.Equal(["""{"kind":"wanted"} 1"""], Seen("picky"));
    }

    [Fact]
    public async Task What_never_settles_is_named()
    {
        var cloud = await account.StartAsync();
        var url = await AttachAsync(cloud, "endless", 1, "ReportBatchItemFailures", receives: 1000);
        await SendAsync(cloud, url, "fail-always");
        var late = await Assert.ThrowsAsync<TimeoutException>(() => cloud.SettleAsync(TimeSpan.FromSeconds(1)));
        Assert.Contains("endless", late.Message, StringComparison.Ordinal);
        await cloud.Aws.JsonAsync("sqs", "AmazonSQS.DeleteQueue", new() { ["QueueUrl"] = url }, stop: TestContext.Current.CancellationToken);
    }

    private List<string> Seen(string handler) =>
        [.. account.Echo.Notes(handler).Where(static n => n["body"] is not null).Select(static n => $"{n["body"]} {n["receive"]}").Order(StringComparer.Ordinal)];

    private static async Task SendAsync(EmulatedCloud cloud, string url, params string[] bodies) =>
        await cloud.Aws.JsonAsync("sqs", "AmazonSQS.SendMessageBatch", new()
        {
            ["QueueUrl"] = url,
            ["Entries"] = new JsonArray([.. bodies.Take(10).Select(static (b, i) => new JsonObject { ["Id"] = $"m{i}", ["MessageBody"] = b })]),
        }).ContinueWith(_ => bodies.Length > 10 ? SendAsync(cloud, url, bodies[10..]) : Task.CompletedTask, TaskScheduler.Default).Unwrap();

    private static async Task<string> AttachAsync(EmulatedCloud cloud, string name, int batch, string? reports = null, int receives = 2, string? filter = null)
    {
        var fifo = name.EndsWith(".fifo", StringComparison.Ordinal);
        var dead = fifo ? name.Replace(".fifo", "-dead.fifo", StringComparison.Ordinal) : name + "-dead";
        JsonObject Attributes(JsonObject more)
        {
            if (fifo) more["FifoQueue"] = "true";
            return more;
        }

        await cloud.CreateQueueAsync(dead, Attributes([]));
        var url = await cloud.CreateQueueAsync(name, Attributes(new()
        {
            ["VisibilityTimeout"] = "180",
            ["RedrivePolicy"] = new JsonObject { ["deadLetterTargetArn"] = cloud.QueueArn(dead), ["maxReceiveCount"] = receives }.ToJsonString(),
        }));
        var function = name.Replace('.', '-');
        await cloud.CreateFunctionAsync(function, Echo.Zip, await cloud.CreateRoleAsync(function + "-role"), new() { ["Handler"] = name });
        var settings = new JsonObject { ["BatchSize"] = batch, ["ScalingConfig"] = new JsonObject { ["MaximumConcurrency"] = 2 } };
        if (reports is not null) settings["FunctionResponseTypes"] = new JsonArray(reports);
        if (filter is not null) settings["FilterCriteria"] = new JsonObject { ["Filters"] = new JsonArray(new JsonObject { ["Pattern"] = filter }) };
        await cloud.AttachAsync(function, cloud.QueueArn(name), settings);
        return url;
    }
}
