using System.Net;
using Amazon.Runtime;

namespace ServerlessSec.Aws.Collecting;

public class AttemptTests
{
    [Theory]
    [InlineData("ResourceNotFoundException", 404)]
    [InlineData("NoSuchEntity", 404)]
    public async Task What_AWS_does_not_know_is_absent(string code, int status) =>
        Assert.Equal((true, null), (await TryAsync(code, status)) is var attempt ? (attempt.IsAbsent, attempt.Denied) : default);

    [Theory]
    [InlineData("AccessDenied", 403, "", "lambda:GetPolicy was refused (AccessDenied)")]
    [InlineData("AccessDeniedException", 400, "because no identity-based policy allows the lambda:GetPolicy action", "lambda:GetPolicy was refused (AccessDeniedException)")]
    [InlineData("AccessDeniedException", 403, "explicit deny in a service control policy", "lambda:GetPolicy was refused by a service control policy (AccessDeniedException)")]
    [InlineData("AccessDeniedException", 403, "no permissions boundary allows the action", "lambda:GetPolicy was refused by a permissions boundary (AccessDeniedException)")]
    [InlineData("AccessDeniedException", 403, "not authorized to perform: kms:Decrypt", "kms:Decrypt was refused within lambda:GetPolicy (AccessDeniedException)")]
    [InlineData("KMSAccessDeniedException", 502, "", "kms:Decrypt was refused within lambda:GetPolicy (KMSAccessDeniedException)")]
    public async Task What_a_policy_forbids_is_denied_and_says_which_one(string code, int status, string message, string denied) =>
        Assert.Equal((false, denied), (await TryAsync(code, status, message)) is var attempt ? (attempt.IsAbsent, attempt.Denied) : default);

    /// <summary>Nothing about the function, the role or the permission follows from these: they are thrown, and tried again.</summary>
    [Theory]
    [InlineData("ExpiredTokenException", 403)]
    [InlineData("ExpiredToken", 403)]
    [InlineData("InvalidSignatureException", 403)]
    [InlineData("SignatureDoesNotMatch", 403)]
    [InlineData("RequestExpired", 403)]
    [InlineData("UnrecognizedClientException", 403)]
    [InlineData("InvalidClientTokenId", 403)]
    [InlineData("Http403", 403)]
    [InlineData("Http404", 404)]
    [InlineData("NoSuchBucket", 404)]
    [InlineData("UnknownOperationException", 404)]
    [InlineData("TooManyRequestsException", 429)]
    public async Task What_says_nothing_about_the_thing_itself_is_thrown(string code, int status) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<AmazonServiceException>(() => TryAsync(code, status))).ErrorCode);

    private static Task<Attempt<string>> TryAsync(string code, int status, string message = "") => Attempt.CallAsync<string>(
        "lambda:GetPolicy", () => throw new AmazonServiceException(message, null, ErrorType.Sender, code, "request", (HttpStatusCode)status));
}
