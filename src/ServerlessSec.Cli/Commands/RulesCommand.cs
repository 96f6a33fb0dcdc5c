using System.CommandLine;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Rules;

namespace ServerlessSec.Cli.Commands;

/// <summary>Lists the rules, one line each.</summary>
internal static class RulesCommand
{
    public static Command Build(Surroundings here)
    {
        var id = new Argument<string?>("ID")
        {
            Description = "One rule, such as SLS1001.",
            HelpName = "ID",
            Arity = ArgumentArity.ZeroOrOne,
        };
        id.CompletionSources.Add(static _ => Catalog.Ids);
        var command = new Command("rules", "List the rules.") { id };
        command.SetAction(parsed =>
        {
            var screen = new Screen(parsed.InvocationConfiguration.Output, here.Width, here.Colour, !here.Unicode);
            foreach (var found in parsed.GetValue(id) is { } one ? [Catalog.Find(one)] : RuleCatalog.All)
            {
                var rule = found.Descriptor;
                screen.Row(
                    Cell.Of(7, rule.Id), Cell.Of(8, Words.Of(rule.Severity), rule.Severity >= Severity.High ? Ink.Red : Ink.None),
                    Cell.Of(0, rule.Title + (rule.Stage == Stage.Preview ? " (preview)" : "")));
            }

            return ExitCode.Clean;
        });
        return command;
    }
}

/// <summary>Finds rules as a person types their ids.</summary>
internal static class Catalog
{
    public static IEnumerable<string> Ids => RuleCatalog.All.Select(static r => r.Descriptor.Id);

    public static Rule Find(string id) =>
        RuleCatalog.All.FirstOrDefault(r => r.Descriptor.Id.Equals(id, StringComparison.OrdinalIgnoreCase))
        ?? throw new UsageException($"there is no rule '{id}'", "List them with 'serverlesssec rules'.");
}
