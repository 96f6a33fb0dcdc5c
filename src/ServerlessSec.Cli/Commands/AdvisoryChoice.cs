using ServerlessSec.Cli.Terminal;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;
using ServerlessSec.Sources.Caching;

namespace ServerlessSec.Cli.Commands;

/// <summary>Which advisories a scan uses: a directory, the built-in ones, or the cache filled from the public export.</summary>
internal sealed class AdvisoryChoice : IDisposable
{
    private readonly HttpClient? http;

    private AdvisoryChoice(IAdvisorySource source, DownloadProgress progress, HttpClient? http) =>
        (Source, Progress, this.http) = (source, progress, http);

    public IAdvisorySource Source { get; }

    public DownloadProgress Progress { get; }

    public static AdvisoryChoice Open(string? choice, bool offline, TimeSpan maxAge, Surroundings here)
    {
        var progress = new DownloadProgress(here);
        if (choice == "builtin") return new(new BuiltinAdvisories(), progress, null);
        if (choice is null) return OpenCache(offline, maxAge, progress, here);
        if (!Directory.Exists(choice))
            throw new UsageException(
                $"there is no directory of advisories '{choice}'",
                "Make one with 'serverlesssec advisories build', or say --advisories builtin.");
        return new(new AdvisoryStore(choice, here.Time, maxAge), progress, null);
    }

    public void Dispose()
    {
        (Source as IDisposable)?.Dispose();
        http?.Dispose();
    }

    private static AdvisoryChoice OpenCache(bool offline, TimeSpan maxAge, DownloadProgress progress, Surroundings here)
    {
        var http = Client(here);
        return new(
            new CachedAdvisories(new(http), new() { Directory = CacheFolder(here), Offline = offline, MaxAge = maxAge }, progress, here.Time),
            progress,
            http);
    }

    public static HttpClient Client(Surroundings here) => here.Http is { } http ? new(http()) : AdvisoryDownload.CreateClient();

    public static string CacheFolder(Surroundings here) =>
        here.Variable("SERVERLESSSEC_CACHE") is { Length: > 0 } folder
            ? Path.Combine(folder, "advisories")
            : CacheDirectory.For("advisories");
}
