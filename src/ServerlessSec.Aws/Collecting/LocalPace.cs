namespace ServerlessSec.Aws.Collecting;

/// <summary>Holds one process to a number of calls a second (the generic cell rate algorithm, ITU-T I.371), where no table joins several.</summary>
/// <param name="burst">How many calls may come at once after a quiet time.</param>
internal sealed class LocalPace(double callsPerSecond, int burst, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly TimeSpan interval = TimeSpan.FromSeconds(1 / callsPerSecond);
    private DateTimeOffset next = DateTimeOffset.MinValue;

    /// <summary>Waits for the turn of one call.</summary>
    public Task TakeAsync(CancellationToken stop)
    {
        TimeSpan wait;
        lock (gate)
        {
            var now = time.GetUtcNow();
            var idle = now - (interval * (burst - 1));
            wait = next - now;
            next = (next < idle ? idle : next) + interval;
        }

        return wait > TimeSpan.Zero ? Task.Delay(wait, time, stop) : Task.CompletedTask;
    }
}
