using Amazon.S3;
using Amazon.S3.Model;
using ServerlessSec.Inventory;
using ServerlessSec.Reports.CycloneDx;
using ServerlessSec.Scanning;
using Owner = ServerlessSec.Scanning.Owner;

namespace ServerlessSec.Aws.Storing;

/// <summary>Inventories twice: as rows, for look-ups by component, and as a CycloneDX document for each function, for people and their tools.</summary>
public sealed class FunctionInventories(InventoryStore rows, IAmazonS3 client, string bucket, TimeProvider time) : IInventoryStore
{
    public async Task PutAsync(Owner owner, string address, PackageInventory inventory, CancellationToken stop)
    {
        await rows.PutAsync(address, inventory.Components, stop).ConfigureAwait(false);
        using var document = new MemoryStream();
        CycloneDxReport.Write(owner.Arn, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime), inventory, document);
        document.Position = 0;
        await client.PutObjectAsync(
            new PutObjectRequest { BucketName = bucket, Key = ObjectKey(owner), InputStream = document, ContentType = "application/vnd.cyclonedx+json", AutoCloseStream = false },
            stop).ConfigureAwait(false);
    }

    public Task ReleaseAsync(Owner owner, CancellationToken stop) => ReleasedObject.MarkAsync(client, bucket, ObjectKey(owner), stop);

    private static string ObjectKey(Owner owner) => $"functions/{owner.Function}.cdx.json";
}
