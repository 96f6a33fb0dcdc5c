namespace ServerlessSec.Aws.Receiving;

/// <summary>A message that its reader does not understand, today or later. Nothing but readers of messages says so.</summary>
public sealed class UnreadableMessageException(string message, Exception? cause = null) : FormatException(message, cause);
