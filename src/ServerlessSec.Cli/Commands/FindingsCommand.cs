using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using ServerlessSec.Aws;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Scanning;

namespace ServerlessSec.Cli.Commands;

/// <summary>Shows what a deployed scanner knows.</summary>
internal static class FindingsCommand
{
    private const string TableVariable = "SERVERLESSSEC_TABLE";

    public static Command Build(Surroundings here)
    {
        var functions = CommonOptions.Functions("Only this function, by name or ARN; repeatable.");
        var severity = CommonOptions.OneOf(
            new("--severity") { Description = "The least severity to show.", DefaultValueFactory = static _ => "info" }, "info", "low", "medium", "high", "critical");
        var advisory = new Option<string?>("--advisory") { Description = "Only findings of this vulnerability: a CVE, or another id of it.", HelpName = "ID" };
        var status = CommonOptions.OneOf(
            new("--status") { Description = "Which findings and gaps to show.", DefaultValueFactory = static _ => "open" }, "open", "resolved", "all");
        var stack = CommonOptions.Stack();
        var table = new Option<string?>("--table") { Description = "The scanner's table, instead of looking it up in the stack.", HelpName = "NAME" };
        var format = CommonOptions.OneOf(new("--format", "-f") { Description = "How to tell it.", DefaultValueFactory = static _ => "table" }, "table", "json");
        var output = CommonOptions.Output();
        var profile = CommonOptions.Profile();
        var region = CommonOptions.Region();
        var command = new Command("findings", "Show what a deployed scanner has found.")
        {
            functions, severity, advisory, status, stack, table, format, output, profile, region,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(functions) is not { Tokens.Count: > 0 } && result.GetResult(status) is { Tokens: [{ Value: "resolved" or "all" }] })
                result.AddError("what is resolved is kept by function: say --function beside --status");
        });
        command.SetAction((parsed, stop) => RunAsync(
            new()
            {
                Functions = [.. parsed.GetValue(functions) ?? []],
                Least = CommonOptions.SeverityOf(parsed.GetRequiredValue(severity)) ?? Severity.Informational,
                Advisory = parsed.GetValue(advisory)?.Trim(),
                Status = parsed.GetRequiredValue(status),
                Stack = parsed.GetRequiredValue(stack),
                // A stack that is named wins over a table of the environment.
                Table = parsed.GetValue(table) ?? (parsed.GetResult(stack) is { Tokens.Count: > 0 } ? null : here.Variable(TableVariable)),
                Json = parsed.GetRequiredValue(format) == "json",
                Output = parsed.GetValue(output),
                Aws = new(parsed.GetValue(profile), parsed.GetValue(region)),
            },
            here, stop));
        return command;
    }

    private static async Task<int> RunAsync(FindingsRequest request, Surroundings here, CancellationToken stop)
    {
        var named = FunctionNames.Parse(request.Functions);
        using var output = ReportOutput.Open(request.Output, here);
        using var aws = here.Aws(request.Aws.Profile, request.Aws.Region ?? FunctionNames.RegionOf(named));
        var owner = await aws.ApplicationAsync(stop).ConfigureAwait(false);
        FunctionNames.Check(named, owner);
        var table = request.Table is { Length: > 0 } given ? given : await TableOfAsync(aws, request.Stack, owner, stop).ConfigureAwait(false);
        var question = new FindingQuestion
        {
            Application = owner,
            Functions = [.. named.Select(static n => n.Name)],
            Least = request.Least,
            Advisory = request.Advisory is { Length: > 0 } id ? id : null,
            State = request.Status switch { "open" => StoredState.Open, "resolved" => StoredState.Resolved, _ => null },
        };
        var state = new StateTable(aws.DynamoDb, table, here.Time);
        var answer = await new FindingQuery(new(state), new(state)).AskAsync(question, stop).ConfigureAwait(false);
        if (!answer.Unknown.IsEmpty)
            throw new UsageException($"the scanner has never looked at a function '{answer.Unknown[0]}'", "Look at its name and --region, or scan it now with 'serverlesssec scan --function'.");

        var report = new StoredReport(question, answer, here.Today);
        if (request.Json) report.WriteJson(output.Stream);
        else
        {
            using var text = new StreamWriter(output.Stream, new UTF8Encoding(false), leaveOpen: true);
            report.WriteTable(new(text, here.Width, here.Colour && !output.IsFile, !here.Unicode));
        }

        output.Commit();
        return ExitCode.Clean;
    }

    private static async Task<string> TableOfAsync(AwsAccess aws, string name, Owner owner, CancellationToken stop)
    {
        var stack = await aws.Stack(name).DescribeAsync(stop).ConfigureAwait(false)
            ?? throw new UsageException(
                $"there is no stack '{name}' in {owner.Region} of account {owner.Account}",
                $"Say --stack or --region, or name the table with --table or {TableVariable}.");
        return stack.Outputs.GetValueOrDefault("Table")
            ?? throw new UsageException($"the stack '{name}' has no table of findings", "It is a forwarder, or no scanner; say --stack or --region.");
    }

    private sealed record FindingsRequest
    {
        public required ImmutableArray<string> Functions { get; init; }

        public required Severity Least { get; init; }

        public string? Advisory { get; init; }

        public required string Status { get; init; }

        public required string Stack { get; init; }

        public string? Table { get; init; }

        public bool Json { get; init; }

        public string? Output { get; init; }

        public required AwsChoice Aws { get; init; }
    }
}
