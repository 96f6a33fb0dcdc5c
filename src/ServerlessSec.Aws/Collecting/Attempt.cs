using System.Net;
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
            return new(null, false, $"{permission} was refused ({answer.ErrorCode})");
        }
    }

    /// <summary>Why a call gave nothing after the client's own attempts, as a lowercase fragment.</summary>
    public static string Failure(Exception failed) => failed switch
    {
        AmazonServiceException { ErrorCode: { Length: > 0 } code } => $"AWS answered {code} again and again",
        OperationCanceledException => "AWS did not answer in time",
        _ => "AWS could not be reached",
    };

    public static bool IsAbsent(AmazonServiceException answer) =>
        answer.StatusCode == HttpStatusCode.NotFound || answer.ErrorCode is "ResourceNotFoundException" or "NoSuchEntity" or "NoSuchEntityException";

    public static bool IsDenied(AmazonServiceException answer) =>
        answer.StatusCode == HttpStatusCode.Forbidden
        || answer.ErrorCode is "AccessDenied" or "AccessDeniedException" or "UnauthorizedOperation" or "KMSAccessDeniedException";
}
