using Amazon.Runtime;

namespace ServerlessSec.Aws.Collecting;

/// <summary>
/// What became of one call: an answer, nothing there, or not permitted. Throttling and outages are not among them: the
/// client retries, then throws, and the queue delivers again.
/// </summary>
internal readonly record struct Attempt<T>(T? Value, bool IsAbsent, string? Denied)
    where T : class;

internal static class Attempt
{
    /// <summary>Turns "not found" and "access denied" into answers; <paramref name="permission"/> is what the caller lacked.</summary>
    public static async Task<Attempt<T>> CallAsync<T>(string permission, Func<Task<T>> call)
        where T : class
    {
        try
        {
            return new(await call().ConfigureAwait(false), false, null);
        }
        catch (AmazonServiceException answer) when (IsAbsent(answer))
        {
            return new(null, true, null);
        }
        catch (AmazonServiceException answer) when (IsDenied(answer))
        {
            return new(null, false, Denial(permission, answer));
        }
    }

    /// <summary>Why a call gave nothing after the client's own attempts, as a lowercase fragment.</summary>
    public static string Failure(Exception failed) => failed switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => $"AWS answered {code} again and again",
        OperationCanceledException => "AWS did not answer in time",
        _ => "AWS could not be reached",
    };

    /// <summary>
    /// By the service's own word for it. The status alone says less: a proxy's page, a bucket that is gone or a path that the
    /// service does not know are 404 as well, and nothing that was asked for is gone because of them.
    /// </summary>
    public static bool IsAbsent(AmazonServiceException answer) => answer.ErrorCode is "ResourceNotFoundException" or "NoSuchEntity" or "NoSuchEntityException";

    /// <summary>
    /// A policy says no. Credentials that have expired or are unknown, and a clock that is wrong, are 403 too: they say
    /// nothing about what may be seen, and another time it may be.
    /// </summary>
    public static bool IsDenied(AmazonServiceException answer) =>
        answer.ErrorCode is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "AuthorizationError" || IsOfKey(answer);

    /// <summary>Which permission was refused, and by what where AWS says so: no grant of a role helps against an organization's policy.</summary>
    public static string Denial(string permission, AmazonServiceException answer) => IsOfKey(answer)
        ? $"kms:Decrypt was refused within {permission} ({answer.ErrorCode})"
        : By.FirstOrDefault(by => answer.Message.Contains(by, StringComparison.OrdinalIgnoreCase)) is { } policy
            ? $"{permission} was refused by a {policy} ({answer.ErrorCode})"
            : $"{permission} was refused ({answer.ErrorCode})";

    private static readonly string[] By = ["service control policy", "resource control policy", "permissions boundary", "session policy", "VPC endpoint policy"];

    private static bool IsOfKey(AmazonServiceException answer) =>
        answer.ErrorCode is "KMSAccessDeniedException" or "KMS.AccessDeniedException"
        || (answer.ErrorCode is "AccessDenied" or "AccessDeniedException" && answer.Message.Contains("kms:Decrypt", StringComparison.Ordinal));
}
