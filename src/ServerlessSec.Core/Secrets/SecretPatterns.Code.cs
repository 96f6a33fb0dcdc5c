namespace ServerlessSec.Secrets;

// Tokens of source hosts, package registries, build and deployment.
internal static partial class SecretPatterns
{
    private const string GitHubToken =
        """(?<![A-Za-z0-9_\-])(?<s>gh[pousr]_[A-Za-z0-9]{36,255}|ghs_[A-Za-z0-9]{1,20}_eyJ[A-Za-z0-9_.\-]{40,2000})(?![A-Za-z0-9_\-])""";

    private const string GitHubFineToken =
        """(?<![A-Za-z0-9_\-])(?<s>github_pat_[A-Za-z0-9_]{82})(?![A-Za-z0-9_\-])""";

    private const string GitLabToken =
        """(?<![A-Za-z0-9_\-])(?<s>(?:glpat|gldt|glft|glsoat|glffct|glrt)-[A-Za-z0-9_\-]{20}|(?:glpat|glrt)-(?:t\d_)?[A-Za-z0-9_\-]{27,300}\.[0-9a-z]{2}\.?[0-9a-z]{7}|glptt-[0-9a-f]{40}|glagent-[A-Za-z0-9_\-]{50}|glimt-[A-Za-z0-9_\-]{25}|gloas-[0-9a-f]{64}|glcbt-[0-9a-zA-Z]{1,5}_[A-Za-z0-9_\-]{20}|glrt-t\d_[A-Za-z0-9_\-]{27,300}|GR1348941[A-Za-z0-9_\-]{20})(?![A-Za-z0-9_\-])""";

    private const string BitbucketPassword =
        """(?<![A-Za-z0-9_\-])(?<s>ATBB[A-Za-z0-9]{32})(?![A-Za-z0-9_\-])""";

    private const string AtlassianToken =
        """(?<s>AT[AC]TT3[A-Za-z0-9_\-=]{150,250})""";

    private const string SourcegraphToken =
        """(?<![A-Za-z0-9_\-])(?<s>sgp_(?:(?:[A-Fa-f0-9]{16}|local)_)?[A-Fa-f0-9]{40})(?![A-Za-z0-9_\-])""";

    private const string NpmToken =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>npm_[a-z0-9]{36})(?![A-Za-z0-9_\-])""";

    private const string NpmAuth =
        """(?<=//)[^\s]{3,200}:_authToken\s{0,3}=\s{0,3}(?<s>[A-Za-z0-9_\-]{8,200})""";

    private const string PyPiToken =
        """(?<s>pypi-AgE[A-Za-z0-9_\-]{50,1000})""";

    private const string RubyGemsKey =
        """(?<![A-Za-z0-9_\-])(?<s>rubygems_[a-f0-9]{48})(?![A-Za-z0-9_\-])""";

    private const string NuGetKey =
        """(?<![A-Za-z0-9])(?<s>oy2[a-z0-9]{43})(?![A-Za-z0-9])""";

    private const string ClojarsToken =
        """(?i)(?<s>CLOJARS_[a-z0-9]{60})(?![A-Za-z0-9])""";

    private const string DockerToken =
        """(?<![A-Za-z0-9_\-])(?<s>dckr_[po]at_[A-Za-z0-9_\-]{27,32})(?![A-Za-z0-9_\-])""";

    private const string RegistryAuth =
        """auths"\s{0,5}:\s{0,5}\{\s{0,40}"[^"]{1,200}"\s{0,5}:\s{0,5}\{\s{0,40}(?:"[^"]{1,40}"\s{0,5}:\s{0,5}"[^"]{0,300}"\s{0,5},\s{0,40}){0,3}"auth"\s{0,5}:\s{0,5}"(?<s>[A-Za-z0-9+/]{12,4000}={0,2})(?=")""";

    private const string ArtifactoryToken =
        """(?<![A-Za-z0-9_\-])(?<s>AKCp[A-Za-z0-9]{69}|cmVmdGtuO[A-Za-z0-9]{55})(?![A-Za-z0-9_\-])""";

    private const string SonarToken =
        """(?<![A-Za-z0-9_\-])(?<s>sq[pua]_[a-z0-9]{40})(?![A-Za-z0-9_\-])""";

    private const string OctopusKey =
        """(?<![A-Za-z0-9_\-])(?<s>API-[A-Z0-9]{26})(?![A-Za-z0-9_\-])""";

    private const string TerraformToken =
        """(?<![A-Za-z0-9_\-])(?<s>[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=\-]{60,70})""";

    private const string PulumiToken =
        """(?<![A-Za-z0-9_\-])(?<s>pul-[a-f0-9]{40})(?![A-Za-z0-9_\-])""";

    private const string PrefectToken =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>pnu_[a-z0-9]{36})(?![A-Za-z0-9_\-])""";

    private const string InfracostKey =
        """(?<![A-Za-z0-9_\-])(?<s>ico-[A-Za-z0-9]{32})(?![A-Za-z0-9_\-])""";

    private const string LaunchDarklyKey =
        """(?i)(?:launchdarkly|ld)[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>(?:sdk|api|mob)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})""";

    private const string PostmanKey =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>PMAK-[a-f0-9]{24}-[a-f0-9]{34})(?![A-Za-z0-9_\-])""";
}
