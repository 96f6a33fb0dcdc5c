using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Util.Internal;
using Endpoint = Amazon.Runtime.Endpoints.Endpoint;
using ExecutionContext = Amazon.Runtime.Internal.ExecutionContext;

namespace ServerlessSec.Aws.Clients.Wire;

/// <summary>The SDK's client configuration for a service without a generated package.</summary>
internal sealed class WireConfig : ClientConfig
{
    private static readonly string Agent = InternalSDKUtils.BuildUserAgentString("ServerlessSec", "1.0.0");

    private static readonly IDefaultConfiguration[] Defaults =
    [
        .. Enum.GetValues<DefaultConfigurationMode>().Select(static mode => (IDefaultConfiguration)new DefaultConfiguration
        {
            Name = mode,
            RetryMode = RequestRetryMode.Standard,
            ConnectTimeout = TimeSpan.FromMilliseconds(mode == DefaultConfigurationMode.InRegion ? 1100 : 3100),
            TlsNegotiationTimeout = TimeSpan.FromMilliseconds(3100),
        }),
    ];

    public WireConfig(WireService service)
        : base(new DefaultConfigurationProvider(Defaults))
    {
        Service = service;
        ServiceId = service.ServiceId;
        AuthenticationServiceName = service.SigningName;
        EndpointProvider = new WireEndpoints();
        // The standard mode's three attempts 50 ms apart are little against a storm of 5xx answers.
        MaxErrorRetry = 5;
        Timeout = TimeSpan.FromSeconds(20);
    }

    public WireService Service { get; }

    public override string RegionEndpointServiceName => Service.EndpointPrefix;

    public override string ServiceVersion => Service.ApiVersion;

    public override string UserAgent => Agent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters)
    {
        var request = new DefaultRequest(parameters.Request, ServiceId) { AlternateEndpoint = parameters.AlternateEndpoint };
        var context = new RequestContext(false) { ClientConfig = this, OriginalRequest = parameters.Request, Request = request };
        return new WireEndpointResolver().GetEndpoint(new ExecutionContext(context, null));
    }
}
