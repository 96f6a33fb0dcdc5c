namespace ServerlessSec.Aws.Clients.Wire;

/// <summary>What distinguishes one AWS service from another on the wire.</summary>
/// <param name="ServiceId">As in the service's API model; also names <c>AWS_ENDPOINT_URL_&lt;SERVICE&gt;</c>.</param>
/// <param name="EndpointPrefix">First label of the host name.</param>
/// <param name="SigningName">Service name in the credential scope of SigV4.</param>
/// <param name="ApiVersion">Version that the query protocol sends.</param>
/// <param name="TargetPrefix">Of <c>X-Amz-Target</c>, where the protocol is awsJson.</param>
/// <param name="IsGlobal">The service has one endpoint a partition (IAM).</param>
internal sealed record WireService(
    string ServiceId, string EndpointPrefix, string SigningName, string ApiVersion, string? TargetPrefix = null, bool IsGlobal = false);
