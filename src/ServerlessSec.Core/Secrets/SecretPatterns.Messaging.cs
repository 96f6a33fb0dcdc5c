namespace ServerlessSec.Secrets;

// Tokens of chat, mail and telephony.
internal static partial class SecretPatterns
{
    private const string SlackToken =
        """(?<![A-Za-z0-9])(?i)(?<s>xox(?:[bpaors]|e(?:\.xox[bp])?)-(?=[A-Za-z\-]{0,60}\d[A-Za-z\-]{0,60}\d)[A-Za-z0-9\-]{10,250})(?![A-Za-z0-9#])""";

    private const string SlackAppToken =
        """(?i)(?<s>xapp-\d-[A-Z0-9]{5,20}-\d{5,20}-[a-z0-9]{20,100})""";

    private const string SlackWebhook =
        """(?<s>(?:https?://)?hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,100})""";

    private const string TelegramToken =
        """(?<![A-Za-z0-9:])(?<s>\d{5,16}:AA[A-Za-z0-9_\-]{32,34})(?![A-Za-z0-9_\-])""";

    private const string DiscordToken =
        """(?<![A-Za-z0-9_\-])(?<s>[MNO][A-Za-z0-9_\-]{23,27}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,38})(?![A-Za-z0-9_\-])""";

    private const string DiscordWebhook =
        """(?i)(?<s>https://(?:ptb\.|canary\.)?discord(?:app)?\.com/api/webhooks/\d{17,20}/[A-Za-z0-9_\-]{60,70})""";

    private const string TeamsWebhook =
        """(?i)(?<s>https://[a-z0-9\-]{1,60}\.webhook\.office\.com/webhookb2/[a-z0-9\-@]{30,100}/IncomingWebhook/[a-z0-9]{32}/[a-z0-9\-]{36})""";

    private const string FacebookToken =
        """(?<![A-Za-z0-9_\-])(?<s>EAA[MC][A-Za-z0-9]{100,300})(?![A-Za-z0-9_\-])""";

    private const string TwilioKey =
        """(?i)twilio[\s\S]{0,60}?(?<![A-Za-z0-9])(?<s>(?-i:SK[0-9a-f]{32})|[0-9a-f]{32})(?![A-Za-z0-9])""";

    private const string TwilioBareKey =
        """(?<![A-Za-z0-9])(?<s>SK[0-9a-f]{32})(?![A-Za-z0-9])""";

    private const string SendGridKey =
        """(?<![A-Za-z0-9_\-])(?i)(?<s>SG\.[A-Za-z0-9_\-=]{20,24}\.[A-Za-z0-9_\-=]{39,50})(?![A-Za-z0-9_\-])""";

    private const string MailgunKey =
        """(?<![A-Za-z0-9_\-])(?<s>key-[0-9a-f]{32}|[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8})(?![A-Za-z0-9\-])""";

    private const string MailchimpKey =
        """(?<![A-Za-z0-9])(?<s>[0-9a-f]{32}-us\d{1,2})(?![A-Za-z0-9])""";
}
