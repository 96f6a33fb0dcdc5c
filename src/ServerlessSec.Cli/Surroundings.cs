using System.Text;
using ServerlessSec.Aws;

namespace ServerlessSec.Cli;

/// <summary>Everything a run sees of the machine it runs on, so that a test runs it as a user does.</summary>
internal sealed record Surroundings
{
    /// <summary>Standard output, for reports that are bytes.</summary>
    public required Stream Output { get; init; }

    public required TextWriter Error { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>False where the terminal's encoding cannot show more than ASCII.</summary>
    public bool Unicode { get; init; } = true;

    /// <summary>Cells of the terminal; null where there is none.</summary>
    public int? TerminalWidth { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public required Func<string, string?> Variable { get; init; }

    /// <summary>Answers HTTP instead of the network.</summary>
    public Func<HttpMessageHandler>? Http { get; init; }

    /// <summary>Reaches AWS, by profile and Region where they are named; made when a command needs it.</summary>
    public Func<string?, string?, AwsAccess> Aws { get; init; } = Login.Open;

    public DateOnly Today => DateOnly.FromDateTime(Time.GetUtcNow().UtcDateTime);

    public int Width => TerminalWidth ?? (int.TryParse(Variable("COLUMNS"), out var columns) && columns > 0 ? columns : 80);

    /// <summary>https://no-color.org: any value but the empty one.</summary>
    public bool Colour => OutputIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR")) && Variable("TERM") != "dumb";

    /// <summary>Standard output as text.</summary>
    public StreamWriter Text() => new(Output, new UTF8Encoding(false), leaveOpen: true);

    public static Surroundings OfProcess() => new()
    {
        Output = Console.OpenStandardOutput(),
        Error = Console.Error,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Unicode = Console.OutputEncoding.CodePage == Encoding.UTF8.CodePage && !IsAsciiLocale(),
        TerminalWidth = WidthOfTerminal(),
        Variable = Environment.GetEnvironmentVariable,
    };

    private static bool IsAsciiLocale()
    {
        string?[] locale =
        [
            Environment.GetEnvironmentVariable("LC_ALL"),
            Environment.GetEnvironmentVariable("LC_CTYPE"),
            Environment.GetEnvironmentVariable("LANG"),
        ];
        return Array.Find(locale, static l => !string.IsNullOrEmpty(l)) is "C" or "POSIX";
    }

    private static int? WidthOfTerminal()
    {
        if (Console.IsOutputRedirected) return null;
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
