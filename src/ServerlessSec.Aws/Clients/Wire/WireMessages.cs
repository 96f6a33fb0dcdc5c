using System.Net;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;

namespace ServerlessSec.Aws.Clients.Wire;

/// <summary>One call, before it is signed.</summary>
internal sealed class WireRequest : AmazonWebServiceRequest
{
    public required string Operation { get; init; }

    public string Method { get; init; } = "POST";

    /// <summary>With <c>{Name}</c> for each of <see cref="PathParts"/>.</summary>
    public string Path { get; init; } = "/";

    public Dictionary<string, string> PathParts { get; } = [];

    /// <summary>Absent values are left out.</summary>
    public Dictionary<string, string?> Query { get; } = [];

    public byte[]? Body { get; init; }

    public string ContentType { get; init; } = "application/json";

    public string? Target { get; init; }
}

internal sealed class WireResponse : AmazonWebServiceResponse
{
    public byte[] Body { get; internal set; } = [];
}

internal sealed class WireMarshaller : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var wire = (WireRequest)input;
        var request = new DefaultRequest(wire, wire.Operation) { HttpMethod = wire.Method, ResourcePath = wire.Path };
        foreach (var (name, value) in wire.PathParts) request.AddPathResource(name, value);
        foreach (var (name, value) in wire.Query)
        {
            if (value is null) continue;
            request.Parameters.Add(name, value);
            request.UseQueryString = true;
        }

        if (wire.Target is not null) request.Headers["X-Amz-Target"] = wire.Target;
        if (wire.Body is null) return request;
        request.Content = wire.Body;
        request.Headers["Content-Type"] = wire.ContentType;
        return request;
    }
}

/// <summary>Buffers the body; what it means is the typed client's affair.</summary>
internal sealed class WireContext : UnmarshallerContext
{
    public WireContext(Stream body, IWebResponseData response)
    {
        WebResponseData = response;
        using var buffer = new MemoryStream(response.ContentLength is > 0 and < 64 << 20 ? (int)response.ContentLength : 4096);
        body.CopyTo(buffer);
        Bytes = buffer.ToArray();
    }

    public byte[] Bytes { get; }

    public override string CurrentPath => "";

    public override int CurrentDepth => 0;

    public override bool IsStartElement => false;

    public override bool IsEndElement => false;

    public override bool IsStartOfDocument => false;
}

internal sealed class WireUnmarshaller : ResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(UnmarshallerContext input) => new WireResponse
    {
        Body = ((WireContext)input).Bytes,
        ResponseMetadata = new ResponseMetadata { RequestId = WireError.RequestId(input.ResponseData) },
    };

    public override AmazonServiceException UnmarshallException(UnmarshallerContext input, Exception innerException, HttpStatusCode statusCode) =>
        WireError.Read(((WireContext)input).Bytes, input.ResponseData, innerException, statusCode);

    protected override UnmarshallerContext ConstructUnmarshallerContext(
        Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException) => new WireContext(responseStream, response);

    protected override UnmarshallerContext ConstructUnmarshallerContext(
        Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException, IRequestContext requestContext) =>
        new WireContext(responseStream, response);
}
