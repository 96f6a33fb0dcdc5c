using ServerlessSec.Scanning;
using ServerlessSec.Sources.Packages;
using ServerlessSec.Sources.Packages.Images;
using ServerlessSec.Sources.Targets;

namespace ServerlessSec.Cli.Commands;

/// <summary>Where the packages of targets come from: the disk, or a registry, which is reached and logged in to only then.</summary>
internal sealed class TargetPackages(ScanLimits limits, Surroundings here) : IDisposable
{
    private readonly Lazy<HttpClient> http = new(() => here.Http is { } answers ? new(answers()) : new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10) }));
    private readonly Lazy<RegistryCredentials> credentials = new(() => Credentials(here));

    public IPackageSource Of(Target target) => target.Image is { } image
        ? new RegistryPackageSource(http.Value, image, credentials.Value, Path.GetTempPath(), limits)
        : new DiskPackageSource(target.Root, limits);

    public void Dispose()
    {
        if (http.IsValueCreated) http.Value.Dispose();
    }

    private static RegistryCredentials Credentials(Surroundings here)
    {
        var folder = here.Variable("DOCKER_CONFIG") is { Length: > 0 } named ? named
            : here.Variable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".docker")
            : null;
        if (folder is null) return RegistryCredentials.None;
        var file = Path.Combine(folder, "config.json");
        try
        {
            return RegistryCredentials.Read(file);
        }
        catch (Exception wrong) when (wrong is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"'{file}' cannot be read as a configuration of docker's", "Mend it, or name another folder in DOCKER_CONFIG.");
        }
    }
}
