using System.Net;
using Amazon.S3;
using ServerlessSec.Aws.Clients;

namespace ServerlessSec.Aws.Collecting;

/// <summary>
/// Code that Lambda keeps no copy of and runs from its owner's bucket, version by version
/// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-self-managed-storage.html): read as the scanner itself.
/// </summary>
internal sealed class OwnersObjects(IAmazonS3 s3, TimeProvider time)
{
    private const string Scheme = "s3://";
    private const string Version = "?versionId=";

    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(10);

    /// <summary>An object as the address of a package; null where there is none.</summary>
    public static string? AddressOf(ResolvedObject? stored) =>
        stored is null ? null : $"{Scheme}{stored.S3Bucket}/{stored.S3Key}{(stored.S3ObjectVersion is null ? "" : Version + stored.S3ObjectVersion)}";

    public static bool IsOne(string address) => address.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Something that a GET answers, as for code that Lambda keeps.</summary>
    public Task<string> SignAsync(string address)
    {
        var (bucket, key, version) = Parts(address);
        var isPlain = s3.Config.ServiceURL?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true;
        return s3.GetPreSignedURLAsync(new()
        {
            BucketName = bucket,
            Key = key,
            VersionId = version,
            Verb = HttpVerb.GET,
            Protocol = isPlain ? Protocol.HTTP : Protocol.HTTPS,
            Expires = (time.GetUtcNow() + Lives).UtcDateTime,
        });
    }

    /// <summary>What S3 means by refusing it.</summary>
    public static string Missing(string address)
    {
        var (bucket, key, version) = Parts(address);
        return $"{(version is null ? "s3:GetObject" : "s3:GetObjectVersion")} on {bucket}/{key}, where its owner keeps it, was refused";
    }

    /// <summary>Answers that no other attempt would change: it is gone, or in another Region.</summary>
    public static bool IsFinal(HttpRequestException failed) =>
        failed.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect or HttpStatusCode.MethodNotAllowed;

    public static string Gone(string address, HttpRequestException failed)
    {
        var why = failed.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed ? "has it no more" : "is in another Region";
        return $"the bucket {Parts(address).Bucket}, where its owner keeps it, {why}";
    }

    private static (string Bucket, string Key, string? Version) Parts(string address)
    {
        var slash = address.IndexOf('/', Scheme.Length);
        var version = address.LastIndexOf(Version, StringComparison.Ordinal);
        return version < 0
            ? (address[Scheme.Length..slash], address[(slash + 1)..], null)
            : (address[Scheme.Length..slash], address[(slash + 1)..version], address[(version + Version.Length)..]);
    }
}
