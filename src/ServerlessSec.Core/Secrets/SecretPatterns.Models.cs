using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

// Keys of services that serve language models.
internal static partial class SecretPatterns
{
    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-(?:(?:proj|svcacct|admin|service|None)-)?[A-Za-z0-9_\-]{20,200}T3BlbkFJ[A-Za-z0-9_\-]{20,200})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenAiKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-(?:proj|svcacct)-[A-Za-z0-9_\-]{40,250})""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenAiProjectKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-ant-(?:api|admin|oat|sid)\d\d-[A-Za-z0-9_\-]{80,120}(?:AA)?)(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex AnthropicKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>sk-or-v1-[0-9a-f]{64})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex OpenRouterKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_])(?<s>hf_[A-Za-z]{34}|api_org_[A-Za-z]{34})(?![A-Za-z0-9])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex HuggingFaceToken { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>gsk_[A-Za-z0-9]{52})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex GroqKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>pplx-[A-Za-z0-9]{48})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex PerplexityKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>xai-[A-Za-z0-9_]{80})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex XaiKey { get; }

    [GeneratedRegex("""(?<![A-Za-z0-9_\-])(?<s>r8_[A-Za-z0-9_\-]{37})(?![A-Za-z0-9_\-])""", RegexOptions.CultureInvariant, Timeout)]
    private static partial Regex ReplicateToken { get; }
}
