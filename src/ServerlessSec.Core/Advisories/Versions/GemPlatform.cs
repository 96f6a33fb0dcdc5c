namespace ServerlessSec.Advisories.Versions;

/// <summary>The platform in the full name of a gem: <c>nokogiri-1.13.6-x86_64-linux</c>, <c>-java</c>, <c>-arm64-darwin-22</c>.</summary>
internal static class GemPlatform
{
    // What Gem::Platform names as processor or, alone, as system.
    private static readonly string[] Beginnings =
    [
        "aarch64", "arm", "i386", "i486", "i586", "i686", "java", "jruby", "mingw", "mswin", "universal", "x64", "x86",
        "x86_64", "powerpc", "ppc", "s390x", "riscv", "sparc", "mips", "loongarch", "dalvik", "darwin", "linux", "freebsd", "wasm",
    ];

    /// <summary>The version without a platform; as it is where none follows.</summary>
    public static string Strip(string version)
    {
        var hyphen = version.IndexOf('-', StringComparison.Ordinal);
        if (hyphen <= 0) return version;
        var platform = version.AsSpan(hyphen + 1);
        foreach (var beginning in Beginnings)
        {
            if (platform.StartsWith(beginning, StringComparison.OrdinalIgnoreCase)) return version[..hyphen];
        }

        return version;
    }
}
