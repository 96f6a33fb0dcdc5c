using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using ServerlessSec.Aws.Examining;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Scanning;

namespace ServerlessSec.Cli.Commands;

/// <summary>Tells whether a deployed scanner works, and what to do where it does not.</summary>
internal static class DoctorCommand
{
    public static Command Build(Surroundings here)
    {
        var stack = CommonOptions.Stack();
        var format = CommonOptions.OneOf(new("--format", "-f") { Description = "How to tell it.", DefaultValueFactory = static _ => "table" }, "table", "json");
        var profile = CommonOptions.Profile();
        var region = CommonOptions.Region();
        var command = new Command("doctor", "Check that a deployed scanner works, with a fix for what does not.") { stack, format, profile, region };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetRequiredValue(stack), parsed.GetRequiredValue(format) == "json", new(parsed.GetValue(profile), parsed.GetValue(region)), here, stop));
        return command;
    }

    private static async Task<int> RunAsync(string stack, bool json, AwsChoice choice, Surroundings here, CancellationToken stop)
    {
        using var aws = here.Aws(choice.Profile, choice.Region);
        var owner = await aws.ApplicationAsync(stop).ConfigureAwait(false);
        var checks = await aws.Examination(aws.Stack(stack), owner, here.Time).RunAsync(stop).ConfigureAwait(false);
        if (json) WriteJson(stack, owner, checks, here);
        else await WriteTableAsync(checks, here).ConfigureAwait(false);
        return ExitCode.Worst(checks.Select(static c => c.Outcome switch
        {
            CheckOutcome.Fail => ExitCode.Findings,
            CheckOutcome.Unchecked => ExitCode.Incomplete,
            _ => ExitCode.Clean,
        }));
    }

    private static async Task WriteTableAsync(ImmutableArray<StackCheck> checks, Surroundings here)
    {
        await using var text = here.Text();
        var screen = new Screen(text, here.Width, here.Colour, !here.Unicode);
        var wide = checks.Max(static c => c.Name.Length);
        foreach (var check in checks)
        {
            var (word, ink) = Shown(check.Outcome);
            ImmutableArray<Piece> told = check.Fix is { } fix ? [new(check.Message), new("Fix: " + fix)] : [new(check.Message)];
            screen.Row(Cell.Of(4, word, ink), Cell.Of(wide, check.Name, Ink.Bold), new(0, told));
        }

        screen.Line();
        screen.Line(string.Join(", ", checks.GroupBy(static c => c.Outcome).OrderBy(static g => g.Key).Select(static g => g.Key switch
        {
            CheckOutcome.Ok => $"{g.Count()} in order",
            CheckOutcome.Warn => Count.Of(g.Count(), "warning"),
            CheckOutcome.Fail => $"{g.Count()} to mend",
            _ => $"{g.Count()} not looked at",
        })) + ".");
    }

    private static (string Word, Ink Ink) Shown(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Ok => ("ok", Ink.Green),
        CheckOutcome.Warn => ("warn", Ink.Yellow),
        CheckOutcome.Fail => ("FAIL", Ink.Red),
        _ => ("?", Ink.Yellow),
    };

    private static void WriteJson(string stack, Owner owner, ImmutableArray<StackCheck> checks, Surroundings here)
    {
        using (var json = new Utf8JsonWriter(here.Output, new() { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("stack", stack);
            json.WriteString("region", owner.Region);
            json.WriteString("account", owner.Account);
            json.WriteStartArray("checks");
            foreach (var check in checks)
            {
                json.WriteStartObject();
                json.WriteString("name", check.Name);
                json.WriteString("outcome", JsonNamingPolicy.CamelCase.ConvertName(check.Outcome.ToString()));
                json.WriteString("message", check.Message);
                if (check.Fix is not null) json.WriteString("fix", check.Fix);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        here.Output.Write("\n"u8);
    }
}
