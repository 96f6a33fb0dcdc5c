namespace ServerlessSec.Inventory.Ruby;

/// <summary>Names and versions of gems. A version has no hyphen; what stands behind one is the platform it was built for.</summary>
internal static class Gem
{
    public const string Ecosystem = "RubyGems";

    /// <summary>Null where name and version make no gem.</summary>
    public static Component? Component(string name, string version)
    {
        version = version.Split('-')[0].Trim();
        var isGem = name.Length is > 0 and <= 200 && version.Length is > 0 and <= 256 && char.IsAsciiDigit(version[0])
            && !name.AsSpan().ContainsAny(" /\t\"'") && !version.AsSpan().ContainsAny(" /\t\"'");
        return isGem ? new() { Purl = Purl.Of("gem", null, name, version), Ecosystem = Ecosystem, Name = name, Version = version } : null;
    }
}
