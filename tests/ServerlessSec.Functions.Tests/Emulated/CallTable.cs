using ServerlessSec.Emulation;
using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Emulated;

/// <summary>How often each piece of work calls each service, as a section of docs/operations.md.</summary>
internal sealed class CallTable
{
    private const string Begin = "<!-- calls: generated from the requests of the emulated account; UPDATE_GOLDEN=1 dotnet test rewrites it -->\n";
    private const string End = "<!-- /calls -->\n";

    private static readonly (string Title, Func<LoggedCall, int> Count)[] Columns =
    [
        ("Lambda", static c => c.Service == "lambda" ? 1 : 0),
        ("IAM", static c => c.Service == "iam" ? 1 : 0),
        ("EventBridge", static c => c.Service == "events" ? 1 : 0),
        ("CloudWatch Logs", static c => c.Service == "logs" ? 1 : 0),
        ("S3 reads", static c => c is { Service: "s3", Operation: "GetObject" } ? 1 : 0),
        ("S3 writes", static c => c is { Service: "s3", Operation: "PutObject" or "PutObjectTagging" } ? 1 : 0),
        ("SQS", static c => c.Service == "sqs" ? 1 : 0),
        ("DynamoDB reads", static c => c.Service == "dynamodb" && IsRead(c) ? 1 : 0),
        ("DynamoDB writes (items)", static c => c.Service == "dynamodb" && !IsRead(c) ? 1 : 0),
        ("Security Hub", static c => c.Service == "securityhub" ? 1 : 0),
    ];

    /// <summary>Whether a container is warm, and what two workers see of each other, decides over a call or two.</summary>
    private const int Leeway = 2;

    private static readonly string Head = $"\n| Work | {string.Join(" | ", Columns.Select(static c => c.Title))} |\n|---|{string.Concat(Columns.Select(static _ => "--:|"))}\n";

    private static readonly char[] Parentheses = ['(', ')'];

    private readonly List<string> rows = [];

    /// <summary>Holds the rows to those of the page; <c>UPDATE_GOLDEN=1</c> rewrites the page.</summary>
    public async Task VerifyAsync(string path, CancellationToken stop)
    {
        var page = await File.ReadAllTextAsync(Repository.Path(path), stop);
        var from = page.IndexOf(Begin, StringComparison.Ordinal);
        var to = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, $"{path} has lost the marks of its table of calls");
        from += Begin.Length;
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            await File.WriteAllTextAsync(Repository.Path(path), $"{page[..from]}{Head}{string.Join("\n", rows)}\n\n{page[to..]}", stop);
            return;
        }

        var documented = page[from..to];
        Assert.StartsWith(Head, documented, StringComparison.Ordinal);
        var kept = documented[Head.Length..].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(rows.Count, kept.Length);
        Assert.All(rows.Zip(kept), static pair => Assert.True(IsLike(pair.First, pair.Second), $"counted    {pair.First}\ndocumented {pair.Second}"));
    }

    private static bool IsLike(string counted, string documented)
    {
        var (left, right) = (Numbers(counted), Numbers(documented));
        return Work(counted) == Work(documented) && left.Length == right.Length && left.Zip(right).All(static pair => Math.Abs(pair.First - pair.Second) <= Math.Max(Leeway, pair.Second / 10));
    }

    private static string Work(string row) => row.Split('|')[1];

    /// <summary>Of each cell, calls and items.</summary>
    private static int[] Numbers(string row) =>
        [.. row.Split('|')[2..^1].SelectMany(static cell => cell.Split(Parentheses).Append("").Take(2)).Select(static n => int.TryParse(n, out var number) ? number : 0)];

    public void Add(string work, IReadOnlyCollection<LoggedCall> calls)
    {
        // Which of them wait for a turn, and how long, is a matter of time.
        var counted = calls.Where(static c => !IsTurn(c)).ToList();
        Assert.NotEmpty(counted);
        Assert.All(counted, static c => Assert.True(Columns.Sum(column => column.Count(c)) == 1, $"{c.Service}:{c.Operation} has no column in the table of calls"));
        rows.Add($"| {work} | {string.Join(" | ", Columns.Select(column => Cell(column.Title, [.. counted.Where(c => column.Count(c) > 0)])))} |");
    }

    private static string Cell(string title, List<LoggedCall> calls) => calls.Count == 0 ? "" : title.EndsWith("(items)", StringComparison.Ordinal) ? $"{calls.Count} ({calls.Sum(static c => c.Items)})" : $"{calls.Count}";

    private static bool IsRead(LoggedCall call) => call.Operation is "GetItem" or "BatchGetItem" or "Query";

    private static bool IsTurn(LoggedCall call) => call.Service == "dynamodb" && call.Grants.Any(static g => g.Context.TryGetValue("dynamodb:LeadingKeys", out var keys) && keys.Any(static k => k.StartsWith("BUDGET#", StringComparison.Ordinal)));
}
