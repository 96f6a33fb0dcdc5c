namespace ServerlessSec.Functions.Runtime;

/// <summary>One event to work on.</summary>
/// <param name="Deadline">When Lambda ends the invocation.</param>
/// <param name="TraceId">X-Ray header, where tracing is on.</param>
internal sealed record Invocation(string RequestId, DateTimeOffset Deadline, string FunctionArn, string? TraceId, ReadOnlyMemory<byte> Payload);
