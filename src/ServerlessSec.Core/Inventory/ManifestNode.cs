namespace ServerlessSec.Inventory;

/// <summary>A node of a lock file in YAML or TOML: a text, a mapping or a list. Scalars keep the letters they were written with.</summary>
internal sealed class ManifestNode
{
    private static readonly ManifestNode Nothing = new();

    private readonly Dictionary<string, ManifestNode> members = new(StringComparer.Ordinal);

    /// <summary>Null where it is no scalar.</summary>
    public string? Text { get; init; }

    /// <summary>In the order of the file; none where it is no mapping.</summary>
    public IReadOnlyDictionary<string, ManifestNode> Members => members;

    public List<ManifestNode> Items { get; } = [];

    /// <summary>The member; an empty node where there is none.</summary>
    public ManifestNode this[string name]
    {
        get => members.GetValueOrDefault(name, Nothing);
        init => members[name] = value;
    }

    public bool Has(string name) => members.ContainsKey(name);

    /// <summary>Of two members with one name the later stands.</summary>
    internal void Put(string name, ManifestNode value) => members[name] = value;

    /// <summary>The member as a mapping to put more into.</summary>
    internal ManifestNode Open(string name)
    {
        if (members.TryGetValue(name, out var there) && there.Text is null) return there;
        return members[name] = new();
    }
}
