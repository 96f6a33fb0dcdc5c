using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Xml;
using System.Xml.Linq;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;

namespace ServerlessSec.Aws.Clients.Wire;

/// <summary>
/// An AWS client on the SDK's own pipeline (credentials, SigV4, retries, timeouts, endpoints from the environment) for a
/// service whose generated package is not at hand. A typed client adds its operations and models.
/// </summary>
internal abstract class WireClient(WireService service, AWSCredentials credentials, Action<ClientConfig> configure)
    : AmazonServiceClient(credentials, Configure(service, configure))
{
    private static readonly InvokeOptions Options = new()
    {
        RequestMarshaller = new WireMarshaller(),
        ResponseUnmarshaller = new WireUnmarshaller(),
    };

    protected override IServiceMetadata ServiceMetadata { get; } = new Metadata(service.ServiceId);

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        // Both go behind the marshaller, the second before the first, so that the signer is chosen before the endpoint.
        pipeline.RemoveHandler<EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new WireEndpointResolver());
        pipeline.AddHandlerAfter<Marshaller>(new WireAuthentication());
    }

    /// <summary>Waits for the call's turn, where calls have to share a rate.</summary>
    protected virtual Task PaceAsync(CancellationToken stop) => Task.CompletedTask;

    protected async Task<byte[]> SendAsync(WireRequest request, CancellationToken stop)
    {
        await PaceAsync(stop).ConfigureAwait(false);
        return (await InvokeAsync<WireResponse>(request, Options, stop).ConfigureAwait(false)).Body;
    }

    /// <summary>A rest-json operation.</summary>
    protected async Task<TOut> RestAsync<TOut>(WireRequest request, JsonTypeInfo<TOut> output, CancellationToken stop) =>
        Read(await SendAsync(request, stop).ConfigureAwait(false), output, request.Operation);

    /// <summary>An awsJson 1.1 operation.</summary>
    protected async Task<TOut> JsonAsync<TIn, TOut>(
        string operation, TIn input, JsonTypeInfo<TIn> inputType, JsonTypeInfo<TOut> output, CancellationToken stop)
    {
        var request = new WireRequest
        {
            Operation = operation,
            Target = $"{service.TargetPrefix}.{operation}",
            ContentType = "application/x-amz-json-1.1",
            Body = JsonSerializer.SerializeToUtf8Bytes(input, inputType),
        };
        return Read(await SendAsync(request, stop).ConfigureAwait(false), output, operation);
    }

    /// <summary>A query operation; gives its result element, namespaces taken off.</summary>
    protected async Task<XElement> QueryAsync(string operation, IEnumerable<KeyValuePair<string, string?>> arguments, CancellationToken stop)
    {
        var form = new StringBuilder($"Action={operation}&Version={service.ApiVersion}");
        foreach (var (name, value) in arguments)
        {
            if (value is not null) form.Append('&').Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
        }

        var request = new WireRequest
        {
            Operation = operation,
            ContentType = "application/x-www-form-urlencoded; charset=utf-8",
            Body = Encoding.UTF8.GetBytes(form.ToString()),
        };
        using var body = new MemoryStream(await SendAsync(request, stop).ConfigureAwait(false));
        var root = Load(body, operation);
        foreach (var element in root.DescendantsAndSelf()) element.Name = element.Name.LocalName;
        return root.Element($"{operation}Result") ?? root;
    }

    /// <exception cref="AmazonUnmarshallingException">
    /// The answer is not what it should be, such as none at all. It is AWS's fault or the network's, not that of a message
    /// being worked on: the message must come again, so this is no <see cref="FormatException"/>.
    /// </exception>
    internal static TOut Read<TOut>(byte[] body, JsonTypeInfo<TOut> output, string operation)
    {
        try
        {
            return JsonSerializer.Deserialize(body, output) ?? throw Unread($"the answer to '{operation}' is 'null'", null);
        }
        catch (JsonException malformed)
        {
            throw Unread(body.Length == 0 ? $"the answer to '{operation}' is empty" : $"the answer to '{operation}' is not the JSON that it should be", malformed);
        }
    }

    private static XElement Load(MemoryStream body, string operation)
    {
        try
        {
            using var reader = XmlReader.Create(body, new() { DtdProcessing = DtdProcessing.Prohibit });
            return XElement.Load(reader);
        }
        catch (XmlException malformed)
        {
            throw Unread($"the answer to '{operation}' is not the XML that it should be", malformed);
        }
    }

    private static AmazonUnmarshallingException Unread(string message, Exception? cause) => new(message, null, cause);

    private static WireConfig Configure(WireService service, Action<ClientConfig> configure)
    {
        var config = new WireConfig(service);
        configure(config);
        return config;
    }

    private sealed class Metadata(string serviceId) : IServiceMetadata
    {
        public string ServiceId => serviceId;

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }

    private sealed class WireAuthentication : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }
}
