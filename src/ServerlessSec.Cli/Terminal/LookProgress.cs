using System.Globalization;
using ServerlessSec.Scanning;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Says on standard error what is about to be looked at, and how far it is where somebody watches.</summary>
internal sealed class LookProgress(Surroundings here, int functions)
{
    private string shown = "";

    public void Announce(Owner account) =>
        here.Error.WriteLine($"serverlesssec: looking at {Count.Of(functions, "function")} of account {account.Account} in {account.Region}");

    public void Done(int done)
    {
        if (here.ErrorIsTerminal) Show(done == functions ? "" : string.Create(CultureInfo.InvariantCulture, $"{done} of {functions} functions"));
    }

    /// <summary>Takes the line away.</summary>
    public void Finish() => Show("");

    private void Show(string line)
    {
        if (line == shown) return;
        here.Error.Write($"\r{line.PadRight(shown.Length)}{(line.Length == 0 ? "\r" : "")}");
        shown = line;
    }
}
