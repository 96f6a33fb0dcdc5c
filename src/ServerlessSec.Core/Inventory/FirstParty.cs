namespace ServerlessSec.Inventory;

/// <summary>Tells the application's own files from those that installed packages brought.</summary>
internal static class FirstParty
{
    private static readonly string[] Installed = ["node_modules/", "site-packages/", ".dist-info/", ".egg-info/"];

    /// <summary>Packages carry the lock files of their own development, which do not speak for the application.</summary>
    public static bool Owns(string path)
    {
        foreach (var folder in Installed)
        {
            if (path.Contains(folder, StringComparison.Ordinal)) return false;
        }

        return !(path.Contains("/gems/", StringComparison.Ordinal) && path.Contains("ruby/", StringComparison.Ordinal));
    }
}
