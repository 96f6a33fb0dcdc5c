namespace ServerlessSec;

/// <summary>Thrown when an input asks for more work than <see cref="ScanLimits"/> allows; its message says which limit.</summary>
public sealed class LimitReachedException(string message) : FormatException(message);

/// <summary>Counts an engine's steps on one input.</summary>
public sealed class StepBudget(long limit, string subject)
{
    private long spent;

    public void Spend(long count = 1)
    {
        if ((spent += count) > limit) throw new LimitReachedException($"more than {limit} steps for {subject}");
    }
}
