using System.Collections.Immutable;
using ServerlessSec.Rules.Configuration;
using ServerlessSec.Rules.Cost;
using ServerlessSec.Rules.Dependencies;
using ServerlessSec.Rules.Exposure;
using ServerlessSec.Rules.Permissions;
using ServerlessSec.Rules.Secrets;

namespace ServerlessSec.Rules;

/// <summary>The table of contents: every rule, in id order.</summary>
public static class RuleCatalog
{
    public static ImmutableArray<Rule> All { get; } =
    [
        new AnonymousFunctionUrl(),
        new RouteWithoutAuthorizer(),
        new PublicResourcePolicy(),
        new ServicePrincipalWithoutSource(),

        new AdministratorRole(),
        new WildcardAction(),
        new SensitiveActionOnAllResources(),
        new SharedRole(),

        new EndOfLifeRuntime(),
        new SensitiveEnvironmentWithoutCustomerKey(),
        new LostAsynchronousEvents(),
        new EndlessLogRetention(),
        new UntracedFunction(),

        new CredentialInEnvironment(),

        new VulnerableDependency(),
        new OpaquePackage(),
        new AlteredDependency(),
        new DuplicateDependency(),
        new EndOfLifeDependency(),

        new UnboundedPublicFunction(),
        new RecursiveTrigger(),
    ];
}
