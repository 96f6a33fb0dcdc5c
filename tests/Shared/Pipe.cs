using System.Diagnostics;

namespace ServerlessSec.Shared;

/// <summary>A named pipe that nobody writes to: whoever opens it waits for ever.</summary>
internal static class Pipe
{
    public static string At(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "named pipes are no files on Windows: run on Linux or macOS");
        using var made = Process.Start("mkfifo", [path]);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
        return path;
    }
}
