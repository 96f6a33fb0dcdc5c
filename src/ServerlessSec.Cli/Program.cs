using ServerlessSec.Aws;
using ServerlessSec.Cli.Commands;
using ServerlessSec.Cli.Terminal;
using ServerlessSec.Findings;

namespace ServerlessSec.Cli;

internal static class Program
{
    /// <summary>Stopped before there was anything to report; what a shell expects after Ctrl-C.</summary>
    private const int Interrupted = 130;

    private static Task<int> Main(string[] args) => RunAsync(args, Surroundings.OfProcess(), CancellationToken.None);

    public static async Task<int> RunAsync(IReadOnlyList<string> args, Surroundings here, CancellationToken stop)
    {
        try
        {
            return await InvokeAsync(args, here, stop).ConfigureAwait(false);
        }
        catch (UsageException wrong)
        {
            Say(here, wrong.Message);
            if (wrong.Hint is not null) here.Error.WriteLine(wrong.Hint);
            return ExitCode.Usage;
        }
        catch (Exception refused) when (AwsAccessException.For(refused) is { } told)
        {
            Say(here, told.Message);
            here.Error.WriteLine(told.Hint);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException)
        {
            Say(here, "stopped before there was anything to report");
            return Interrupted;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            Say(here, refused.Message);
            return ExitCode.Usage;
        }
        catch (Exception fault)
        {
            // The last resort of a program: what comes here is a fault of ours, and a stack is no message.
            Say(here, $"internal fault: {fault.GetType().Name}: {fault.Message}");
            here.Error.WriteLine(here.Variable("SERVERLESSSEC_STACK") == "1"
                ? fault.StackTrace
                : "Set SERVERLESSSEC_STACK=1 to see where, and please report it.");
            return ExitCode.Fault;
        }
    }

    private static async Task<int> InvokeAsync(IReadOnlyList<string> args, Surroundings here, CancellationToken stop)
    {
        // A path such as `@scope` is a path, never a file of further arguments.
        var parsed = RootCommandLine.Build(here).Parse(args, new() { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            Say(here, parsed.Errors[0].Message);
            here.Error.WriteLine($"Try '{RootCommandLine.PathOf(parsed.CommandResult.Command)} --help'.");
            return ExitCode.Usage;
        }

        // A report sets its own encoding; what System.CommandLine prints is help and candidates.
        await using var text = here.Text();
        return await parsed
            .InvokeAsync(new() { EnableDefaultExceptionHandler = false, Output = text, Error = here.Error }, stop)
            .ConfigureAwait(false);
    }

    private static void Say(Surroundings here, string message) =>
        here.Error.WriteLine($"serverlesssec: {Plain.Of(message, !here.Unicode)}");
}
