using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

internal static partial class SecretPatterns
{
    private const int Timeout = 1_000;

    [GeneratedRegex("""(?<![A-Za-z0-9])(?<s>(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AwsAccessKey { get; }

    [GeneratedRegex("""(?i)(?:secret.?access.?key|aws.{0,10}secret|secret.?key)[A-Za-z0-9_.\-]{0,20}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,20}["'`]?(?<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AwsSecretKey { get; }

    [GeneratedRegex("""(?<s>amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AmazonMws { get; }

    [GeneratedRegex("""(?<s>ABSK[A-Za-z0-9+/]{109,269}={0,2}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=]{0,2000})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex BedrockKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>gh[pousr]_[A-Za-z0-9]{36,255}|ghs_[A-Za-z0-9]{1,20}_eyJ[A-Za-z0-9_.\-]{40,2000})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GitHubToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>github_pat_[A-Za-z0-9_]{82})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GitHubFineToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>(?:glpat|gldt|glft|glsoat|glffct|glrt)-[A-Za-z0-9_\-]{20}|(?:glpat|glrt)-(?:t\d_)?[A-Za-z0-9_\-]{27,300}\.[0-9a-z]{2}\.?[0-9a-z]{7}|glptt-[0-9a-f]{40}|glagent-[A-Za-z0-9_\-]{50}|glimt-[A-Za-z0-9_\-]{25}|gloas-[0-9a-f]{64}|glcbt-[0-9a-zA-Z]{1,5}_[A-Za-z0-9_\-]{20}|glrt-t\d_[A-Za-z0-9_\-]{27,300}|GR1348941[A-Za-z0-9_\-]{20})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GitLabToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9])(?i)(?<s>xox(?:[bpaors]|e(?:\.xox[bp])?)-(?=[A-Za-z\-]{0,60}\d[A-Za-z\-]{0,60}\d)[A-Za-z0-9\-]{10,250})(?![A-Za-z0-9#])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SlackToken { get; }

    [GeneratedRegex("""(?i)(?<s>xapp-\d-[A-Z0-9]{5,20}-\d{5,20}-[a-z0-9]{20,100})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SlackAppToken { get; }

    [GeneratedRegex("""(?<s>(?:https?://)?hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,100})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SlackWebhook { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,250})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex StripeKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>whsec_[A-Za-z0-9+/=]{32,100})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex StripeWebhook { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>AIza[A-Za-z0-9_\-]{35})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleApiKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>GOCSPX-[A-Za-z0-9_\-]{28})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleClientSecret { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>ya29\.[A-Za-z0-9_\-]{30,500})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleToken { get; }

    [GeneratedRegex("""(?i)twilio[\s\S]{0,60}?(?<![A-Za-z0-9])(?<s>(?-i:SK[0-9a-f]{32})|[0-9a-f]{32})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TwilioKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9])(?<s>SK[0-9a-f]{32})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TwilioBareKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>SG\.[A-Za-z0-9_\-=]{20,24}\.[A-Za-z0-9_\-=]{39,50})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SendGridKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![A-Za-z0-9\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex MailgunKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9])(?<s>[0-9a-f]{32}-us\d{1,2})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex MailchimpKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>npm_[a-z0-9]{36})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex NpmToken { get; }

    [GeneratedRegex("""(?<=//)[^\s]{3,200}:_authToken\s{0,3}=\s{0,3}(?<s>[A-Za-z0-9_\-]{8,200})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex NpmAuth { get; }

    [GeneratedRegex("""(?<s>pypi-AgE[A-Za-z0-9_\-]{50,1000})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PyPiToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>rubygems_[a-f0-9]{48})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex RubyGemsKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9])(?<s>oy2[a-z0-9]{43})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex NuGetKey { get; }

    [GeneratedRegex("""(?i)(?<s>CLOJARS_[a-z0-9]{60})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ClojarsToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>dckr_[po]at_[A-Za-z0-9_\-]{27,32})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DockerToken { get; }

    [GeneratedRegex("""(?<s>-----BEGIN[ A-Z0-9_]{0,60}PRIVATE KEY(?: BLOCK)?-----(?:\\{1,2}[nrt"/]|[\sA-Za-z0-9+/=:,\-]){64,5000})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PrivateKey { get; }

    [GeneratedRegex("""(?<s>AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AgeKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_/+\-])(?<s>eyJ[A-Za-z0-9_\-]{10,4000}\.eyJ[A-Za-z0-9_\-]{10,8000}={0,2}(?:\.[A-Za-z0-9_\-]{0,2000})?)""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex Jwt { get; }

    [GeneratedRegex("""(?i)(?<![a-z0-9])[a-z][a-z0-9+.\-]{1,30}://[^\s:/@"'`<>()]{0,100}:(?<s>[^\s/@"'`<>]{4,200})@[a-z0-9\-._\[\]:%]{1,255}""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex UrlPassword { get; }

    [GeneratedRegex("""(?i)(?:server|data source|host|address|addr|endpoint|user id|userid|username|uid|user|database|initial catalog)\s{0,3}=[^;\n"']{1,120}[;\s](?:[^;\n"']{0,120};){0,10}?\s{0,3}(?:password|pwd)\s{0,3}=\s{0,3}(?<s>[^;"'\s&]{4,120})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ConnectionString { get; }

    [GeneratedRegex("""(?i)jdbc:(?>(?:[a-z0-9]{2,20}:){1,3})[^\s"'`]{5,300}?[?;&](?:password|pwd)=(?<s>[^;&"'`\s]{4,120})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex JdbcPassword { get; }

    [GeneratedRegex("""(?i)AccountKey=(?<s>[A-Za-z0-9+/]{86}==)""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureStorageKey { get; }
}
