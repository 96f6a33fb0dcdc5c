using System.Collections.Immutable;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts;

/// <summary>Parses a function's policies; what cannot be read or found becomes a gap and an incomplete document.</summary>
internal sealed class PolicyReader(string function, ScanLimits limits, ImmutableArray<Gap>.Builder gaps)
{
    public PolicyDocument Read(PolicySnapshot policy, Evidence evidence)
    {
        var named = policy.Json is not null ? policy : policy with { Json = ManagedPolicies.Find(policy.Arn ?? policy.Name) };
        if (named.Json is null) return Unread(policy, evidence, "unknown managed policy", "its document is not known here");
        try
        {
            var document = PolicyParser.Parse(named, limits);
            if (!document.IsComplete)
                Unread(policy, evidence, "policy known only at deployment", "a part of it is only known at deployment");
            return document;
        }
        catch (FormatException malformed)
        {
            return Unread(policy, evidence, "malformed policy", malformed.Message);
        }
    }

    private PolicyDocument Unread(PolicySnapshot policy, Evidence evidence, string reason, string why)
    {
        gaps.Add(new(
            reason == "malformed policy" ? GapKind.Unread : GapKind.Unresolved,
            new() { Evidence = evidence, Path = policy.Location?.Property ?? policy.Name },
            reason,
            $"The policy {Text.Show(policy.Name)} of {function} could not be judged whole: {Text.Show(why)}."));
        return new() { Name = policy.Name, Kind = policy.Kind, IsComplete = false };
    }
}
