using System.Text;
using System.Text.Json.Nodes;
using Amazon.SQS;
using ServerlessSec.Aws.Receiving;

namespace ServerlessSec.Functions.Runtime;

public class SqsBatchTests
{
    private readonly RecordingSqs sqs = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    // Of each message: f fails, x is not understood, p meets something else that cannot be parsed, anything else is done.
    [InlineData("", "aaa", "", "012")]
    [InlineData("", "faf", "02", "012")]
    [InlineData("", "xaf", "02", "012")]
    [InlineData("", "pap", "02", "012")]
    [InlineData("ggg", "aaa", "", "012")]
    [InlineData("ggg", "afa", "12", "01")]
    [InlineData("ggg", "xaa", "012", "0")]
    [InlineData("ghg", "faa", "02", "01")]
    [InlineData("ghhg", "xafa", "023", "012")]
    public async Task A_failed_message_comes_again_and_in_a_FIFO_queue_with_all_of_its_group_behind_it(string groups, string fates, string again, string worked)
    {
        var seen = new List<string>();
        var answer = await RunAsync(Event(groups, fates), message =>
        {
            seen.Add(message.Id);
            Fail(message);
        });
        Assert.Equal(again, string.Concat(answer["batchItemFailures"]!.AsArray().Select(static f => (string?)f!["itemIdentifier"])));
        Assert.Equal(again, string.Concat(sqs.Hidden.Select(static h => h.ReceiptHandle[1..])));
        Assert.Equal(worked, string.Concat(seen));
    }

    [Theory]
    [InlineData("", "f", 1, "15")]
    [InlineData("", "p", 2, "360")]
    [InlineData("", "f", 3, "360")]
    [InlineData("", "f", 0, "15")]
    [InlineData("", "f", 24, "360")]
    [InlineData("", "f", int.MaxValue, "360")]
    [InlineData("", "x", 2, "0")]
    [InlineData("", "xaf", 2, "0 360")]
    [InlineData("ggh", "faf", 1, "15 15 15")]
    [InlineData("ggh", "xaf", 1, "0 0 15")]
    [InlineData("", "ffffffffffff", 1, "15 15 15 15 15 15 15 15 15 15 15 15")]
    public async Task It_is_hidden_the_longer_the_more_often_it_failed_and_not_at_all_where_waiting_does_not_help(string groups, string fates, int receives, string seconds)
    {
        await RunAsync(Event(groups, fates, receives), Fail);
        Assert.Equal(seconds, string.Join(' ', sqs.Hidden.Select(static h => h.Seconds)));
    }

