using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

internal static partial class SecretPatterns
{
    [GeneratedRegex("""(?i)SharedAccessKey=(?<s>[A-Za-z0-9+/]{42,44}={1,2})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureSharedKey { get; }

    [GeneratedRegex("""(?i)[?&]sv=\d{4}-\d\d-\d\d&[^\s"'`]{0,300}?sig=(?<s>[A-Za-z0-9%+/]{40,90}={0,2})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureSas { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_~.\-])(?<s>[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34})(?![A-Za-z0-9_~.\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureClientSecret { get; }

    [GeneratedRegex("""(?i)azconfig\.io;Id=[^;]{1,60};Secret=(?<s>[A-Za-z0-9+/=]{36,100})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureAppConfig { get; }

    [GeneratedRegex("""(?i)(?:datadog|dd.?(?:api|app))[A-Za-z0-9_.\-]{0,40}["'`]?\s{0,5}(?:=>|:=|\|\|:|[=:,(])\s{0,5}["'`]?(?<s>[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-z]{40})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DatadogKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-(?:(?:proj|svcacct|admin|service|None)-)?[A-Za-z0-9_\-]{20,200}T3BlbkFJ[A-Za-z0-9_\-]{20,200})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenAiKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-(?:proj|svcacct)-[A-Za-z0-9_\-]{40,250})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenAiProjectKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-ant-(?:api|admin|oat|sid)\d\d-[A-Za-z0-9_\-]{80,120}(?:AA)?)(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AnthropicKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-or-v1-[0-9a-f]{64})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenRouterKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_])(?<s>hf_[A-Za-z]{34}|api_org_[A-Za-z]{34})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex HuggingFaceToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>gsk_[A-Za-z0-9]{52})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GroqKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>pplx-[A-Za-z0-9]{48})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PerplexityKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>xai-[A-Za-z0-9_]{80})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex XaiKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>r8_[A-Za-z0-9_\-]{37})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ReplicateToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9:])(?<s>\d{5,16}:AA[A-Za-z0-9_\-]{32,34})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TelegramToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>[MNO][A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,38})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DiscordToken { get; }

    [GeneratedRegex("""(?i)(?<s>https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[A-Za-z0-9_\-]{60,70})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DiscordWebhook { get; }

    [GeneratedRegex("""(?i)(?<s>https://[a-z0-9\-]{1,60}\.webhook\.office\.com/webhookb2/[a-z0-9\-@]{30,100}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9\-]{36})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TeamsWebhook { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ShopifyToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>(?:sq0atp|sq0csp|sq0idp)-[A-Za-z0-9_\-]{22,60}|EAAA[A-Za-z0-9_\-+=]{56,60})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SquareToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>do[por]_v1_[a-f0-9]{64})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DigitalOceanToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>dapi[a-f0-9]{32}(?:-\d)?)(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DatabricksToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>hv[sbr]\.[A-Za-z0-9_\-]{24,300})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex VaultToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=\-]{60,70})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TerraformToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>pul-[a-f0-9]{40})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PulumiToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9\-_]{2,35}\.)?[A-Za-z0-9]{40,44})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DopplerToken { get; }

    [GeneratedRegex("""(?<s>ops_eyJ[A-Za-z0-9+/_\-]{240,2000}={0,3})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OnePasswordToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}|NRI[IQ]-[A-Z0-9_\-]{32}|NRRA-[a-f0-9]{42})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex NewRelicKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>glc_[A-Za-z0-9+/]{32,400}={0,3}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|eyJrIjoi[A-Za-z0-9+/]{70,400}={0,3})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GrafanaToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sntryu_[a-f0-9]{64}|sntrys_eyJ[A-Za-z0-9+/=]{40,400}_[A-Za-z0-9+/]{43})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SentryToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sq[pua]_[a-z0-9]{40})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SonarToken { get; }

    [GeneratedRegex("""(?i)(?<s>dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DynatraceToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>PMAK-[a-f0-9]{24}-[a-f0-9]{34})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PostmanKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>lin_api_[a-z0-9]{40})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex LinearKey { get; }
}
