using System.IO.Compression;
using System.Net;
using System.Text;
using ServerlessSec.Advisories;

namespace ServerlessSec.Sources.Advisories;

/// <summary>A directory that goes with the test, and small exports of advisories.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch() => Directory.CreateDirectory(Root);

    public string Root { get; } = Path.Combine(Path.GetTempPath(), $"serverlesssec-tests-{Guid.NewGuid():N}");

    public string Store => Path.Combine(Root, "store");

    public string File(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    public string File(string name, string text) => File(name, Encoding.UTF8.GetBytes(text));

    public static byte[] Archive(IEnumerable<(string Name, string Text)> entries)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return bytes.ToArray();
    }

    public static byte[] Zip(params (string Id, string Json)[] records) => Archive(records.Select(record => ($"{record.Id}.json", record.Json)));

    public static (string Id, string Json) Record(string id, string name = "left", string ecosystem = "npm", string modified = "2024-01-01T00:00:00Z", string @fixed = "2.0.0", string more = "") =>
        (id, $$"""{"id":"{{id}}","modified":"{{modified}}","summary":"{{id}} of {{name}}",{{more}}"affected":[{"package":{"ecosystem":"{{ecosystem}}","name":"{{name}}"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"{{@fixed}}"}] } ] } ] }""");

    public static AdvisoryStoreBuilder Builder(HttpMessageHandler? handler = null) => new(Download(handler));

    public static AdvisoryDownload Download(HttpMessageHandler? handler = null) => new(new HttpClient(handler ?? new FakeServer(_ => new(HttpStatusCode.NotFound))));

    public Task<AdvisoryBuild> BuildAsync(params string[] sources) => Builder().BuildAsync(sources, Store, stop: TestContext.Current.CancellationToken);

    public async Task<AdvisoryStore> OpenAsync(params string[] ecosystems)
    {
        var store = new AdvisoryStore(Store);
        await store.PrepareAsync(ecosystems, TestContext.Current.CancellationToken);
        return store;
    }

    /// <summary>Ids that the store has for a package.</summary>
    public async Task<string> IdsAsync(string ecosystem, string name)
    {
        using var store = await OpenAsync(ecosystem);
        return string.Join(' ', store.Find(ecosystem, Ecosystems.NormaliseName(ecosystem, name)).Select(advisory => advisory.Id));
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}

/// <summary>Answers requests in the process; every request is kept.</summary>
internal sealed class FakeServer(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
{
    public List<string> Requests { get; } = [];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add($"{request.Method} {request.RequestUri} {request.Headers.IfNoneMatch}".TrimEnd());
        var response = answer(request);
        response.RequestMessage = request;
        return Task.FromResult(response);
    }
}
