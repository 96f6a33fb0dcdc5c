namespace ServerlessSec.Cli;

/// <summary>Wrong usage or an input that is not there: one line, a hint where there is one, exit code 2.</summary>
internal sealed class UsageException(string message, string? hint = null) : Exception(message)
{
    public string? Hint { get; } = hint;
}
