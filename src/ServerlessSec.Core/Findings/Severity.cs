using System.Text.Json.Serialization;

namespace ServerlessSec.Findings;

[JsonConverter(typeof(EnumText<Severity>))]
public enum Severity
{
    Informational,
    Low,
    Medium,
    High,
    Critical,
}
