namespace ServerlessSec.Findings;

public enum Severity
{
    Informational,
    Low,
    Medium,
    High,
    Critical,
}
