using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using ServerlessSec.Emulation.Emulator;

namespace ServerlessSec.Emulation.Functions;

/// <summary>Runs the account's functions: a process for each invocation that finds none idle, with the credentials of the function's role.</summary>
internal sealed class FunctionHost(AwsCaller aws, Uri address, CloudOptions options, string folder, Action<string, string> hear) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<FunctionImage>>> images = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ConcurrentBag<Sandbox>> idle = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Sandbox, FunctionImage> all = new();
    private readonly Lock unpacking = new();
    private int active;

    /// <summary>How many invocations run.</summary>
    public int Active => Volatile.Read(ref active);

    /// <param name="function">Name or ARN.</param>
    public async Task<Outcome> InvokeAsync(string function, byte[] payload, CancellationToken stop)
    {
        var name = NameOf(function);
        Interlocked.Increment(ref active);
        try
        {
            var image = await images.GetOrAdd(name, n => new(() => LoadAsync(n))).Value.ConfigureAwait(false);
            var sandbox = await TakeAsync(image).ConfigureAwait(false);
            var outcome = await sandbox.InvokeAsync(payload, image.Timeout, stop).ConfigureAwait(false);
            await ReturnAsync(image, sandbox).ConfigureAwait(false);
            if (outcome.Fault is { } fault) hear(image.Name, $"invocation failed: {fault}");
            return outcome;
        }
        finally
        {
            Interlocked.Decrement(ref active);
        }
    }

    /// <summary>Ends the processes that have a role, as a fault would.</summary>
    public void Kill(string role)
    {
        foreach (var (sandbox, image) in all)
        {
            if (image.Role == role) sandbox.Kill();
        }
    }

    /// <summary>Lets idle processes go, so that what comes next starts cold and with the configuration of now.</summary>
    public async Task ForgetAsync()
    {
        images.Clear();
        foreach (var bag in idle.Values)
        {
            while (bag.TryTake(out var sandbox)) await EndAsync(sandbox).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var sandbox in all.Keys.ToList()) await EndAsync(sandbox).ConfigureAwait(false);
    }

    private static string NameOf(string function) => function.StartsWith("arn:", StringComparison.Ordinal) ? function.Split(':')[6] : function;

    private async Task<Sandbox> TakeAsync(FunctionImage image)
    {
        var bag = idle.GetOrAdd(image.Name, static _ => []);
        while (bag.TryTake(out var found))
        {
            if (found.IsAlive) return found;
            await EndAsync(found).ConfigureAwait(false);
        }

        var sandbox = await Sandbox.StartAsync(image, line => hear(image.Name, line)).ConfigureAwait(false);
        all[sandbox] = image;
        return sandbox;
    }

    private async Task ReturnAsync(FunctionImage image, Sandbox sandbox)
    {
        if (sandbox.IsAlive) idle[image.Name].Add(sandbox);
        else await EndAsync(sandbox).ConfigureAwait(false);
    }

    private async Task EndAsync(Sandbox sandbox)
    {
        if (all.TryRemove(sandbox, out _)) await sandbox.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<FunctionImage> LoadAsync(string name)
    {
        var answer = await aws.RestAsync("lambda", HttpMethod.Get, $"/2015-03-31/functions/{name}").ConfigureAwait(false);
        var configuration = answer["Configuration"]!.AsObject();
        var role = configuration["Role"]!.GetValue<string>();
        var memory = configuration["MemorySize"]!.GetValue<int>();
        var environment = await CredentialsAsync(role, name).ConfigureAwait(false);
        foreach (var (key, value) in options.Environment) environment[key] = value;
        foreach (var (key, value) in configuration["Environment"]?["Variables"]?.AsObject() ?? []) environment.TryAdd(key, value!.ToString());
        var code = await UnpackAsync(configuration["CodeSha256"]!.GetValue<string>(), answer["Code"]!["Location"]!.GetValue<string>()).ConfigureAwait(false);
        environment["_HANDLER"] = configuration["Handler"]?.GetValue<string>() ?? "";
        environment["LAMBDA_TASK_ROOT"] = code;
        environment["AWS_REGION"] = environment["AWS_DEFAULT_REGION"] = options.Region;
        environment["AWS_LAMBDA_FUNCTION_NAME"] = name;
        environment["AWS_LAMBDA_FUNCTION_VERSION"] = "$LATEST";
        environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] = memory.ToString(CultureInfo.InvariantCulture);
        environment["AWS_ENDPOINT_URL"] = address.ToString().TrimEnd('/');
        environment["AWS_EC2_METADATA_DISABLED"] = "true";
        // What the runtime would take from the sandbox's own limit.
        environment["DOTNET_GCHeapHardLimit"] = (memory * 3L / 4 * 1024 * 1024).ToString("x", CultureInfo.InvariantCulture);
        return new(name, configuration["FunctionArn"]!.GetValue<string>(), role, code, TimeSpan.FromSeconds(configuration["Timeout"]!.GetValue<int>()), environment);
    }

    private async Task<Dictionary<string, string>> CredentialsAsync(string role, string session)
    {
        var answer = await aws.QueryAsync("sts", "AssumeRole", "2011-06-15", [new("RoleArn", role), new("RoleSessionName", session[..Math.Min(64, session.Length)])]).ConfigureAwait(false);
        string Value(string name) => answer.Descendants(name).First().Value;
        return new()
        {
            ["AWS_ACCESS_KEY_ID"] = Value("AccessKeyId"),
            ["AWS_SECRET_ACCESS_KEY"] = Value("SecretAccessKey"),
            ["AWS_SESSION_TOKEN"] = Value("SessionToken"),
        };
    }

    /// <summary>Functions of the same code share a folder.</summary>
    private async Task<string> UnpackAsync(string hash, string url)
    {
        var target = Path.Combine(folder, "code-" + Convert.ToHexStringLower(Convert.FromBase64String(hash))[..16]);
        var zip = await aws.GetAsync(url).ConfigureAwait(false);
        lock (unpacking)
        {
            if (Directory.Exists(target)) return target;
            using var archive = new ZipArchive(new MemoryStream(zip));
            archive.ExtractToDirectory(target);
            var program = Path.Combine(target, "bootstrap");
            if (File.Exists(program) && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, File.GetUnixFileMode(program) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
            return target;
        }
    }
}
