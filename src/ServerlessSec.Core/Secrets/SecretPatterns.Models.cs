namespace ServerlessSec.Secrets;

// Keys of services that serve language models.
internal static partial class SecretPatterns
{
    private const string OpenAiKey =
        """(?<![A-Za-z0-9_\-])(?<s>sk-(?:(?:proj|svcacct|admin|service|None)-)?[A-Za-z0-9_\-]{20,200}T3BlbkFJ[A-Za-z0-9_\-]{20,200})(?![A-Za-z0-9_\-])""";

    private const string OpenAiProjectKey =
        """(?<![A-Za-z0-9_\-])(?<s>sk-(?:proj|svcacct)-[A-Za-z0-9_\-]{40,250})""";

    private const string AnthropicKey =
        """(?<![A-Za-z0-9_\-])(?<s>sk-ant-(?:api|admin|oat|sid)\d\d-[A-Za-z0-9_\-]{80,120}(?:AA)?)(?![A-Za-z0-9_\-])""";

    private const string OpenRouterKey =
        """(?<![A-Za-z0-9_\-])(?<s>sk-or-v1-[0-9a-f]{64})(?![A-Za-z0-9_\-])""";

    private const string HuggingFaceToken =
        """(?<![A-Za-z0-9_])(?<s>hf_[A-Za-z]{34}|api_org_[A-Za-z]{34})(?![A-Za-z0-9])""";

    private const string GroqKey =
        """(?<![A-Za-z0-9_\-])(?<s>gsk_[A-Za-z0-9]{52})(?![A-Za-z0-9_\-])""";

    private const string PerplexityKey =
        """(?<![A-Za-z0-9_\-])(?<s>pplx-[A-Za-z0-9]{48})(?![A-Za-z0-9_\-])""";

    private const string XaiKey =
        """(?<![A-Za-z0-9_\-])(?<s>xai-[A-Za-z0-9_]{80})(?![A-Za-z0-9_\-])""";

    private const string ReplicateToken =
        """(?<![A-Za-z0-9_\-])(?<s>r8_[A-Za-z0-9_\-]{37})(?![A-Za-z0-9_\-])""";
}
