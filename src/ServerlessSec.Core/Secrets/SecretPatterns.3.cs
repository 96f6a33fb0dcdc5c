using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

internal static partial class SecretPatterns
{
    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex NotionToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>figd_[A-Za-z0-9_\-]{40})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex FigmaToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>pat[A-Za-z0-9]{14}\.[a-f0-9]{64})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AirtableToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sl\.(?:u\.)?[A-Za-z0-9_=\-]{130,1300})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DropboxToken { get; }

    [GeneratedRegex("""(?<s>AT[AC]TT3[A-Za-z0-9_\-=]{150,250})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AtlassianToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>ATBB[A-Za-z0-9]{32})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex BitbucketPassword { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>AKCp[A-Za-z0-9]{69}|cmVmdGtuO[A-Za-z0-9]{55})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ArtifactoryToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>fo1_[A-Za-z0-9_\-]{43}|fm1[ar]_[A-Za-z0-9+/]{100,600}={0,3}|fm2_[A-Za-z0-9+/]{100,600}={0,3})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex FlyToken { get; }

    [GeneratedRegex("""(?<s>HRKU-AA[A-Za-z0-9_\-]{58})|(?i)heroku[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex HerokuKey { get; }

    [GeneratedRegex("""(?<s>v1\.0-[a-f0-9]{24}-[a-f0-9]{146}|cf(?:k|ut|at)_[A-Za-z0-9]{40}[a-f0-9]{8})(?![A-Za-z0-9])|(?i)cloudflare[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>[a-z0-9_\-]{40}|[0-9a-f]{37})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex CloudflareKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>pscale_(?:tkn|oauth|pw)_[A-Za-z0-9=._\-]{32,64})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PlanetScale { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_\-]{31})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SupabaseKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>pnu_[a-z0-9]{36})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PrefectToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>ico-[A-Za-z0-9]{32})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex InfracostKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>rdme_[a-z0-9]{70})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ReadmeKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>shippo_(?:live|test)_[a-f0-9]{40})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ShippoToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>EZ[AT]K[a-z0-9]{54})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex EasyPostKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>duffel_(?:test|live)_[A-Za-z0-9_\-=]{43})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DuffelToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>fio-u-[a-z0-9\-_=]{64})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex FrameIoToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>tfp_[A-Za-z0-9\-_.=]{40,60})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TypeformToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>CFPAT-[A-Za-z0-9_\-]{43})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ContentfulToken { get; }

    [GeneratedRegex("""(?i)(?:launchdarkly|ld)[A-Za-z0-9_.\-]{0,30}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>(?:sdk|api|mob)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex LaunchDarklyKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>tskey-(?:api|auth|client|scim|webhook)-[A-Za-z0-9]{8,30}-[A-Za-z0-9]{20,40})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex TailscaleKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>EAA[MC][A-Za-z0-9]{100,300})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex FacebookToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>vc[piark]_[A-Za-z0-9_\-]{40,70})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex VercelToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>LTAI[a-z0-9]{17,20})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AlibabaKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sha256~[A-Za-z0-9_\-]{43})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenShiftToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>API-[A-Z0-9]{26})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OctopusKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>dnkey-[a-z0-9=_\-]{26}-[a-z0-9=_\-]{52})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DefinedToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>AQVN[A-Za-z0-9_\-]{35,38}|YCA[A-Za-z0-9_\-]{38})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex YandexKey { get; }

    [GeneratedRegex("""(?i)(?<![A-Za-z0-9])curl\s[^\n]{0,200}?\s(?:-u|--user)[\s=]{1,4}["']?[^\s:"']{0,100}:(?<s>[^\s"']{4,120})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex CurlUser { get; }

    [GeneratedRegex("""(?i)authorization["']?\s{0,3}[:=,]\s{0,3}["']?(?:bearer|token|basic)\s{1,3}(?<s>[A-Za-z0-9+/_=.~\-]{16,500})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AuthorizationHeader { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OnePasswordKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>p8e-[A-Za-z0-9]{32})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AdobeSecret { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sgp_(?:(?:[A-Fa-f0-9]{16}|local)_)?[A-Fa-f0-9]{40})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SourcegraphToken { get; }

    [GeneratedRegex("""auths"\s{0,5}:\s{0,5}\{\s{0,40}"[^"]{1,200}"\s{0,5}:\s{0,5}\{\s{0,40}(?:"[^"]{1,40}"\s{0,5}:\s{0,5}"[^"]{0,300}"\s{0,5},\s{0,40}){0,3}"auth"\s{0,5}:\s{0,5}"(?<s>[A-Za-z0-9+/]{12,4000}={0,2})(?=")""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex RegistryAuth { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9/])(?<s>1//0[A-Za-z0-9_\-]{40,120})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GoogleRefreshToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>rzp_(?:live|test)_[A-Za-z0-9]{14})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex RazorpayKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk\.eyJ[A-Za-z0-9_\-]{40,200}\.[A-Za-z0-9_\-]{20,30})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex MapboxToken { get; }

    [GeneratedRegex("""(?i)okta[A-Za-z0-9_.\-]{0,40}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>00[A-Za-z0-9_\-]{40})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OktaToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>00D[A-Za-z0-9]{12}![A-Za-z0-9_.]{90,110})(?![A-Za-z0-9_.])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SalesforceSession { get; }
}
