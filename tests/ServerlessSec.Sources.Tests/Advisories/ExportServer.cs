using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace ServerlessSec.Sources.Advisories;

/// <summary>A public export of npm in the process: the whole archive, the list of modifications, and each record.</summary>
internal sealed class ExportServer : HttpMessageHandler
{
    public const string Base = "https://export.example.org";

    private readonly Lock door = new();

    /// <summary>By the name of the file that each is in.</summary>
    public SortedDictionary<string, string> Records { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Lines in place of those that the records give.</summary>
    public string? List { get; set; }

    /// <summary>Other files by path, such as <c>/known_exploited_vulnerabilities.json</c>.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Paths answered so far.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>A record's line of the list: its own time of modification.</summary>
    public static string Line(string id, string json)
    {
        const string Name = "\"modified\":\"";
        var at = json.IndexOf(Name, StringComparison.Ordinal);
        var modified = at < 0 ? "2020-01-01T00:00:00Z" : json[(at + Name.Length)..json.IndexOf('"', at + Name.Length)];
        return $"{modified},{id}";
    }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var path = request.RequestUri!.AbsolutePath;
        lock (door)
        {
            Asked.Add(path);
            if (Content(path) is not { } content) return Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request });
            var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(content))}\"");
            var same = request.Headers.IfNoneMatch.Contains(tag);
            var response = new HttpResponseMessage(same ? HttpStatusCode.NotModified : HttpStatusCode.OK) { RequestMessage = request };
            if (!same) response.Content = new ByteArrayContent(content);
            response.Headers.ETag = tag;
            return Task.FromResult(response);
        }
    }

    private byte[]? Content(string path)
    {
        if (Files.TryGetValue(path, out var file)) return file;
        if (path == "/npm/all.zip") return Scratch.Archive(Records.Select(static record => ($"{record.Key}.json", record.Value)));
        if (path == "/npm/modified_id.csv")
        {
            var lines = Records.Select(static record => Line(record.Key, record.Value)).OrderDescending(StringComparer.Ordinal);
            return Encoding.UTF8.GetBytes(List ?? string.Concat(lines.Select(static line => line + "\n")));
        }

        return path.StartsWith("/npm/", StringComparison.Ordinal) && path.EndsWith(".json", StringComparison.Ordinal)
            && Records.TryGetValue(path["/npm/".Length..^".json".Length], out var record) ? Encoding.UTF8.GetBytes(record) : null;
    }
}
