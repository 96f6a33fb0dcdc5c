using System.Globalization;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates.Trees;

/// <summary>A resolved value with the path that leads to it; may be absent, so that paths can be followed without looking.</summary>
internal sealed class Item
{
    private readonly string file;
    private readonly Item? parent;
    private readonly int line;
    private readonly int column;
    private SourceLocation? location;

    private Item(string file, Item? parent, string key, Node? node, int line, int column)
    {
        (this.file, this.parent, Key, Node, this.line, this.column) = (file, parent, key, node, line, column);
    }

    public string Key { get; }

    public Node? Node { get; }

    public bool IsAbsent => Node is null or Scalar { Kind: ScalarKind.Null };

    /// <summary>Given, but its shape is only known at deployment.</summary>
    public bool IsUnknown => Node is Scalar { IsUnknown: true };

    public bool IsMapping => Node is Mapping;

    public SourceLocation Location => location ??= new(file, line, column, Path);

    public string Path => parent is null or { Key: "" } ? Key : $"{parent.Path}.{Key}";

    /// <summary>A scalar's text, holes included; of a secret, a hole.</summary>
    public string? Text => Node is Scalar { Kind: not ScalarKind.Null } scalar ? scalar.Told : null;

    /// <summary>A scalar's text where nothing in it is left to deployment.</summary>
    public string? Exact => Text is { } text && Snapshots.Text.IsExact(text) ? text : null;

    /// <summary>True only for what is known to be switched on.</summary>
    public bool IsTrue => Flag().Is(true);

    /// <summary>Entries of a mapping.</summary>
    public IEnumerable<Item> Entries =>
        Node is Mapping mapping
            ? mapping.Entries.Select(entry => new Item(file, this, entry.Key, entry.Value, entry.Line, entry.Column))
            : [];

    /// <summary>Elements of a list; a single value is a list of one, as CloudFormation takes it.</summary>
    public IEnumerable<Item> Elements => Node switch
    {
        Sequence sequence =>
            sequence.Items.Select(
                (node, i) => new Item(file, this, i.ToString(CultureInfo.InvariantCulture), node, node.Line, node.Column)),
        _ => IsAbsent ? [] : [this],
    };

    public Item this[string key] =>
        Node is Mapping mapping && mapping.TryFind(key, out var entry)
            ? new(file, this, key, entry.Value, entry.Line, entry.Column)
            : new(file, this, key, IsUnknown ? Node : null, line, column);

    public static Item Root(string file, string path, Node? node, int line, int column) => new(file, null, path, node, line, column);

    /// <summary>The same place with another value.</summary>
    public Item With(Node? node) => new(file, parent, Key, node, line, column);

    /// <summary>The scalar texts of a list.</summary>
    public IEnumerable<string> Texts() => Elements.Select(item => item.Text).OfType<string>();

    /// <summary>A name or ARN: holes are part of it.</summary>
    public Setting<string> Name() =>
        IsAbsent ? Setting.Absent<string>()
            : Text is { } text && !IsUnknown ? Setting.Known(text, Location)
            : Setting.Unknown<string>(Location);

    /// <summary>One word of a fixed vocabulary: with a hole in it, it is unknown.</summary>
    public Setting<string> Word() =>
        IsAbsent ? Setting.Absent<string>() : Exact is { } text ? Setting.Known(text, Location) : Setting.Unknown<string>(Location);

    public Setting<int> Number() =>
        IsAbsent ? Setting.Absent<int>()
        : int.TryParse(Exact, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? Setting.Known(number, Location)
        : Setting.Unknown<int>(Location);

    public Setting<bool> Flag() => Exact?.ToUpperInvariant() switch
    {
        _ when IsAbsent => Setting.Absent<bool>(),
        "TRUE" or "YES" or "ON" => Setting.Known(true, Location),
        "FALSE" or "NO" or "OFF" => Setting.Known(false, Location),
        _ => Setting.Unknown<bool>(Location),
    };
}
