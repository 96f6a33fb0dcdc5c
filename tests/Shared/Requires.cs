namespace ServerlessSec.Shared;

/// <summary>
/// What a machine with the SDK alone lacks. A test that needs it is skipped with the way to install it;
/// <c>SERVERLESSSEC_REQUIRE=emulator,native,corpus</c> turns such skips into failures.
/// </summary>
internal static class Requires
{
    /// <summary>The folder of labelled data, by <c>SERVERLESSSEC_CORPUS</c>, else beside the checkout.</summary>
    public static string Corpus(string relative = "")
    {
        var root = Environment.GetEnvironmentVariable("SERVERLESSSEC_CORPUS") is { Length: > 0 } set ? set : Repository.Path("../shared/corpus");
        var path = Path.GetFullPath(Path.Combine(root, relative));
        if (!Path.Exists(path)) Lack("corpus", $"'{path}' is not there: put the corpus beside the checkout or name it in SERVERLESSSEC_CORPUS");
        return path;
    }

    /// <summary>The natively compiled command line.</summary>
    public static string Native()
    {
        var binary = Repository.Path("artifacts/publish/ServerlessSec.Cli/release_linux-x64/serverlesssec");
        if (!File.Exists(binary)) Lack("native", "no native binary: install gcc and run 'dotnet publish src/ServerlessSec.Cli -r linux-x64 -c Release'");
        return binary;
    }

    /// <summary>The AWS emulator's program; who calls this starts it.</summary>
    public static string Emulator()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(static folder => Path.Combine(folder, "moto_server")).FirstOrDefault(File.Exists);
        if (found is null) Lack("emulator", "no AWS emulator: install it with \"pip install 'moto[server]'\", so that 'moto_server' is on the PATH");
        return found!;
    }

    /// <summary>What the emulated cloud is made of: the emulator, and what expands the template.</summary>
    public static void EmulatedCloud()
    {
        Emulator();
        using var python = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("python3", ["-c", "import moto.moto_server.werkzeug_app, samtranslator"]) { RedirectStandardError = true })!;
        python.StandardError.ReadToEnd();
        python.WaitForExit();
        if (python.ExitCode != 0) Lack("emulator", "no emulated cloud: pip install 'moto[all,server]' aws-sam-translator");
    }

    /// <summary>Skips the calling test, or fails it where the thing is required.</summary>
    public static void Lack(string what, string reason)
    {
        var required = (Environment.GetEnvironmentVariable("SERVERLESSSEC_REQUIRE") ?? "").Split(',', StringSplitOptions.TrimEntries);
        if (required.Contains(what) || (what == "corpus" && Environment.GetEnvironmentVariable("CI") == "true")) Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
