using System.Diagnostics;

namespace ServerlessSec.Emulation.Functions;

/// <summary>One process that works for one function, one invocation at a time.</summary>
internal sealed class Sandbox : IAsyncDisposable
{
    private readonly Process process;
    private readonly RuntimeEndpoint endpoint;
    private volatile bool isKilled;

    private Sandbox(Process process, RuntimeEndpoint endpoint)
    {
        this.process = process;
        this.endpoint = endpoint;
    }

    /// <summary>One that is being killed takes some time to end, and gets no more work.</summary>
    public bool IsAlive => !isKilled && !process.HasExited;

    /// <summary>What Lambda says of a process that ended: one that ran out of memory is killed by a signal.</summary>
    private string LastWords => "Runtime.ExitError: the runtime exited with error: " + (process.ExitCode > 128 ? $"signal: {Signal(process.ExitCode - 128)}" : $"exit status {process.ExitCode}");

    private static string Signal(int number) => number switch { 6 => "aborted", 9 => "killed", 11 => "segmentation fault", _ => $"{number}" };

    public static async Task<Sandbox> StartAsync(FunctionImage function, Action<string> hear)
    {
        var endpoint = await RuntimeEndpoint.StartAsync(function.Arn).ConfigureAwait(false);
        var managed = Path.Combine(function.Folder, "bootstrap.dll");
        var start = File.Exists(managed) ? new ProcessStartInfo("dotnet", [managed]) : new ProcessStartInfo(Path.Combine(function.Folder, "bootstrap"));
        start.WorkingDirectory = function.Folder;
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        // A sandbox inherits nothing but what finds programs.
        foreach (var name in start.Environment.Keys.Where(static k => k is not ("PATH" or "HOME" or "DOTNET_ROOT" or "LANG")).ToList()) start.Environment.Remove(name);
        foreach (var (name, value) in function.Environment) start.Environment[name] = value;
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = endpoint.Host;
        // Each has a /tmp of its own; beside the code it goes when the account does.
        start.Environment["TMPDIR"] = Directory.CreateDirectory($"{function.Folder}-tmp-{Guid.NewGuid():N}").FullName;
        var sandbox = new Sandbox(new() { StartInfo = start, EnableRaisingEvents = true }, endpoint);
        sandbox.process.Exited += (_, _) => endpoint.Fail(sandbox.LastWords);
        sandbox.process.OutputDataReceived += (_, line) => Hear(line.Data, hear);
        sandbox.process.ErrorDataReceived += (_, line) => Hear(line.Data, hear);
        sandbox.process.Start();
        sandbox.process.BeginOutputReadLine();
        sandbox.process.BeginErrorReadLine();
        return sandbox;
    }

    public async Task<Outcome> InvokeAsync(byte[] payload, TimeSpan timeout, CancellationToken stop)
    {
        var working = endpoint.InvokeAsync(payload, timeout);
        if (process.HasExited) endpoint.Fail(LastWords);
        try
        {
            return await working.WaitAsync(timeout, stop).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Kill();
            return new("", [], $"Sandbox.Timedout: no answer within {timeout.TotalSeconds:0} seconds");
        }
    }

    public void Kill()
    {
        isKilled = true;
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync().ConfigureAwait(false);
        process.Dispose();
        await endpoint.DisposeAsync().ConfigureAwait(false);
    }

    private static void Hear(string? line, Action<string> hear)
    {
        if (line is not null) hear(line);
    }
}

/// <summary>A function unpacked: where its code is and what its processes are told.</summary>
internal sealed record FunctionImage(string Name, string Arn, string Role, string Folder, TimeSpan Timeout, Dictionary<string, string> Environment);
