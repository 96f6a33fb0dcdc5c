using System.Text;
using ServerlessSec.Emulation;

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
        ("CloudWatch Logs", static c => c.Service == "logs" ? 1 : 0),
        ("S3 reads", static c => c is { Service: "s3", Operation: "GetObject" } ? 1 : 0),
        ("S3 writes", static c => c is { Service: "s3", Operation: "PutObject" } ? 1 : 0),
        ("SQS", static c => c.Service == "sqs" ? 1 : 0),
        ("DynamoDB reads", static c => c.Service == "dynamodb" && IsRead(c) ? 1 : 0),
        ("DynamoDB writes (items)", static c => c.Service == "dynamodb" && !IsRead(c) ? 1 : 0),
        ("Security Hub", static c => c.Service == "securityhub" ? 1 : 0),
    ];

    private readonly StringBuilder rows = new();

    public string PutInto(string page)
    {
        var from = page.IndexOf(Begin, StringComparison.Ordinal);
        var to = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, "docs/operations.md has lost the marks of its table of calls");
        var titles = Columns.Select(static c => c.Title);
        return $"{page[..(from + Begin.Length)]}\n| Work | {string.Join(" | ", titles)} |\n|---|{string.Concat(titles.Select(static _ => "--:|"))}\n{rows}\n{page[to..]}";
    }

    public void Add(string work, IReadOnlyCollection<LoggedCall> calls)
    {
        // Which of them wait for a turn, and how long, is a matter of time.
        var counted = calls.Where(static c => !IsTurn(c)).ToList();
        Assert.NotEmpty(counted);
        Assert.All(counted, static c => Assert.True(Columns.Sum(column => column.Count(c)) == 1, $"{c.Service}:{c.Operation} has no column in the table of calls"));
        rows.Append("| ").Append(work).Append(" | ").AppendJoin(" | ", Columns.Select(column => Cell(column.Title, [.. counted.Where(c => column.Count(c) > 0)]))).Append(" |\n");
    }

    private static string Cell(string title, List<LoggedCall> calls) => calls.Count == 0 ? "" : title.EndsWith("(items)", StringComparison.Ordinal) ? $"{calls.Count} ({calls.Sum(static c => c.Items)})" : $"{calls.Count}";

    private static bool IsRead(LoggedCall call) => call.Operation is "GetItem" or "BatchGetItem" or "Query";

    private static bool IsTurn(LoggedCall call) => call.Service == "dynamodb" && call.Grants.Any(static g => g.Context.TryGetValue("dynamodb:LeadingKeys", out var keys) && keys.Any(static k => k.StartsWith("BUDGET#", StringComparison.Ordinal)));
}
