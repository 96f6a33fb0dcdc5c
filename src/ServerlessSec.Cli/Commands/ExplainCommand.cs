using System.CommandLine;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;
using ServerlessSec.Reports;
using ServerlessSec.Rules;

namespace ServerlessSec.Cli.Commands;

/// <summary>Tells everything about one rule.</summary>
internal static class ExplainCommand
{
    public static Command Build(Surroundings here)
    {
        var id = new Argument<string>("ID") { Description = "A rule, such as SLS1001.", HelpName = "ID" };
        id.CompletionSources.Add(static _ => Catalog.Ids);
        var command = new Command("explain", "Explain a rule: what is wrong, what an attacker gains, how to mend it.") { id };
        command.SetAction(parsed =>
        {
            Write(
                Catalog.Find(parsed.GetRequiredValue(id)),
                new(parsed.InvocationConfiguration.Output, Math.Min(here.Width, 100), here.Colour, !here.Unicode));
            return ExitCode.Clean;
        });
        return command;
    }

    private static void Write(Rule found, Screen screen)
    {
        var rule = found.Descriptor;
        screen.Hang(rule.Id, rule.Title, Ink.Bold, Ink.Bold);
        screen.Line();
        Row("Severity", Words.Of(rule.Severity) + (rule.Stage == Stage.Preview ? "; in preview, it fails no build" : ""));
        Row("Attacker", rule.Rationale);
        Row("Mend", rule.Remediation);
        Row("Scan", RuleScan.Of(found) switch
        {
            ScanKind.Posture => "posture, one function at a time",
            ScanKind.Package => "package, one function at a time",
            _ => "application, all functions together",
        });
        Row("Needs", string.Join(", ", Words.Of(rule.Needs)));
        if (!rule.Cwe.IsEmpty) Row("CWE", string.Join(", ", rule.Cwe.Select(static c => $"CWE-{c}")));
        if (!rule.Owasp.IsEmpty) Row("OWASP", string.Join(", ", rule.Owasp.Select(Owasp.Name)));
        foreach (var reference in rule.References) Row("See", reference);
        screen.Line();
        screen.Line(
            $"To accept one: a waiver for {rule.Id} with reason, owner and expiry in {Inputs.WaiverFileName}, "
                + "or a comment in the template.",
            Ink.Dim);

        void Row(string name, string text) => screen.Row(Cell.Of(9, name, Ink.Dim), Cell.Of(0, text));
    }
}
