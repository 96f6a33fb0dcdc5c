using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Commands;

/// <summary>The table of contents of the command line.</summary>
internal static class RootCommandLine
{
    public static RootCommand Build(Surroundings here)
    {
        var root = new RootCommand(
            "Finds what an attacker could use in AWS Lambda functions: in their templates, their roles and their packages, deployed or not.")
        {
            ScanCommand.Build(here),
            SbomCommand.Build(here),
            RulesCommand.Build(here),
            ExplainCommand.Build(here),
            AdvisoriesCommand.Build(here),
            FindingsCommand.Build(here),
            DoctorCommand.Build(here),
            CompletionCommand.Build(here),
        };
        root.HelpName = "serverlesssec";
        foreach (var builtin in root.Options.ToList()) root.Options.Remove(builtin);
        // Without the aliases `/h` and `/?`, which on most machines are paths.
        root.Options.Add(new HelpOption("--help", "-h") { Description = "Show help for a command.", Action = new Help(here) });
        root.Options.Add(new VersionOption("--version") { Description = "Show the version.", Action = new Version() });
        root.SetAction(parsed =>
        {
            new Help(here).Invoke(parsed);
            return ExitCode.Usage;
        });
        return root;
    }

    /// <summary>The command as one types it.</summary>
    public static string PathOf(Command command)
    {
        var names = new Stack<string>();
        for (Command? at = command; at is not null and not RootCommand; at = at.Parents.OfType<Command>().FirstOrDefault())
            names.Push(at.Name);
        return string.Join(' ', ["serverlesssec", .. names]);
    }

    /// <summary>The generated help, and under it what no option list can say.</summary>
    private sealed class Help(Surroundings here) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            new HelpAction { MaxWidth = Math.Clamp(here.Width, 60, 120) }.Invoke(parseResult);
            var output = parseResult.InvocationConfiguration.Output;
            output.Write(HelpTexts.Of(PathOf(parseResult.CommandResult.Command)));

            return ExitCode.Clean;
        }
    }

    private sealed class Version : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(ProgramVersion.Text);
            return ExitCode.Clean;
        }
    }
}

internal static class ProgramVersion
{
    public static string Text => typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);
}
