using System.Text;

namespace ServerlessSec.Cli;

/// <summary>Runs the program as a user does, in a folder of its own, on a fixed day, with no terminal and no network.</summary>
internal sealed class CommandLine : IDisposable
{
    public CommandLine() => Directory.CreateDirectory(Folder);

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), "serverlesssec-" + Path.GetRandomFileName());

    public Dictionary<string, string> Variables { get; } = [];

    public int? Width { get; init; }

    public bool Unicode { get; init; } = true;

    public bool IsTerminal { get; init; }

    /// <summary>Answers HTTP; by default nothing does.</summary>
    public Func<HttpMessageHandler> Http { get; init; } = static () => new NoNetwork();

    public CancellationToken Stop { get; init; }

    public string File(string name, string text) => File(name, Encoding.UTF8.GetBytes(text));

    public string File(string name, byte[] bytes)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    public async Task<Outcome> RunAsync(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        var exit = await Program.RunAsync(
            args,
            new()
            {
                Output = output,
                Error = error,
                OutputIsTerminal = IsTerminal,
                ErrorIsTerminal = IsTerminal,
                Unicode = Unicode,
                TerminalWidth = Width,
                Time = new FixedDay(),
                Variable = name => name == "SERVERLESSSEC_CACHE" ? Path.Combine(Folder, "cache") : Variables.GetValueOrDefault(name),
                Http = Http,
            },
            Stop);
        return new(exit, Hide(Encoding.UTF8.GetString(output.ToArray())), Hide(error.ToString()));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>What a test compares names no folder of this machine.</summary>
    private string Hide(string text) => text.Replace(Folder + "/", "", StringComparison.Ordinal).Replace(Folder, ".", StringComparison.Ordinal);

    private sealed class FixedDay : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);
    }

    private sealed class NoNetwork : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("no network in tests");
    }
}

internal sealed record Outcome(int Exit, string Output, string Error);
