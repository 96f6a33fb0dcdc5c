namespace ServerlessSec.Aws.Examining;

public enum CheckOutcome
{
    Ok,

    /// <summary>It works, and less is seen than could be.</summary>
    Warn,

    /// <summary>Something is not scanned or not told until it is mended.</summary>
    Fail,

    /// <summary>It could not be looked at.</summary>
    Unchecked,
}

/// <summary>One thing that was looked at in a deployed scanner.</summary>
/// <param name="Name">A few words.</param>
/// <param name="Message">What was seen, a sentence.</param>
/// <param name="Fix">What to do; null where nothing is to be done.</param>
public sealed record StackCheck(string Name, CheckOutcome Outcome, string Message, string? Fix = null)
{
    /// <summary>The permissions that whoever looks may lack; null where something else, or nothing, was in the way.</summary>
    public string? Lacks { get; init; }
}

/// <summary>What one look came to.</summary>
internal sealed record Diagnosis(CheckOutcome Outcome, string Message, string? Fix = null)
{
    /// <summary>The permission that the caller lacks.</summary>
    public string? Lacks { get; init; }

    public static Diagnosis Ok(string message) => new(CheckOutcome.Ok, message);

    public static Diagnosis Warn(string message, string fix) => new(CheckOutcome.Warn, message, fix);

    public static Diagnosis Fail(string message, string fix) => new(CheckOutcome.Fail, message, fix);

    public static Diagnosis Unchecked(string message, string fix) => new(CheckOutcome.Unchecked, message, fix);
}

/// <summary>A look at one thing.</summary>
/// <param name="Name">A few words.</param>
/// <param name="Permission">What the caller needs for it.</param>
internal sealed record Look(string Name, string Permission, Func<CancellationToken, Task<Diagnosis>> DiagnoseAsync);
