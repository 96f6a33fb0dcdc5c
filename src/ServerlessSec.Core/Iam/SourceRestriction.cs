using System.Text.Json.Serialization;

namespace ServerlessSec.Iam;

/// <summary>How far a service principal is tied to the resource it should call for.</summary>
[JsonConverter(typeof(EnumText<SourceRestriction>))]
public enum SourceRestriction
{
    Unknown,

    /// <summary>Neither source ARN, account nor organization.</summary>
    None,

    /// <summary>A source ARN that names no account (an S3 bucket's), and no account beside it.</summary>
    ArnWithoutAccount,
    Restricted,
}
