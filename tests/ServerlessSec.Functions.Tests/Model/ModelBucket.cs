using System.Net;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace ServerlessSec.Functions.Model;

/// <summary>Buckets in memory.</summary>
internal sealed class ModelBucket(VirtualTime time) : AmazonS3Client(new AnonymousAWSCredentials(), RegionEndpoint.EUCentral1)
{
    private static readonly TimeSpan Access = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<string, byte[]> objects = [];

    public override async Task<PutObjectResponse> PutObjectAsync(PutObjectRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Access, time, cancellationToken);
        using var content = new MemoryStream();
        request.InputStream.CopyTo(content);
        objects[$"{request.BucketName}/{request.Key}"] = content.ToArray();
        return new();
    }

    public override async Task<GetObjectResponse> GetObjectAsync(GetObjectRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Access, time, cancellationToken);
        return objects.TryGetValue($"{request.BucketName}/{request.Key}", out var content)
            ? new() { ResponseStream = new MemoryStream(content, writable: false) }
            : throw new AmazonS3Exception("there is no such key") { StatusCode = HttpStatusCode.NotFound, ErrorCode = "NoSuchKey" };
    }

    public override async Task<PutObjectTaggingResponse> PutObjectTaggingAsync(PutObjectTaggingRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Delay(Access, time, cancellationToken);
        return new();
    }
}
