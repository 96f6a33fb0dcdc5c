namespace ServerlessSec.Secrets;

// Keys of cloud providers, hosting platforms and their networks.
internal static partial class SecretPatterns
{
    private const string AwsAccessKey =
        """(?<![A-Za-z0-9])(?<s>(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16})(?![A-Za-z0-9])""";

    private const string AwsSecretKey =
        """(?i)(?:secret.?access.?key|aws.{0,10}secret|secret.?key)[A-Za-z0-9_.\-]{0,20}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,20}["'`]?(?<s>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""";

    private const string AmazonMws =
        """(?<s>amzn\.mws\.[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})""";

    private const string BedrockKey =
        """(?<s>ABSK[A-Za-z0-9+/]{109,269}={0,2}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=]{0,2000})""";

    private const string GoogleApiKey =
        """(?<![A-Za-z0-9_\-])(?<s>AIza[A-Za-z0-9_\-]{35})(?![A-Za-z0-9_\-])""";

    private const string GoogleClientSecret =
        """(?<![A-Za-z0-9_\-])(?<s>GOCSPX-[A-Za-z0-9_\-]{28})(?![A-Za-z0-9_\-])""";

    private const string GoogleToken =
        """(?<![A-Za-z0-9_\-])(?<s>ya29\.[A-Za-z0-9_\-]{30,500})""";

    private const string GoogleRefreshToken =
        """(?<![A-Za-z0-9/])(?<s>1//0[A-Za-z0-9_\-]{40,120})(?![A-Za-z0-9_\-])""";

    private const string AzureStorageKey =
        """(?i)AccountKey=(?<s>[A-Za-z0-9+/]{86}==)""";

    private const string AzureSharedKey =
        """(?i)SharedAccessKey=(?<s>[A-Za-z0-9+/]{42,44}={1,2})""";

    private const string AzureSas =
        """(?i)[?&]sv=\d{4}-\d\d-\d\d&[^\s"'`]{0,300}?sig=(?<s>[A-Za-z0-9%+/]{40,90}={0,2})""";

    private const string AzureClientSecret =
        """(?<![A-Za-z0-9_~.\-])(?<s>[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.\-]{31,34})(?![A-Za-z0-9_~.\-])""";

    private const string AzureAppConfig =
        """(?i)azconfig\.io;Id=[^;]{1,60};Secret=(?<s>[A-Za-z0-9+/=]{36,100})""";

    private const string DigitalOceanToken =
        """(?<![A-Za-z0-9_\-])(?<s>do[por]_v1_[a-f0-9]{64})(?![A-Za-z0-9_\-])""";

    private const string AlibabaKey =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>LTAI[a-z0-9]{17,20})(?![A-Za-z0-9_\-])""";

    private const string YandexKey =
        """(?<![A-Za-z0-9_\-])(?<s>AQVN[A-Za-z0-9_\-]{35,38}|YCA[A-Za-z0-9_\-]{38})(?![A-Za-z0-9_\-])""";

    private const string HerokuKey =
        """(?<s>HRKU-AA[A-Za-z0-9_\-]{58})|(?i)heroku[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9])""";

    private const string CloudflareKey =
        """(?<s>v1\.0-[a-f0-9]{24}-[a-f0-9]{146}|cf(?:k|ut|at)_[A-Za-z0-9]{40}[a-f0-9]{8})(?![A-Za-z0-9])|(?i)cloudflare[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>[a-z0-9_\-]{40}|[0-9a-f]{37})(?![A-Za-z0-9_\-])""";

    private const string FlyToken =
        """(?<![A-Za-z0-9_\-])(?<s>fo1_[A-Za-z0-9_\-]{43}|fm1[ar]_[A-Za-z0-9+/]{100,600}={0,3}|fm2_[A-Za-z0-9+/]{100,600}={0,3})""";

    private const string VercelToken =
        """(?<![A-Za-z0-9_\-])(?<s>vc[piark]_[A-Za-z0-9_\-]{40,70})(?![A-Za-z0-9_\-])""";

    private const string OpenShiftToken =
        """(?<![A-Za-z0-9_\-])(?<s>sha256~[A-Za-z0-9_\-]{43})(?![A-Za-z0-9_\-])""";

    private const string TailscaleKey =
        """(?<![A-Za-z0-9_\-])(?<s>tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{8,30}-[A-Za-z0-9]{20,40})""";

    private const string DefinedToken =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>dnkey-[a-z0-9=_\-]{26}-[a-z0-9=_\-]{52})""";
}
