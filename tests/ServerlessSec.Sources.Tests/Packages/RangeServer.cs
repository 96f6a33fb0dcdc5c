using System.Net;
using System.Net.Http.Headers;

namespace ServerlessSec.Sources.Packages;

/// <summary>Serves one file as an object store does: by GET, in ranges unless told otherwise.</summary>
internal sealed class RangeServer(byte[] content) : HttpMessageHandler
{
    private int failures;

    public bool KnowsRanges { get; init; } = true;

    /// <summary>A server that refuses ranges longer than the file.</summary>
    public bool IsPicky { get; init; }

    /// <summary>Changes with the content.</summary>
    public string Version { get; set; } = "\"one\"";

    /// <summary>How many requests after the first one fail.</summary>
    public int Failures { get => failures; init => failures = value; }

    public HttpStatusCode? Refusal { get; init; }

    /// <summary>A server that gives other bytes than it was asked for.</summary>
    public bool IsOff { get; init; }

    public int Requests { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (content)
        {
            Assert.Equal(HttpMethod.Get, request.Method);
            if (Refusal is { } refusal) return new(refusal);
            if (Requests++ > 0 && failures-- > 0) return new(HttpStatusCode.InternalServerError);
            if (request.Headers.IfMatch is { Count: > 0 } tags && !tags.Contains(new(Version))) return new(HttpStatusCode.PreconditionFailed);
            return KnowsRanges && request.Headers.Range is { } range ? Part(range.Ranges.Single()) : new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };
        }
    }

    private HttpResponseMessage Part(RangeItemHeaderValue range)
    {
        if (content.Length == 0 || (IsPicky && range.From is null && range.To > content.Length)) return new(HttpStatusCode.RequestedRangeNotSatisfiable);
        var from = range.From is { } start ? (int)start : content.Length - (int)Math.Min(content.Length, range.To!.Value);
        var to = range.From is null ? content.Length - 1 : (int)Math.Min(range.To!.Value, content.Length - 1);
        if (IsOff && Requests > 1) from++;
        var answer = new HttpResponseMessage(HttpStatusCode.PartialContent) { Content = new ByteArrayContent(content, from, to - from + 1), Headers = { ETag = new(Version) } };
        answer.Content.Headers.ContentRange = new(from, to, content.Length);
        return answer;
    }
}
