namespace ServerlessSec.Sources.Caching;

/// <summary>Where the user's system keeps what can be fetched again.</summary>
public static class CacheDirectory
{
    /// <summary>The directory for a purpose (<c>advisories</c>); it need not exist yet.</summary>
    public static string For(string purpose) => Path.Combine(Root(Environment.GetEnvironmentVariable, Home), "serverlesssec", purpose);

    // XDG Base Directory: a relative XDG_CACHE_HOME is to be ignored.
    internal static string Root(Func<string, string?> environment, string home)
    {
        if (environment("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathFullyQualified(xdg)) return xdg;
        if (OperatingSystem.IsWindows()) return Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches") : Path.Combine(home, ".cache");
    }

    // In a container or a build there may be no home.
    private static string Home =>
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify)
            is { Length: > 0 } home ? home : Path.GetTempPath();
}
