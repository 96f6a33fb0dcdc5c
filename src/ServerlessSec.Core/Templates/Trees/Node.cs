using System.Diagnostics.CodeAnalysis;

namespace ServerlessSec.Templates.Trees;

/// <summary>How a scalar was written, which decides how it looks as JSON.</summary>
internal enum ScalarKind
{
    Text,
    Number,
    Boolean,
    Null,
}

/// <summary>What is known of where a scalar's text came from.</summary>
[Flags]
internal enum Marks
{
    None = 0,

    /// <summary>Built from a parameter, pseudo parameter or resource.</summary>
    Reference = 1,

    /// <summary>Holds a <c>NoEcho</c> parameter.</summary>
    NoEcho = 2,

    /// <summary>Stands for something whose very shape is unknown.</summary>
    Unknown = 4,
}

/// <summary>One value of a template, before or after its intrinsic functions are resolved. Nodes are shared, never changed.</summary>
internal abstract class Node(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>Nodes below and with this one, aliases followed.</summary>
    public long Weight { get; protected init; } = 1;

    public int Height { get; protected init; } = 1;

    /// <summary>False where resolving changes nothing.</summary>
    public bool HasIntrinsics { get; protected init; }
}

internal sealed class Scalar(string text, ScalarKind kind, Marks marks, int line, int column) : Node(line, column)
{
    public string Text { get; } = text;

    public ScalarKind Kind { get; } = kind;

    public Marks Marks { get; } = marks;

    public bool IsUnknown => (Marks & Marks.Unknown) != 0;

    /// <summary>The text as it may be told: what holds a secret is as good as known only at deployment.</summary>
    public string Told => (Marks & Marks.NoEcho) == 0 ? Text : Snapshots.Text.Hole($"NoEcho, line {Line}");

    public static Scalar Of(string text, Node at, Marks marks = Marks.None) => new(text, ScalarKind.Text, marks, at.Line, at.Column);

    /// <summary>Something that only deployment decides; equal names are equal values.</summary>
    public static Scalar Hole(string name, Node at) =>
        new(Snapshots.Text.Hole(name), ScalarKind.Text, Marks.Reference | Marks.Unknown, at.Line, at.Column);
}

internal sealed class Sequence : Node
{
    public Sequence(IReadOnlyList<Node> items, int line, int column)
        : base(line, column)
    {
        Items = items;
        foreach (var item in items)
        {
            Weight += item.Weight;
            Height = Math.Max(Height, item.Height + 1);
            HasIntrinsics |= item.HasIntrinsics;
        }
    }

    public IReadOnlyList<Node> Items { get; }
}

/// <param name="Line">Of the key.</param>
/// <param name="Column">Of the key.</param>
internal readonly record struct Entry(string Key, Node Value, int Line, int Column);

internal sealed class Mapping : Node
{
    private const int Small = 12;
    private readonly Dictionary<string, int>? index;

    public Mapping(IReadOnlyList<Entry> entries, int line, int column)
        : base(line, column)
    {
        Entries = entries;
        if (entries.Count > Small) index = new(entries.Count, StringComparer.Ordinal);
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            Weight += entry.Value.Weight + 1;
            Height = Math.Max(Height, entry.Value.Height + 1);
            HasIntrinsics |= entry.Value.HasIntrinsics || Intrinsic.IsName(entry.Key);
            index?.TryAdd(entry.Key, i);
        }
    }

    public IReadOnlyList<Entry> Entries { get; }

    public Node? this[string key] => TryFind(key, out var entry) ? entry.Value : null;

    public bool TryFind(string key, out Entry entry)
    {
        entry = default;
        if (index is not null)
        {
            if (!index.TryGetValue(key, out var at)) return false;
            entry = Entries[at];
            return true;
        }

        foreach (var candidate in Entries)
        {
            if (candidate.Key != key) continue;
            entry = candidate;
            return true;
        }

        return false;
    }
}

/// <summary>The names of CloudFormation's functions.</summary>
internal static class Intrinsic
{
    public const string Ref = "Ref";
    public const string Condition = "Condition";
    public const string Transform = "Fn::Transform";

    public static bool IsName(string key) => key == Ref || key.StartsWith("Fn::", StringComparison.Ordinal);

    /// <summary>A mapping whose one key is a function's name.</summary>
    public static bool Is(Node? node, out string name, [NotNullWhen(true)] out Node? argument)
    {
        name = "";
        argument = null;
        if (node is not Mapping { Entries: [var only] } || !IsName(only.Key)) return false;
        name = only.Key;
        argument = only.Value;
        return true;
    }
}
