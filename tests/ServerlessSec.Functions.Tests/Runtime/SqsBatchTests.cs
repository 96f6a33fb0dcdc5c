using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessSec.Functions.Runtime;

public class SqsBatchTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    // Of each message: f fails, x is not understood, anything else is done.
    [InlineData(false, "aaa", "", "012")]
    [InlineData(false, "faf", "02", "012")]
    [InlineData(false, "xaf", "2", "012")]
    [InlineData(true, "aaa", "", "012")]
    [InlineData(true, "xfa", "12", "01")]
    [InlineData(true, "faa", "012", "0")]
    public async Task A_failed_message_comes_again_and_in_a_FIFO_queue_with_all_behind_it(bool fifo, string fates, string again, string worked)
    {
        var seen = new List<string>();
        var answer = await RunAsync(Event(fifo, fates), message =>
        {
            seen.Add(message.Id);
            if (message.Body == "f") throw new InvalidOperationException("failed");
            if (message.Body == "x") throw new FormatException("not understood");
        });
        Assert.Equal(again, string.Concat(answer["batchItemFailures"]!.AsArray().Select(static f => (string?)f!["itemIdentifier"])));
        Assert.Equal(worked, string.Concat(seen));
    }

    [Fact]
    public async Task It_says_how_often_a_message_was_handed_over()
    {
        var receives = 0;
        await RunAsync(Event(true, "a", receives: 3), message => receives = message.Receives);
        Assert.Equal(3, receives);
    }

    [Fact]
    public async Task What_there_is_no_time_for_comes_again()
    {
        using var over = new CancellationTokenSource();
        await over.CancelAsync();
        var (log, _) = Logs.New();
        var answer = await SqsBatch.RunAsync(Event(false, "aa"), log, static _ => throw new InvalidOperationException("begun"), over.Token);
        Assert.Equal(2, JsonNode.Parse(answer.Span)!["batchItemFailures"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_failure_is_logged_with_its_message()
    {
        var (log, lines) = Logs.New();
        await SqsBatch.RunAsync(Event(false, "f"), log, static _ => throw new InvalidOperationException("out of luck"), Stop);
        var line = JsonNode.Parse(Encoding.UTF8.GetString(lines.ToArray()))!;
        Assert.Equal(("ERROR", "0", "out of luck", "InvalidOperationException"), ((string?)line["level"], (string?)line["messageId"], (string?)line["errorMessage"], (string?)line["errorType"]));
    }

    [Theory]
    [InlineData("""{"Records":[{"eventSource":"aws:dynamodb"}]}""", true)]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"}]}""", false)]
    [InlineData("""{"Records":[]}""", false)]
    [InlineData("""{"Records":[1]}""", false)]
    [InlineData("""[1]""", false)]
    public void It_tells_where_an_event_comes_from(string json, bool expected) => Assert.Equal(expected, SqsBatch.IsFrom(Encoding.UTF8.GetBytes(json), "aws:dynamodb"));

    private static async Task<JsonNode> RunAsync(byte[] payload, Action<SqsMessage> work)
    {
        var (log, _) = Logs.New();
        var answer = await SqsBatch.RunAsync(
            payload,
            log,
            message =>
            {
                work(message);
                return Task.CompletedTask;
            },
            Stop);
        return JsonNode.Parse(answer.Span)!;
    }

    private static byte[] Event(bool fifo, string bodies, int receives = 1) => Encoding.UTF8.GetBytes(new JsonObject
    {
        ["Records"] = new JsonArray([.. bodies.Select((body, n) => new JsonObject
        {
            ["messageId"] = $"{n}",
            ["body"] = $"{body}",
            ["attributes"] = new JsonObject { ["ApproximateReceiveCount"] = $"{receives}" },
            ["eventSource"] = "aws:sqs",
            ["eventSourceARN"] = "arn:aws:sqs:eu-central-1:123456789012:queue" + (fifo ? ".fifo" : ""),
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