    [Fact]
    public async Task What_SQS_says_to_that_does_not_hide_what_failed_first()
    {
        var (log, lines) = Logs.New();
        sqs.Refusal = new AmazonSQSException("not allowed");
        var answer = await SqsBatch.RunAsync(Event("", "fa"), new(sqs, "queue"), log, Failing, Stop);
        Assert.Equal("""{"batchItemFailures":[{"itemIdentifier":"0"}]}""", Encoding.UTF8.GetString(answer.Span));
        var said = Encoding.UTF8.GetString(lines.ToArray()).Split('\n');
        Assert.Contains(said, static l => l.Contains("\"errorMessage\":\"failed\"", StringComparison.Ordinal));
        Assert.Contains(said, static l => l.Contains("\"reason\":\"not allowed\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_SQS_does_not_know_any_more_is_told_of()
    {
        var (log, lines) = Logs.New();
        var answer = await SqsBatch.RunAsync(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Event("", "f")).Replace("h0", "gone", StringComparison.Ordinal)), new(sqs, "queue"), log, Failing, Stop);
        Assert.Equal("""{"batchItemFailures":[{"itemIdentifier":"0"}]}""", Encoding.UTF8.GetString(answer.Span));
        Assert.Contains("ReceiptHandleIsInvalid", Encoding.UTF8.GetString(lines.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_are_counted_by_function_and_none_is_not()
    {
        var (log, lines) = Logs.New();
        await SqsBatch.RunAsync(Event("", "aa"), new(sqs, "queue"), log, Failing, Stop);
        Assert.Equal(0, lines.Length);
        await SqsBatch.RunAsync(Event("", "fax"), new(sqs, "queue"), log, Failing, Stop);
        var metric = Encoding.UTF8.GetString(lines.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static l => JsonNode.Parse(l)!).Single(static l => l["_aws"] is not null);
        Assert.Equal((2, "Test"), ((int)metric["MessagesFailed"]!, (string?)metric["Function"]));
    }

    [Fact]
    public async Task It_says_how_often_a_message_was_handed_over()
    {
        var receives = 0;
        await RunAsync(Event("g", "a", receives: 3), message => receives = message.Receives);
        Assert.Equal(3, receives);
    }

    [Fact]
    public async Task What_there_is_no_time_for_comes_again()
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        var (log, _) = Logs.New();
        var answer = await SqsBatch.RunAsync(Event("", "aa"), new(sqs, "queue"), log, static _ => throw new InvalidOperationException("begun"), over.Token);
        Assert.Equal(2, JsonNode.Parse(answer.Span)!["batchItemFailures"]!.AsArray().Count);
        Assert.Equal(2, sqs.Hidden.Count);
    }

    [Fact]
    public async Task A_failure_is_logged_with_its_message()
    {
        var (log, lines) = Logs.New();
        await SqsBatch.RunAsync(Event("", "f"), new(sqs, "queue"), log, static _ => throw new InvalidOperationException("out of luck"), Stop);
        var line = JsonNode.Parse(Encoding.UTF8.GetString(lines.ToArray()).Split('\n')[0])!;
        Assert.Equal(("ERROR", "0", "out of luck", "InvalidOperationException"), ((string?)line["level"], (string?)line["messageId"], (string?)line["errorMessage"], (string?)line["errorType"]));
    }

    [Theory]
    [InlineData("""{"Records":[{"eventSource":"aws:dynamodb"}]}""", true)]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"}]}""", false)]
    [InlineData("""{"Records":[]}""", false)]
    [InlineData("""{"Records":[1]}""", false)]
    [InlineData("""[1]""", false)]
    public void It_tells_where_an_event_comes_from(string json, bool expected) => Assert.Equal(expected, SqsBatch.IsFrom(Encoding.UTF8.GetBytes(json), "aws:dynamodb"));

    private static void Fail(SqsMessage message)
    {
        if (message.Body == "f") throw new InvalidOperationException("failed");
        if (message.Body == "x") throw new UnreadableMessageException("not understood");
        if (message.Body == "p") throw new FormatException("a row that is none");
    }

    private static Task Failing(SqsMessage message)
    {
        Fail(message);
        return Task.CompletedTask;
    }

    private async Task<JsonNode> RunAsync(byte[] payload, Action<SqsMessage> work)
    {
        var (log, _) = Logs.New();
        var answer = await SqsBatch.RunAsync(
            payload,
            new(sqs, "queue"),
            log,
            message =>
            {
                work(message);
                return Task.CompletedTask;
            },
            Stop);
        return JsonNode.Parse(answer.Span)!;
    }

    /// <param name="groups">A letter for each message; none where the queue is no FIFO queue.</param>
    private static byte[] Event(string groups, string bodies, int receives = 1) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["Records"] = new JsonArray([.. bodies.Select((body, n) => new JsonObject
        {
            ["messageId"] = $"{n}",
            ["receiptHandle"] = $"h{n}",
            ["body"] = $"{body}",
            ["attributes"] = groups.Length == 0
                ? new JsonObject { ["ApproximateReceiveCount"] = $"{receives}" }
                : new JsonObject { ["ApproximateReceiveCount"] = $"{receives}", ["MessageGroupId"] = $"{groups[n]}" },
            ["eventSource"] = "aws:sqs",
            ["eventSourceARN"] = "arn:aws:sqs:eu-central-1:123456789012:queue" + (groups.Length > 0 ? ".fifo" : ""),
        })]),
    }.ToJsonString());
}

internal static class Logs
{
    public static (Log Log, MemoryStream Lines) New(LogLevel least = LogLevel.Info)
    {
        var lines = new MemoryStream();
        return (new Log(lines, least, "Test", TimeProvider.System), lines);
    }
}
