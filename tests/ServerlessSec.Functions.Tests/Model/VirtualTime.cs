namespace ServerlessSec.Functions.Model;

/// <summary>
/// A clock that jumps from one due timer to the next. All that waits for it goes on within <see cref="Run"/>, on one
/// thread and in one order, so that equal models give equal figures.
/// </summary>
internal sealed class VirtualTime(DateTimeOffset start) : TimeProvider
{
    private readonly PriorityQueue<Timer, (long At, long Number)> due = new();
    private DateTimeOffset now = start;
    private long number;
    private int thread;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        // Work that went on elsewhere, on a pool's thread say, would come in any order.
        if (thread != 0 && thread != Environment.CurrentManagedThreadId) throw new InvalidOperationException("the model left its thread");
        if (period != Timeout.InfiniteTimeSpan && period != TimeSpan.Zero) throw new NotSupportedException("no timer of the scanner repeats");
        var timer = new Timer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void After(TimeSpan delay, Action action) => CreateTimer(static state => ((Action)state!)(), action, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Lets time pass until nothing is due any more, or <paramref name="until"/>.</summary>
    public void Run(DateTimeOffset until)
    {
        thread = Environment.CurrentManagedThreadId;
        while (due.TryPeek(out var timer, out var at) && at.At <= until.UtcTicks)
        {
            due.Dequeue();
            if (!timer.IsDue(at.Number)) continue;
            now = new(at.At, TimeSpan.Zero);
            timer.Fire();
        }

        if (now < until) now = until;
        thread = 0;
    }

    private sealed class Timer(VirtualTime time, TimerCallback callback, object? state) : ITimer
    {
        private long current;

        public bool IsDue(long which) => which == current;

        public void Fire()
        {
            current = 0;
            callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            current = 0;
            if (dueTime == Timeout.InfiniteTimeSpan) return true;
            current = ++time.number;
            time.due.Enqueue(this, ((time.now + dueTime).UtcTicks, current));
            return true;
        }

        public void Dispose() => current = 0;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
