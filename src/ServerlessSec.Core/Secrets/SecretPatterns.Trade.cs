namespace ServerlessSec.Secrets;

// Keys of payment, shops, shipping and travel.
internal static partial class SecretPatterns
{
    private const string StripeKey =
        """(?<![A-Za-z0-9_\-])(?<s>[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,250})(?![A-Za-z0-9_\-])""";

    private const string StripeWebhook =
        """(?<![A-Za-z0-9_\-])(?<s>whsec_[A-Za-z0-9+/=]{32,100})""";

    private const string SquareToken =
        """(?<![A-Za-z0-9_\-])(?<s>(?:sq0atp|sq0csp|sq0idp)-[A-Za-z0-9_\-]{22,60}|EAAA[A-Za-z0-9_\-+=]{56,60})(?![A-Za-z0-9_\-])""";

    private const string RazorpayKey =
        """(?<![A-Za-z0-9_\-])(?<s>rzp_(?:live|test)_[A-Za-z0-9]{14})(?![A-Za-z0-9_\-])""";

    private const string ShopifyToken =
        """(?<![A-Za-z0-9_\-])(?<s>shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})(?![A-Za-z0-9_\-])""";

    private const string ShippoToken =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>shippo_(?:live|test)_[a-f0-9]{40})(?![A-Za-z0-9_\-])""";

    private const string EasyPostKey =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>EZ[AT]K[a-z0-9]{54})(?![A-Za-z0-9_\-])""";

    private const string DuffelToken =
        """(?<![A-Za-z0-9_\-])(?<s>duffel_(?:test|live)_[A-Za-z0-9_\-=]{43})""";
}
