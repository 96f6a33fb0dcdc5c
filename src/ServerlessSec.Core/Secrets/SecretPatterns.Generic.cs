namespace ServerlessSec.Secrets;

// Credentials of no one vendor: keys, tokens, addresses, headers.
internal static partial class SecretPatterns
{
    private const string PrivateKey =
        """(?<s>-----BEGIN[ A-Z0-9_]{0,60}PRIVATE KEY(?: BLOCK)?-----(?:\\{1,2}[nrt"/]|[\sA-Za-z0-9+/=:,\-]){64,5000})""";

    private const string AgeKey =
        """(?<s>AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58})""";

    private const string Jwt =
        """(?<![A-Za-z0-9_/+\-])(?<s>eyJ[A-Za-z0-9_\-]{10,4000}\.eyJ[A-Za-z0-9_\-]{10,8000}={0,2}(?:\.[A-Za-z0-9_\-]{0,2000})?)""";

    private const string UrlPassword =
        """(?i)(?<![a-z0-9])[a-z][a-z0-9+.\-]{1,30}://[^\s:/@"'`<>()]{0,100}:(?<s>[^\s/@"'`<>]{4,200})@[a-z0-9\-._\[\]:%]{1,255}""";

    private const string ConnectionString =
        """(?i)(?:server|data source|host|address|addr|endpoint|user id|userid|username|uid|user|database|initial catalog)\s{0,3}=[^;\n"']{1,120}[;\s](?:[^;\n"']{0,120};){0,10}?\s{0,3}(?:password|pwd)\s{0,3}=\s{0,3}(?<s>[^;"'\s&]{4,120})""";

    private const string JdbcPassword =
        """(?i)jdbc:(?>(?:[a-z0-9]{2,20}:){1,3})[^\s"'`]{5,300}?[?;&](?:password|pwd)=(?<s>[^;&"'`\s]{4,120})""";

    private const string CurlUser =
        """(?i)(?<![A-Za-z0-9])curl\s[^\n]{0,200}?\s(?:-u|--user)[\s=]{1,4}["']?[^\s:"']{0,100}:(?<s>[^\s"']{4,120})""";

    private const string AuthorizationHeader =
        """(?i)authorization["']?\s{0,3}[:=,]\s{0,3}["']?(?:bearer|token|basic)\s{1,3}(?<s>[A-Za-z0-9+/_=.~\-]{16,500})""";
}
