namespace ServerlessSec.Templates.Trees;

/// <summary>A document as a tree, with what its syntax allowed but its meaning does not.</summary>
/// <param name="Root">Null where the document is empty.</param>
/// <param name="Duplicates">Keys given twice in one mapping; the last one holds.</param>
/// <param name="NextDocument">The line of a second document, which is not read; null where there is none.</param>
internal sealed record TemplateTree(Node? Root, IReadOnlyList<Entry> Duplicates, int? NextDocument = null);

/// <summary>Collects the nodes of one document from the inside out.</summary>
internal sealed class TreeBuilder(ScanLimits limits, string file)
{
    // One function in long form takes up to four levels: mapping, list, list, mapping.
    private const int LevelsPerFunction = 4;

    private readonly Stack<Frame> frames = new();
    private readonly List<Entry> duplicates = [];
    private readonly Dictionary<string, Node> anchors = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private long nodes;

    public static int MaximumDepth(ScanLimits limits) => limits.DocumentDepth * LevelsPerFunction;

    public Node? Root { get; private set; }

    public TemplateTree Tree => new(Root, duplicates);

    public void Open(bool isMapping, string? tag, string? anchor, int line, int column)
    {
        if (frames.Count >= MaximumDepth(limits))
            throw new LimitReachedException($"'{file}' is nested deeper than {MaximumDepth(limits)} levels");
        if (anchor is not null) open.Add(anchor);
        frames.Push(new(isMapping, tag, anchor, line, column));
    }

    public void Close()
    {
        var frame = frames.Pop();
        Node node = frame.IsMapping ? Merge(frame) : new Sequence(frame.Items, frame.Line, frame.Column);
        if (frame.Anchor is not null) open.Remove(frame.Anchor);
        Add(Tagged(node, frame.Tag), frame.Anchor, frame.Line, frame.Column);
    }

    /// <summary>Takes a finished scalar or alias; inside a mapping every other one is a key.</summary>
    public void Add(Node node, string? anchor, int line, int column, bool isPlain = false)
    {
        if (++nodes > limits.TemplateNodes || node.Weight > limits.TemplateNodes)
        {
            throw new LimitReachedException($"'{file}' has more than {limits.TemplateNodes} nodes once its aliases are followed");
        }

        if (node.Height > MaximumDepth(limits))
            throw new LimitReachedException($"'{file}' is nested deeper than {MaximumDepth(limits)} levels");
        if (anchor is not null) anchors[anchor] = node;
        if (frames.Count == 0)
        {
            Root ??= node;
            return;
        }

        var frame = frames.Peek();
        if (!frame.IsMapping) frame.Items.Add(node);
        else if (frame.Key is null) SetKey(frame, node, line, column, isPlain);
        else AddEntry(frame, node);
    }

    // What was meant as an alias is not repeated: it may be a password that nobody quoted.
    public Node Alias(string name, int line) =>
        open.Contains(name) ? throw new FormatException($"an anchor of '{file}' contains itself, line {line}")
        : anchors.TryGetValue(name, out var node) ? node
        : throw new FormatException($"an alias of '{file}' names nothing, line {line}; a text that begins with '*' stands in quotes");

    /// <summary>A short tag stands for the function's long form.</summary>
    public static Node Tagged(Node node, string? tag)
    {
        if (tag is not { Length: > 1 } || tag[0] != '!' || tag[1] == '!') return node;
        var name = tag[1..] is Intrinsic.Ref or Intrinsic.Condition ? tag[1..] : "Fn::" + tag[1..];
        return new Mapping([new(name, node, node.Line, node.Column)], node.Line, node.Column);
    }

    private void SetKey(Frame frame, Node node, int line, int column, bool isPlain)
    {
        if (node is not Scalar key) throw new FormatException($"a key of '{file}' is not text, line {line}");
        frame.Key = key.Text;
        frame.KeyLine = line;
        frame.KeyColumn = column;
        frame.KeyMerges = isPlain && key.Text == "<<";
    }

    private void AddEntry(Frame frame, Node node)
    {
        var entry = new Entry(frame.Key!, node, frame.KeyLine, frame.KeyColumn);
        frame.Key = null;
        if (frame.KeyMerges)
        {
            frame.Merged.Add(entry);
            return;
        }

        if (frame.PositionOf(entry.Key) is var position and >= 0)
        {
            duplicates.Add(entry);
            frame.Entries[position] = entry;
            return;
        }

        frame.Append(entry);
    }

    // https://yaml.org/type/merge.html: what is written here wins, then the earlier of the merged mappings.
    private Mapping Merge(Frame frame)
    {
        if (!frame.Merges) return new(frame.Entries, frame.Line, frame.Column);
        var entries = new List<Entry>();
        var keys = frame.Entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var merged in frame.Merged)
        {
            foreach (var source in merged.Value is Sequence list ? list.Items : [merged.Value])
            {
                if (source is not Mapping mapping) throw new FormatException($"'<<' of '{file}' merges no mapping, line {merged.Line}");
                nodes += mapping.Entries.Count;
                entries.AddRange(mapping.Entries.Where(entry => keys.Add(entry.Key)));
            }
        }

        entries.AddRange(frame.Entries);
        return new(entries, frame.Line, frame.Column);
    }

    private sealed class Frame(bool isMapping, string? tag, string? anchor, int line, int column)
    {
        public bool IsMapping { get; } = isMapping;

        public string? Tag { get; } = tag;

        public string? Anchor { get; } = anchor;

        public int Line { get; } = line;

        public int Column { get; } = column;

        /// <summary>So many entries are found faster by looking at each.</summary>
        private const int Few = 8;

        private List<Node>? items;
        private List<Entry>? entries;
        private List<Entry>? merged;
        private Dictionary<string, int>? positions;

        public List<Node> Items => items ??= [];

        public List<Entry> Entries => entries ??= [];

        public List<Entry> Merged => merged ??= [];

        public bool Merges => merged is not null;

        public string? Key { get; set; }

        public int KeyLine { get; set; }

        public int KeyColumn { get; set; }

        public bool KeyMerges { get; set; }

        public int PositionOf(string key) =>
            positions is null ? Entries.FindIndex(entry => entry.Key == key) : positions.GetValueOrDefault(key, -1);

        public void Append(Entry entry)
        {
            positions?.Add(entry.Key, Entries.Count);
            Entries.Add(entry);
            if (positions is null && Entries.Count > Few)
                positions = Enumerable.Range(0, Entries.Count).ToDictionary(i => Entries[i].Key, StringComparer.Ordinal);
        }
    }
}
