using System.Collections.Frozen;
using System.Collections.Immutable;
using ServerlessSec.Rules;

namespace ServerlessSec.Scanning;

/// <summary>Which scan replaces the findings of which rule.</summary>
public sealed class ScanRules(IEnumerable<KeyValuePair<string, ScanKind>> rules)
{
    private readonly FrozenDictionary<string, ScanKind> byId = rules.ToFrozenDictionary(StringComparer.Ordinal);

    public static ScanRules Of(ImmutableArray<Rule> rules) =>
        new(rules.Select(static rule => KeyValuePair.Create(rule.Descriptor.Id, RuleScan.Of(rule))));

    /// <summary>Whether no scan has the rule any more.</summary>
    public bool IsRetired(string rule) => !byId.ContainsKey(rule);

    public bool Has(ScanKind scan, string rule) => byId.TryGetValue(rule, out var of) && of == scan;
}
