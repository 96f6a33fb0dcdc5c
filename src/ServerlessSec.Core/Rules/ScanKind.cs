namespace ServerlessSec.Rules;

/// <summary>The three scans; each rule runs in exactly one.</summary>
public enum ScanKind
{
    Posture,
    Package,
    Application,
}

/// <summary>Computes which scan runs a rule, from what it needs to see.</summary>
public static class RuleScan
{
    private const Evidence Posture =
        Evidence.Configuration | Evidence.ResourcePolicy | Evidence.ExecutionRole | Evidence.Triggers | Evidence.Logs;

    private const Evidence Package =
        Evidence.Package | Evidence.Inventory | Evidence.Matches | Evidence.Secrets | Evidence.Flows | Evidence.SdkCalls;

    public static ScanKind Of(Rule rule) => rule is ApplicationRule ? ScanKind.Application : Of(rule.Descriptor.Needs);

    private static ScanKind Of(Evidence needs) => ((needs & Posture) != 0, (needs & Package) != 0) switch
    {
        (true, false) => ScanKind.Posture,
        (false, true) => ScanKind.Package,
        _ => ScanKind.Application,
    };
}
