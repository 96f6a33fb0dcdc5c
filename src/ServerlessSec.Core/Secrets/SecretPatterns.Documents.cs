namespace ServerlessSec.Secrets;

// Tokens of office, design, media and content services.
internal static partial class SecretPatterns
{
    private const string LinearKey =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>lin_api_[a-z0-9]{40})(?![A-Za-z0-9_\-])""";

    private const string NotionToken =
        """(?<![A-Za-z0-9_\-])(?<s>ntn_\d{11}[A-Za-z0-9]{35}|secret_[A-Za-z0-9]{43})(?![A-Za-z0-9_\-])""";

    private const string FigmaToken =
        """(?<![A-Za-z0-9_\-])(?<s>figd_[A-Za-z0-9_\-]{40})""";

    private const string AirtableToken =
        """(?<![A-Za-z0-9_\-])(?<s>pat[A-Za-z0-9]{14}\.[a-f0-9]{64})(?![A-Za-z0-9_\-])""";

    private const string DropboxToken =
        """(?<![A-Za-z0-9_\-])(?<s>sl\.(?:u\.)?[A-Za-z0-9_=\-]{130,1300})""";

    private const string TypeformToken =
        """(?<![A-Za-z0-9_\-])(?<s>tfp_[A-Za-z0-9\-_.=]{40,60})""";

    private const string ContentfulToken =
        """(?<![A-Za-z0-9_\-])(?<s>CFPAT-[A-Za-z0-9_\-]{43})""";

    private const string ReadmeKey =
        """(?<![A-Za-z0-9_\-])(?<s>rdme_[a-z0-9]{70})(?![A-Za-z0-9_\-])""";

    private const string FrameIoToken =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>fio-u-[a-z0-9\-_=]{64})""";

    private const string AdobeSecret =
        """(?<![A-Za-z0-9_\-])(?<s>p8e-[A-Za-z0-9]{32})(?![A-Za-z0-9_\-])""";

    private const string MapboxToken =
        """(?<![A-Za-z0-9_\-])(?<s>sk\.eyJ[A-Za-z0-9_\-]{40,200}\.[A-Za-z0-9_\-]{20,30})(?![A-Za-z0-9_\-])""";

    private const string SalesforceSession =
        """(?<![A-Za-z0-9_\-])(?<s>00D[A-Za-z0-9]{12}![A-Za-z0-9_.]{90,110})(?![A-Za-z0-9_.])""";
}
