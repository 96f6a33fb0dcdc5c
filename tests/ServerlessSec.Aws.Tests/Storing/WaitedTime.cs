using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace ServerlessSec.Aws.Storing;

/// <summary>A clock that stands still but for those who wait for it: it moves on by just what they wait.</summary>
internal sealed class WaitedTime(DateTimeOffset start) : FakeTimeProvider(start)
{
    private readonly Channel<TimeSpan> waits = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero) waits.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Moves the clock on until the task is done.</summary>
    public async Task<T> AdvancingAsync<T>(Task<T> task)
    {
        while (!task.IsCompleted)
        {
            var waited = waits.Reader.WaitToReadAsync().AsTask();
            if (await Task.WhenAny(task, waited) == task) break;
            if (waits.Reader.TryRead(out var wait)) Advance(wait);
        }

        return await task;
    }
}
