using ServerlessSec.Functions.Runtime;

namespace ServerlessSec.Functions.Model;

/// <summary>A function of the scanner: the real handler, in as many sandboxes as are busy at once.</summary>
internal sealed class ModelFunction(VirtualTime time, string name, TimeSpan timeout, Func<Handler> make)
{
    private static readonly TimeSpan Overhead = TimeSpan.FromMilliseconds(25);

    private readonly Stack<Handler> idle = [];

    public string Name => name;

    public TimeSpan Timeout => timeout;

    public int Invocations { get; private set; }

    public List<string> Failures { get; } = [];

    /// <summary>What is paid for.</summary>
    public TimeSpan Busy { get; private set; }

    public TimeSpan Longest { get; private set; }

    /// <summary>The answer, or null where the invocation failed or ran out of time.</summary>
    public async Task<ReadOnlyMemory<byte>?> InvokeAsync(byte[] payload)
    {
        await Task.Delay(Overhead, time);
        var began = time.GetUtcNow();
        var handler = idle.TryPop(out var warm) ? warm : make();
        using var deadline = new CancellationTokenSource(timeout - RuntimeLoop.Reserve, time);
        ReadOnlyMemory<byte>? answer = null;
        try
        {
            answer = await handler(new($"{name} {++Invocations}", began + timeout, $"{ModelAccount.Application.Arn}:function:{name}", null, payload), deadline.Token);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Failures.Add($"{began:u} {name}: {fault}");
        }

        idle.Push(handler);
        var took = time.GetUtcNow() - began;
        Busy += took;
        if (took > Longest) Longest = took;
        return answer;
    }
}
