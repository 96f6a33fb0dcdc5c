using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Reports;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>
/// Tells a function from what it was, by what list calls show of it, so that a sweep finds what no event told of. The
/// program's version is part of it: what another version saw is looked at again.
/// </summary>
internal static class FunctionMark
{
    public static string OfPosture(FunctionDescription function, IEnumerable<EventSourceMapping> mappings, ExecutionRole? role) => Digest(
    [
        function.RevisionId, function.LastModified, function.Role, function.Runtime, function.Handler, function.KMSKeyArn,
        function.MemorySize?.ToString(CultureInfo.InvariantCulture), function.Timeout?.ToString(CultureInfo.InvariantCulture),
        .. mappings.OrderBy(static m => m.UUID, StringComparer.Ordinal)
            .Select(static m => $"{m.UUID} {m.FunctionArn} {m.State} {m.EventSourceArn} {m.BatchSize} {m.MaximumRetryAttempts} {m.ScalingConfig?.MaximumConcurrency} {m.DestinationConfig?.OnFailure?.Arn}"),
        OfRole(role),
    ]);

    public static string? OfPackage(FunctionDescription function) =>
        function.CodeSha256 is not { Length: > 0 } code ? null : Digest([code, function.Runtime, .. function.Layers.Select(static l => l.Arn)]);

    /// <summary>As above, and the versions that are served, which lists of functions do not show: those stand behind.</summary>
    /// <param name="function">What is not published.</param>
    /// <param name="packages">All that is served.</param>
    public static string? OfPackages(FunctionDescription function, FunctionSnapshot packages) =>
        OfPackage(function) is not { } own || packages.Versions.IsEmpty ? OfPackage(function) : $"{own}.{Digest(packages.Served.Prepend(packages).SelectMany(static each =>
            each.Versions.Select(static version => $"{version.Number} {string.Join(' ', version.Aliases)}").Order(StringComparer.Ordinal).Append(each.Package.Digest)))}";

    /// <summary>Whether a function was looked at when its mark was this, as far as lists show.</summary>
    public static bool IsOf(string? evidence, string? mark) => evidence == mark || (mark is not null && evidence?.StartsWith(mark + ".", StringComparison.Ordinal) == true);

    private static string OfRole(ExecutionRole? role) => role is null || role.Trust is null ? "" : Digest(
    [
        role.Arn,
        .. role.Policies.Append(role.Boundary).Append(role.Trust).OfType<PolicySnapshot>()
            .Select(static p => $"{p.Kind} {p.Name} {p.Arn} {p.Json}").Order(StringComparer.Ordinal),
    ]);

    private static string Digest(IEnumerable<string?> parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', parts.Prepend(Tool.Version)))))[..32];
}
