namespace ServerlessSec.Reports;

/// <summary>How reports name the program that wrote them.</summary>
public static class Tool
{
    public const string Name = "serverlesssec";

    /// <summary>The product's version; a test holds it equal to the build's.</summary>
    public const string Version = "0.1.0";
}
