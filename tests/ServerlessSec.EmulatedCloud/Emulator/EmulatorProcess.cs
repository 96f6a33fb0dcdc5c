using System.Diagnostics;

namespace ServerlessSec.Emulation.Emulator;

/// <summary>The emulator as a child process on a free port; it ends when this program does, however that comes about.</summary>
internal sealed class EmulatorProcess : IAsyncDisposable
{
    public const string HowToInstall = "pip install 'moto[all,server]' aws-sam-translator";

    private readonly Process process;
    private readonly Lock gate = new();
    private readonly Queue<string> lastWords = new();

    private EmulatorProcess(Process process) => this.process = process;

    public Uri Address { get; private set; } = null!;

    /// <summary>What the emulator said last, for whoever must find out what went wrong.</summary>
    public string LastWords
    {
        get
        {
            lock (gate) return string.Join('\n', lastWords);
        }
    }

    public static async Task<EmulatorProcess> StartAsync(string log, TimeSpan patience)
    {
        var start = new ProcessStartInfo("python3", [Path.Combine(AppContext.BaseDirectory, "emulator.py"), "--log", log])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONUNBUFFERED"] = "1";
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        foreach (var name in start.Environment.Keys.Where(static k => k.StartsWith("AWS_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        var emulator = new EmulatorProcess(Process.Start(start)!);
        emulator.process.ErrorDataReceived += (_, line) => emulator.Hear(line.Data);
        emulator.process.BeginErrorReadLine();
        using var late = new CancellationTokenSource(patience);
        try
        {
            while (await emulator.process.StandardOutput.ReadLineAsync(late.Token).ConfigureAwait(false) is { } line)
            {
                if (!line.StartsWith("ready ", StringComparison.Ordinal)) continue;
                emulator.Address = new(line["ready ".Length..]);
                _ = DrainAsync(emulator.process);
                return emulator;
            }
        }
        catch (OperationCanceledException)
        {
            emulator.Hear($"it was not ready after {patience}");
        }

        await emulator.DisposeAsync().ConfigureAwait(false);
        throw new InvalidOperationException($"the emulator did not start ({HowToInstall}): {emulator.LastWords}");
    }

    public async ValueTask DisposeAsync()
    {
        process.StandardInput.Close();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(late.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        process.Dispose();
    }

    private static async Task DrainAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync().ConfigureAwait(false) is not null)
        {
        }
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (gate)
        {
            lastWords.Enqueue(line);
            if (lastWords.Count > 60) lastWords.Dequeue();
        }
    }
}
