using Amazon.Runtime;
using Amazon.RuntimeDependencies;
using Amazon.SSO;
using Amazon.SSOOIDC;
using ServerlessSec.Aws;

namespace ServerlessSec.Cli;

/// <summary>Reaches AWS as people do, whose profile is a login of IAM Identity Center more often than not.</summary>
internal static class Login
{
    public static AwsAccess Open(string? profile, string? region)
    {
        // The SDK would look for these clients by reflection. The login's own token is what they present.
        GlobalRuntimeDependencyRegistry.Instance.RegisterSSOClient(
            static context => new AmazonSSOClient(new AnonymousAWSCredentials(), context.SSOClientContextData.Region));
        GlobalRuntimeDependencyRegistry.Instance.RegisterSSOOIDCClient(
            static context => new AmazonSSOOIDCClient(new AnonymousAWSCredentials(), context.SSOOIDCClientContextData.Region));
        return new(profile, region);
    }
}
