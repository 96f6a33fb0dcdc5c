using System.Text.Json.Serialization;

namespace ServerlessSec;

/// <summary>One separately collected or derived part of what is known about a function; a rule names the smallest it needs.</summary>
[Flags]
[JsonConverter(typeof(EnumText<Evidence>))]
public enum Evidence
{
    None = 0,
    Configuration = 1 << 0,
    ResourcePolicy = 1 << 1,
    ExecutionRole = 1 << 2,
    Triggers = 1 << 3,
    Logs = 1 << 4,
    Package = 1 << 5,

    Inventory = 1 << 6,
    Matches = 1 << 7,
    Secrets = 1 << 8,
    Flows = 1 << 9,
    SdkCalls = 1 << 10,
}

/// <summary>The evidence that is collected; the rest is derived from it by engines.</summary>
public static class Collected
{
    public const Evidence Posture =
        Evidence.Configuration | Evidence.ResourcePolicy | Evidence.ExecutionRole | Evidence.Triggers | Evidence.Logs;

    public const Evidence All = Posture | Evidence.Package;
}
