using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// An object that nothing refers to any more carries a tag, by which its bucket expires it. What is written anew under the
/// same key has no tag, so that nothing in use ever expires.
/// </summary>
internal static class ReleasedObject
{
    public const string Tag = "serverlesssec:released";
    public const string Value = "true";

    public static async Task MarkAsync(IAmazonS3 client, string bucket, string key, CancellationToken stop)
    {
        try
        {
            await client.PutObjectTaggingAsync(
                new PutObjectTaggingRequest { BucketName = bucket, Key = key, Tagging = new() { TagSet = [new() { Key = Tag, Value = Value }] } }, stop).ConfigureAwait(false);
        }
        catch (AmazonS3Exception absent) when (absent.ErrorCode is "NoSuchKey" or "MethodNotAllowed" or "AccessDenied")
        {
            // It is gone already: a marker of its deletion takes no tag, and who may not list a bucket is told no more than "denied".
        }
    }
}
