using System.CommandLine;
using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Commands;

/// <summary>Prints the shell function that asks this program for candidates.</summary>
internal static class CompletionCommand
{
    public static Command Build(Surroundings here)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish.", HelpName = "SHELL" };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print the completion script of a shell.") { shell };
        command.SetAction(parsed =>
        {
            parsed.InvocationConfiguration.Output.Write(parsed.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => Fish,
            });
            return ExitCode.Clean;
        });
        return command;
    }

    // Where the program has nothing to offer, the shell completes file names; options only once a dash is typed.
    private const string Bash = """
        _serverlesssec() {
          local word="${COMP_WORDS[COMP_CWORD]}" line="${COMP_LINE:0:COMP_POINT}" candidates IFS=$'\n'
          line="${line#*[[:space:]]}"
          candidates="$(serverlesssec "[suggest:${#line}]" "$line" 2>/dev/null)"
          [[ $word == -* ]] || candidates="$(grep -v '^-' <<<"$candidates")"
          COMPREPLY=($(compgen -W "$candidates" -- "$word"))
        }
        complete -o bashdefault -o default -F _serverlesssec serverlesssec

        """;

    private const string Zsh = """
        #compdef serverlesssec
        _serverlesssec() {
          local line="${(j: :)words[2,CURRENT]}"
          local -a candidates
          candidates=("${(@f)$(serverlesssec "[suggest:${#line}]" "$line" 2>/dev/null)}")
          [[ $words[CURRENT] == -* ]] || candidates=(${candidates:#-*})
          candidates=(${candidates:#})
          (( ${#candidates} )) && compadd -- $candidates || _files
        }
        if [ "$funcstack[1]" = "_serverlesssec" ]; then _serverlesssec "$@"; else compdef _serverlesssec serverlesssec; fi

        """;

    private const string Fish = """
        function __serverlesssec_candidates
          set -l line (commandline -cp | string replace -r '^\S+\s' '')
          serverlesssec "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c serverlesssec -a '(__serverlesssec_candidates)'

        """;
}
