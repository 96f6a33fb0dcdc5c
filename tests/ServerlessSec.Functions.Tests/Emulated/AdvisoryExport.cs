using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ServerlessSec.Aws.Collecting;

namespace ServerlessSec.Functions.Emulated;

/// <summary>A mirror of the public export of advisories on the loopback interface: an archive of records for each ecosystem.</summary>
internal sealed class AdvisoryExport : IDisposable
{
    private readonly HttpListener listener;

    public AdvisoryExport()
    {
        (listener, Address) = Listen();
        _ = Task.Run(ServeAsync);
    }

    public Uri Address { get; }

    /// <summary>By ecosystem; each has at least one record about nothing that tests use.</summary>
    public Dictionary<string, List<JsonObject>> Records { get; } =
        AdvisoryRefresh.Ecosystems.ToDictionary(static e => e, static e => new List<JsonObject> { Record($"TEST-{e}-1", e, "nobody-uses-it", "1.0.0") });

    /// <summary>An OSV record: all versions before <paramref name="fixedIn"/> are affected.</summary>
    /// <param name="modified">Null for now.</param>
    public static JsonObject Record(string id, string ecosystem, string package, string fixedIn, DateTimeOffset? modified = null) => new()
    {
        ["schema_version"] = "1.6.0",
        ["id"] = id,
        ["modified"] = (modified ?? DateTimeOffset.UtcNow).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["summary"] = $"{package} is flawed",
        ["affected"] = new JsonArray(new JsonObject
        {
            ["package"] = new JsonObject { ["ecosystem"] = ecosystem, ["name"] = package },
            ["ranges"] = new JsonArray(new JsonObject
            {
                ["type"] = ecosystem == "npm" ? "SEMVER" : "ECOSYSTEM",
                ["events"] = new JsonArray(new JsonObject { ["introduced"] = "0" }, new JsonObject { ["fixed"] = fixedIn }),
            }),
        }),
    };

    public void Dispose() => listener.Close();

    private static (HttpListener Listener, Uri Address) Listen()
    {
        for (var attempt = 1; ; attempt++)
        {
            int port;
            using (var probe = new TcpListener(IPAddress.Loopback, 0))
            {
                probe.Start();
                port = ((IPEndPoint)probe.LocalEndpoint).Port;
            }

            var listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                return (listener, new($"http://127.0.0.1:{port}"));
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody else was quicker to take it.
            }
        }
    }

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            Answer(context.Request, context.Response);
        }
    }

    private void Answer(HttpListenerRequest request, HttpListenerResponse response)
    {
        using (response)
        {
            if (request.Url!.Segments is not [_, var folder, "all.zip"] || !Records.TryGetValue(folder.TrimEnd('/'), out var records))
            {
                response.StatusCode = 404;
                return;
            }

            var (zip, tag) = Archive(records);
            response.Headers["ETag"] = tag;
            if (request.Headers["If-None-Match"] == tag)
            {
                response.StatusCode = 304;
                return;
            }

            response.ContentLength64 = zip.Length;
            if (request.HttpMethod == "GET") response.OutputStream.Write(zip);
        }
    }

    private static (byte[] Zip, string Tag) Archive(List<JsonObject> records)
    {
        using var bytes = new MemoryStream();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var record in records)
            {
                var text = System.Text.Encoding.UTF8.GetBytes(record.ToJsonString());
                hash.AppendData(text);
                using var entry = zip.CreateEntry($"{record["id"]}.json").Open();
                entry.Write(text);
            }
        }

        return (bytes.ToArray(), $"\"{Convert.ToHexStringLower(hash.GetCurrentHash())}\"");
    }
}
