using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ServerlessSec.Iam;

/// <summary>What is known about one request besides its action and resource: condition keys, in any case, and their values.</summary>
public sealed class RequestContext
{
    private readonly FrozenDictionary<string, ImmutableArray<string>> values;
    private readonly FrozenSet<string> absent;

    /// <param name="values">Keys that the request has.</param>
    /// <param name="absent">Keys that it is known not to have.</param>
    /// <param name="isComplete">True where it has no other key than those given.</param>
    public RequestContext(
        IEnumerable<KeyValuePair<string, ImmutableArray<string>>> values,
        IEnumerable<string>? absent = null,
        bool isComplete = false)
    {
        this.values = values.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
        this.absent = (absent ?? []).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        IsComplete = isComplete;
    }

    /// <summary>Nothing is known.</summary>
    public static RequestContext Open { get; } = new([]);

    /// <summary>All that is known of a request that a role makes: it carries no user's name.</summary>
    public static RequestContext OfRole { get; } = new([], ["aws:username"]);

    public bool IsComplete { get; }

    public bool IsAbsent(string key) => !values.ContainsKey(key) && (IsComplete || absent.Contains(key));

    /// <summary>Empty where the key is absent or unknown.</summary>
    public ImmutableArray<string> this[string key] => values.TryGetValue(key, out var found) ? found : [];

    public bool Has(string key) => values.ContainsKey(key);
}
