using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

// Keys of cloud providers, hosting platforms and their networks.
internal static partial class SecretPatterns
{
    [GeneratedRegex("""(?<![A-Za-z0-9])(?<s>(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AwsAccessKey { get; }

    [GeneratedRegex("""(?i)(?:secret.?access.?key|aws.{0,10}secret|secret.?key)[A-Za-z0-9_.\-]{0,20}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,20}["'`]?(?<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AwsSecretKey { get; }

    [GeneratedRegex("""(?<s>amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AmazonMws { get; }

    [GeneratedRegex("""(?<s>ABSK[A-Za-z0-9+/]{109,269}={0,2}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=]{0,2000})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex BedrockKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>AIza[A-Za-z0-9_\-]{35})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleApiKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>GOCSPX-[A-Za-z0-9_\-]{28})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleClientSecret { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>ya29\.[A-Za-z0-9_\-]{30,500})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9/])(?<s>1//0[A-Za-z0-9_\-]{40,120})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleRefreshToken { get; }

    [GeneratedRegex("""(?i)AccountKey=(?<s>[A-Za-z0-9+/]{86}==)""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureStorageKey { get; }

    [GeneratedRegex("""(?i)SharedAccessKey=(?<s>[A-Za-z0-9+/]{42,44}={1,2})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureSharedKey { get; }

    [GeneratedRegex("""(?i)[?&]sv=\d{4}-\d\d-\d\d&[^\s"'`]{0,300}?sig=(?<s>[A-Za-z0-9%+/]{40,90}={0,2})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureSas { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_~.\-])(?<s>[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34})(?![A-Za-z0-9_~.\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureClientSecret { get; }

    [GeneratedRegex("""(?i)azconfig\.io;Id=[^;]{1,60};Secret=(?<s>[A-Za-z0-9+/=]{36,100})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AzureAppConfig { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>do[por]_v1_[a-f0-9]{64})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DigitalOceanToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>LTAI[a-z0-9]{17,20})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AlibabaKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>AQVN[A-Za-z0-9_\-]{35,38}|YCA[A-Za-z0-9_\-]{38})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex YandexKey { get; }

    [GeneratedRegex("""(?<s>HRKU-AA[A-Za-z0-9_\-]{58})|(?i)heroku[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex HerokuKey { get; }

    [GeneratedRegex("""(?<s>v1\.0-[a-f0-9]{24}-[a-f0-9]{146}|cf(?:k|ut|at)_[A-Za-z0-9]{40}[a-f0-9]{8})(?![A-Za-z0-9])|(?i)cloudflare[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>[a-z0-9_\-]{40}|[0-9a-f]{37})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex CloudflareKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>fo1_[A-Za-z0-9_\-]{43}|fm1[ar]_[A-Za-z0-9+/]{100,600}={0,3}|fm2_[A-Za-z0-9+/]{100,600}={0,3})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex FlyToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>vc[piark]_[A-Za-z0-9_\-]{40,70})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex VercelToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sha256~[A-Za-z0-9_\-]{43})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenShiftToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{8,30}-[A-Za-z0-9]{20,40})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TailscaleKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>dnkey-[a-z0-9=_\-]{26}-[a-z0-9=_\-]{52})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DefinedToken { get; }
}
