using System.Net;
using System.Text;
using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;

namespace ServerlessSec.Aws.Clients.Wire;

/// <summary>
/// An error answer in any of AWS's protocols: JSON (<c>x-amzn-ErrorType</c>, <c>__type</c>, <c>code</c>), XML
/// (<c>Error/Code</c>), or a proxy's page, whose code is then <c>Http503</c>.
/// </summary>
internal static class WireError
{
    public static string? RequestId(IWebResponseData response) =>
        response.GetHeaderValue("x-amzn-RequestId") is { Length: > 0 } id ? id : response.GetHeaderValue("x-amz-request-id");

    public static AmazonServiceException Read(byte[] body, IWebResponseData response, Exception inner, HttpStatusCode status)
    {
        var (code, message) = IsXml(body) ? FromXml(body) : FromJson(body);
        code = response.GetHeaderValue("x-amzn-ErrorType") is { Length: > 0 } header ? header : code;
        code = string.IsNullOrEmpty(code) ? $"Http{(int)status}" : code[(code.LastIndexOf('#') + 1)..].Split(':')[0];
        var type = (int)status < 500 ? ErrorType.Sender : ErrorType.Receiver;
        return new AmazonServiceException(message ?? $"{code} (HTTP {(int)status})", inner, type, code, RequestId(response), status);
    }

    private static bool IsXml(byte[] body) => Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 64)).TrimStart().StartsWith('<');

    private static (string? Code, string? Message) FromXml(byte[] body)
    {
        try
        {
            using var stream = new MemoryStream(body);
            using var reader = XmlReader.Create(stream, new() { DtdProcessing = DtdProcessing.Prohibit });
            var error = XDocument.Load(reader).Descendants().FirstOrDefault(static e => e.Name.LocalName == "Error");
            return (Value(error, "Code"), Value(error, "Message"));
        }
        catch (XmlException)
        {
            return (null, null);
        }
    }

    private static string? Value(XElement? parent, string name) => parent?.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value;

    private static (string? Code, string? Message) FromJson(byte[] body)
    {
        if (body.Length == 0) return (null, null);
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return (null, null);
            string? code = null, message = null;
            foreach (var property in document.RootElement.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.String) continue;
                if (property.Name is "__type" or "code" or "Code") code ??= property.Value.GetString();
                if (property.Name is "message" or "Message") message = property.Value.GetString();
            }

            return (code, message);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }
}
