using Amazon;

namespace ServerlessSec.Aws.Receiving;

/// <summary>The ways in which AWS names a layer: name, ARN, ARN of a version.</summary>
public static class LayerName
{
    /// <summary>The ARN without version, or null where the text names no layer.</summary>
    /// <param name="text"><c>name</c>, or an ARN with or without version.</param>
    /// <param name="account">The owner of a layer that is named without one.</param>
    public static string? Unversioned(string? text, string account, string region) => text?.Split(':') switch
    {
        ["arn", _, "lambda", _, _, "layer", { Length: > 0 }, ..] parts => string.Join(':', parts[..7]),
        [{ Length: > 0 }] when account.Length > 0 && region.Length > 0 =>
            $"arn:{RegionEndpoint.GetBySystemName(region).PartitionName}:lambda:{region}:{account}:layer:{text}",
        _ => null,
    };
}
