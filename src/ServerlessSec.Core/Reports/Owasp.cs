using ServerlessSec.Findings;

namespace ServerlessSec.Reports;

/// <summary>The risks of OWASP's Serverless Top 10 as readers know them.</summary>
public static class Owasp
{
    /// <summary>Such as <c>A2:2017 Broken Authentication</c>.</summary>
    public static string Name(ServerlessRisk risk) => $"A{(int)risk}:2017 {Words(risk)}";

    private static string Words(ServerlessRisk risk) => risk switch
    {
        ServerlessRisk.Injection => "Injection",
        ServerlessRisk.BrokenAuthentication => "Broken Authentication",
        ServerlessRisk.SensitiveDataExposure => "Sensitive Data Exposure",
        ServerlessRisk.XmlExternalEntities => "XML External Entities",
        ServerlessRisk.BrokenAccessControl => "Broken Access Control",
        ServerlessRisk.SecurityMisconfiguration => "Security Misconfiguration",
        ServerlessRisk.CrossSiteScripting => "Cross-Site Scripting",
        ServerlessRisk.InsecureDeserialization => "Insecure Deserialization",
        ServerlessRisk.VulnerableComponents => "Vulnerable Components",
        ServerlessRisk.InsufficientLogging => "Insufficient Logging and Monitoring",
        _ => throw new ArgumentOutOfRangeException(nameof(risk), risk, null),
    };
}
