using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

// Keys of payment, shops, shipping and travel.
internal static partial class SecretPatterns
{
    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,250})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex StripeKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>whsec_[A-Za-z0-9+/=]{32,100})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex StripeWebhook { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>(?:sq0atp|sq0csp|sq0idp)-[A-Za-z0-9_\-]{22,60}|EAAA[A-Za-z0-9_\-+=]{56,60})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex SquareToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>rzp_(?:live|test)_[A-Za-z0-9]{14})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex RazorpayKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ShopifyToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>shippo_(?:live|test)_[a-f0-9]{40})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ShippoToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?i)(?<s>EZ[AT]K[a-z0-9]{54})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex EasyPostKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>duffel_(?:test|live)_[A-Za-z0-9_\-=]{43})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex DuffelToken { get; }
}
