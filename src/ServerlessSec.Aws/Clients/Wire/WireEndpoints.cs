using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Endpoint = Amazon.Runtime.Endpoints.Endpoint;

namespace ServerlessSec.Aws.Clients.Wire;

/// <summary>Host names by the rules of AWS's endpoint documentation: partition suffix, FIPS, dual stack, and the global services.</summary>
internal sealed class WireEndpoints : IEndpointProvider
{
    /// <summary>Partition of a global service → host label and the Region its signature names.</summary>
    private static readonly Dictionary<string, (string Host, string Region)> Global = new()
    {
        ["aws"] = ("amazonaws.com", "us-east-1"),
        ["aws-us-gov"] = ("us-gov.amazonaws.com", "us-gov-west-1"),
        ["aws-cn"] = ("cn-north-1.amazonaws.com.cn", "cn-north-1"),
    };

    /// <summary>The Region in which a partition's global services live, and their events appear; null for one that is not known.</summary>
    public static string? GlobalRegion(string partition) => Global.TryGetValue(partition, out var global) ? global.Region : null;

    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        if (parameters["Endpoint"] is string given) return new Endpoint(given);
        var region = RegionEndpoint.GetBySystemName(
            (string?)parameters["Region"] ?? throw new AmazonClientException("no AWS Region is configured"));
        var service = (WireService)parameters["Service"]!;
        var fips = (bool)parameters["Fips"]! ? "-fips" : "";
        if (service.IsGlobal && Global.TryGetValue(region.PartitionName, out var global))
        {
            return new Endpoint(
                $"https://{service.EndpointPrefix}{fips}.{global.Host}",
                $$"""{"authSchemes":[{"name":"sigv4","signingRegion":"{{global.Region}}","signingName":"{{service.SigningName}}"}]}""",
                null);
        }

        var suffix = (bool)parameters["Dual"]!
            ? region.PartitionName == "aws-cn" ? "api.amazonwebservices.com.cn" : "api.aws"
            : region.PartitionDnsSuffix;
        return new Endpoint($"https://{service.EndpointPrefix}{fips}.{region.SystemName}.{suffix}");
    }
}

internal sealed class WireEndpointResolver : BaseEndpointResolver
{
    protected override EndpointParameters MapEndpointsParameters(IRequestContext context)
    {
        var config = (WireConfig)context.ClientConfig;
        var parameters = new EndpointParameters();
        parameters["Service"] = config.Service;
        parameters["Endpoint"] = config.ServiceURL;
        parameters["Fips"] = config.UseFIPSEndpoint;
        parameters["Dual"] = config.UseDualstackEndpoint;
        parameters["Region"] = context.Request.AlternateEndpoint?.SystemName ?? config.RegionEndpoint?.SystemName ?? config.AuthenticationRegion;
        return parameters;
    }
}
