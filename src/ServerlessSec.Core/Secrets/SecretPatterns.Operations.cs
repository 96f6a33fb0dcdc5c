namespace ServerlessSec.Secrets;

// Keys of monitoring, data stores, secret stores and identity.
internal static partial class SecretPatterns
{
    private const string DatadogKey =
        """(?i)(?:datadog|dd.?(?:api|app))[A-Za-z0-9_.\-]{0,40}["'`]?\s{0,5}(?:=>|:=|\|\|:|[=:,(])\s{0,5}["'`]?(?<s>[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-z]{40})(?![A-Za-z0-9])""";

    private const string NewRelicKey =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>NRAK-[A-Z0-9]{27}|NRJS-[a-f0-9]{19}|NRI[IQ]-[A-Z0-9_\-]{32}|NRRA-[a-f0-9]{42})(?![A-Za-z0-9_\-])""";

    private const string GrafanaToken =
        """(?<![A-Za-z0-9_\-])(?<s>glc_[A-Za-z0-9+/]{32,400}={0,3}|glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|eyJrIjoi[A-Za-z0-9+/]{70,400}={0,3})""";

    private const string SentryToken =
        """(?<![A-Za-z0-9_\-])(?<s>sntryu_[a-f0-9]{64}|sntrys_eyJ[A-Za-z0-9+/=]{40,400}_[A-Za-z0-9+/]{43})(?![A-Za-z0-9])""";

    private const string DynatraceToken =
        """(?i)(?<s>dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64})(?![A-Za-z0-9])""";

    private const string DatabricksToken =
        """(?<![A-Za-z0-9_\-])(?<s>dapi[a-f0-9]{32}(?:-\d)?)(?![A-Za-z0-9_\-])""";

    private const string PlanetScale =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>pscale_(?:tkn|oauth|pw)_[A-Za-z0-9=._\-]{32,64})""";

    private const string SupabaseKey =
        """(?<![A-Za-z0-9_\-])(?<s>sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_\-]{31})(?![A-Za-z0-9_\-])""";

    private const string VaultToken =
        """(?<![A-Za-z0-9_\-])(?<s>hv[sbr]\.[A-Za-z0-9_\-]{24,300})(?![A-Za-z0-9_\-])""";

    private const string DopplerToken =
        """(?<![A-Za-z0-9_\-])(?<s>dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9\-_]{2,35}\.)?[A-Za-z0-9]{40,44})(?![A-Za-z0-9_\-])""";

    private const string OnePasswordToken =
        """(?<s>ops_eyJ[A-Za-z0-9+/_\-]{240,2000}={0,3})""";

    private const string OnePasswordKey =
        """(?<![A-Za-z0-9_\-])(?<s>A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})(?![A-Za-z0-9_\-])""";

    private const string OktaToken =
        """(?i)okta[A-Za-z0-9_.\-]{0,40}["'`]?\s{0,5}(?:=>|:=|[=:,(])\s{0,5}["'`]?(?<s>00[A-Za-z0-9_\-]{40})(?![A-Za-z0-9_\-])""";
}
