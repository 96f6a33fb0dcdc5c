using System.IO.Compression;
using System.Text;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Emulation;

namespace ServerlessSec.Functions.Emulated;

/// <summary>An export of advisories in a bucket of the emulated account, from which refreshes fetch.</summary>
internal static class AdvisoryMirror
{
    private const string Bucket = "advisory-mirror";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Must come before the first refresh. The other ecosystems have one advisory each, and keep it.</summary>
    public static async Task OpenAsync(EmulatedCloud cloud)
    {
        cloud.Options.Environment["ADVISORY_SOURCE"] = new Uri(cloud.Address, Bucket).ToString();
        await cloud.Aws.CreateBucketAsync(Bucket, Stop);
        await cloud.Aws.PutObjectAsync(Bucket, "?policy", Encoding.UTF8.GetBytes(
            $$"""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::{{Bucket}}/*"}]}"""), Stop);
        foreach (var ecosystem in AdvisoryRefresh.Ecosystems.Where(static e => e != "npm")) await PutAsync(cloud, ecosystem, ("GHSA-0000-0000-0000", "2026-10-01T00:00:00Z"));
    }

    /// <summary>Advisories for every version of the npm package <c>left</c>, in place of those before.</summary>
    public static Task OfferAsync(EmulatedCloud cloud, params (string Id, string Modified)[] records) => PutAsync(cloud, "npm", records);

    private static async Task PutAsync(EmulatedCloud cloud, string ecosystem, params (string Id, string Modified)[] records)
    {
        using var bytes = new MemoryStream();
        await using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (id, modified) in records)
            {
                await using var writer = new StreamWriter(await zip.CreateEntry(id + ".json").OpenAsync(Stop));
                await writer.WriteAsync($$"""{"id":"{{id}}","modified":"{{modified}}","affected":[{"package":{"ecosystem":"{{ecosystem}}","name":"left"},"ranges":[{"type":"{{(ecosystem == "npm" ? "SEMVER" : "ECOSYSTEM")}}","events":[{"introduced":"0"}]}]}]}""");
            }
        }

        await cloud.Aws.PutObjectAsync(Bucket, $"{ecosystem}/all.zip", bytes.ToArray(), Stop);
    }
}
