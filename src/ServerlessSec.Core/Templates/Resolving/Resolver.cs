using System.Globalization;
using System.Text;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resolving;

/// <summary>Replaces intrinsic functions by what they give; what only deployment decides becomes a hole.</summary>
internal sealed class Resolver
{
    private readonly Dictionary<Node, Node?> memo = new(ReferenceEqualityComparer.Instance);
    private readonly IReadOnlyDictionary<string, TemplateResource> resources;
    private readonly Mapping? mappings;
    private readonly TemplateOptions options;

    public Resolver(
        Mapping template,
        IReadOnlyDictionary<string, TemplateResource> resources,
        TemplateOptions options,
        GapList gaps,
        StepBudget budget)
    {
        (this.resources, this.options, Gaps, Budget) = (resources, options, gaps, budget);
        mappings = template["Mappings"] as Mapping;
        Parameters = new(template["Parameters"] as Mapping, options);
        Conditions = new(template["Conditions"] as Mapping, this);
        Names = new(this);
    }

    public GapList Gaps { get; }

    public StepBudget Budget { get; }

    public Parameters Parameters { get; }

    public Conditions Conditions { get; }

    public ResourceNames Names { get; }

    /// <summary>Which resource's value needs which resource.</summary>
    public Dictionary<string, HashSet<string>> Uses { get; } = new(StringComparer.Ordinal);

    /// <summary>The resource whose properties are being resolved.</summary>
    public string? Owner { get; set; }

    /// <summary>Null where nothing is left: <c>AWS::NoValue</c>.</summary>
    public Node? Resolve(Node? node)
    {
        if (node is null || !node.HasIntrinsics) return node;
        if (memo.TryGetValue(node, out var known)) return known;
        Recursion.Check();
        Budget.Spend();
        var resolved = node switch
        {
            Sequence sequence => Resolve(sequence),
            Mapping mapping when Intrinsic.Is(mapping, out var name, out var argument) => Apply(name, argument, mapping),
            Mapping mapping => Resolve(mapping),
            _ => node,
        };
        memo[node] = resolved;
        return resolved;
    }

    public string Pseudo(string name) => options.Parameters.GetValueOrDefault(name) ?? Snapshots.Text.Hole(name);

    /// <summary>A scalar's text; null where it is none.</summary>
    public string? Text(Node node, string? owner = null)
    {
        var before = Owner;
        Owner = owner ?? before;
        var text = Resolve(node) is Scalar { Kind: not ScalarKind.Null } scalar ? scalar.Text : null;
        Owner = before;
        return text;
    }

    private Sequence Resolve(Sequence sequence) =>
        new([.. sequence.Items.Select(Resolve).OfType<Node>()], sequence.Line, sequence.Column);

    private Mapping Resolve(Mapping mapping)
    {
        var entries = new List<Entry>(mapping.Entries.Count);
        foreach (var entry in mapping.Entries)
        {
            if (entry.Key == Intrinsic.Transform || entry.Key.StartsWith("Fn::ForEach", StringComparison.Ordinal))
            {
                Inserted(entry);
                continue;
            }

            if (Resolve(entry.Value) is { } value) entries.Add(entry with { Value = value });
        }

        return new(entries, mapping.Line, mapping.Column);
    }

    /// <summary>A gap for what a transform or a loop puts in beside its neighbours.</summary>
    public void Inserted(Entry entry)
    {
        var name = entry.Key == Intrinsic.Transform ? (entry.Value as Mapping)?["Name"] is Scalar given ? given.Text
            : "a transform"
            : entry.Key;
        var place = Owner is null ? "the template" : $"'{Owner}'";
        Gaps.Unresolved(
            Owner is null ? null : $"Resources.{Owner}",
            "transform",
            $"What '{name}' puts into {place} (line {entry.Line}) is only known at deployment.");
    }

    private Node? Apply(string name, Node argument, Mapping at)
    {
        switch (name)
        {
            case Intrinsic.Ref: return Ref(argument, at);
            case "Fn::GetAtt": return GetAtt(argument, at);
            case "Fn::Sub": return Sub(argument, at);
            case "Fn::Join": return Join(argument, at);
            case "Fn::If": return If(argument, at);
            case "Fn::Select": return Select(argument, at);
            case "Fn::Split": return Split(argument, at);
            case "Fn::FindInMap": return FindInMap(argument, at);
            case "Fn::ImportValue":
                return Scalar.Of(
                Snapshots.Text.Hole($"ImportValue {Bare((Resolve(argument) as Scalar)?.Text)}"),
                at,
                Marks.Reference);
            case "Fn::Base64": return Base64(argument, at);
            case "Fn::Length":
                return Resolve(argument) is Sequence list
                ? Scalar.Of(list.Items.Count.ToString(CultureInfo.InvariantCulture), at)
                : Named(name, argument, at);
            case "Fn::ToJsonString": return Resolve(argument) is { } value ? Scalar.Of(TemplateJson.Write(value, Budget), at) : null;
            case Intrinsic.Transform:
                Inserted(new(name, argument, at.Line, at.Column));
                return Named(name, argument, at);
            case "Fn::And" or "Fn::Or" or "Fn::Not" or "Fn::Equals":
                return Conditions.Evaluate(at) is { } truth ? Scalar.Of(truth ? "true" : "false", at) : Named(name, argument, at);
            default: return Named(name, argument, at);
        }
    }

    private Scalar Named(string name, Node argument, Node at) =>
        Scalar.Hole($"{name[(name.LastIndexOf(':') + 1)..]} {Label(argument)}", at);

    // Equal arguments have equal names; literals are not shown, for they may be secrets.
    private string Label(Node argument)
    {
        var value = Resolve(argument);
        return value switch
        {
            null => "",
            Scalar { Text: ['⟨', ..] } scalar when scalar.Text.IndexOf(Snapshots.Text.Close) == scalar.Text.Length - 1 =>
                scalar.Text[1..^1],
            _ => "#" + TemplateJson.Digest(value, Budget),
        };
    }

    /// <summary>Text without brackets, to stand within a hole.</summary>
    private static string? Bare(string? text) =>
        text?.Replace("⟨", "", StringComparison.Ordinal).Replace("⟩", "", StringComparison.Ordinal);

    private Node? Ref(Node argument, Node at)
    {
        if (Resolve(argument) is not Scalar { Text: { } id }) return Scalar.Hole("Ref", at);
        return id == "AWS::NoValue" ? null
            : id.StartsWith("AWS::", StringComparison.Ordinal) ? Scalar.Of(Pseudo(id), at, Marks.Reference)
            : Parameters.Value(id, at) ?? Scalar.Of(RefText(id), at, Marks.Reference);
    }

    private string RefText(string id)
    {
        if (Find(id) is { } resource) return Names.Of(resource).Ref;
        // SAM: !Ref Function.Alias
        var dot = id.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && Find(id[..dot]) is { } owner ? Names.Attribute(owner, id[(dot + 1)..]) : Snapshots.Text.Hole(id);
    }

    private TemplateResource? Find(string id)
    {
        if (!resources.TryGetValue(id, out var resource)) return Names.Generated(id);
        if (Owner is not null)
        {
            if (!Uses.TryGetValue(Owner, out var used)) Uses[Owner] = used = new(StringComparer.Ordinal);
            used.Add(id);
        }

        return resource;
    }

    private Scalar GetAtt(Node argument, Node at)
    {
        var (id, attribute) = Resolve(argument) switch
        {
            Scalar { Text: { } text } when text.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot =>
                (text[..dot], text[(dot + 1)..]),
            Sequence { Items: [Scalar first, ..] } list => (
                first.Text,
                string.Join('.', list.Items.Skip(1).OfType<Scalar>().Select(part => part.Text))),
            _ => ("GetAtt", Label(argument)),
        };
        return Scalar.Of(AttText(id, attribute), at, Marks.Reference);
    }

    private string AttText(string id, string attribute) =>
        Find(id) is { } resource ? Names.Attribute(resource, attribute) : Snapshots.Text.Hole($"{id}.{attribute}");

    private Scalar Sub(Node argument, Node at)
    {
        var template = argument as Scalar ?? (argument is Sequence { Items: [Scalar first, ..] } ? first : null);
        if (template is null) return Named("Fn::Sub", argument, at);
        var values = (argument as Sequence)?.Items.ElementAtOrDefault(1) as Mapping;
        var (text, marks, source, from) = (new StringBuilder(), Marks.None, template.Text, 0);
        while (source.IndexOf("${", from, StringComparison.Ordinal) is >= 0 and var start && source.IndexOf('}', start) is >= 0 and var end)
        {
            text.Append(source, from, start - from);
            var name = source[(start + 2)..end].Trim();
            if (name.StartsWith('!')) text.Append("${").Append(name, 1, name.Length - 1).Append('}');
            else marks |= Append(text, values?[name] is { } given ? Resolve(given) : Variable(name, at), name, at);
            from = end + 1;
        }

        text.Append(source, from, source.Length - from);
        return Text(text, marks, at);
    }

    private Node? Variable(string name, Node at)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? Scalar.Of(AttText(name[..dot], name[(dot + 1)..]), at, Marks.Reference) : Ref(Scalar.Of(name, at), at);
    }

    private Marks Append(StringBuilder text, Node? value, string name, Node at)
    {
        var scalar = value as Scalar ?? (value is null ? null : Scalar.Hole(name, at));
        if (scalar is not { Kind: not ScalarKind.Null }) return Marks.None;
        Budget.Spend(scalar.Text.Length);
        text.Append(scalar.Text);
        return scalar.Marks & ~Marks.Unknown;
    }

    private Scalar Text(StringBuilder text, Marks marks, Node at)
    {
        Budget.Spend(text.Length);
        return text.Length <= options.Limits.ManifestBytes ? Scalar.Of(text.ToString(), at, marks)
            : throw new LimitReachedException($"a text of more than {options.Limits.ManifestBytes} characters comes out of line {at.Line}");
    }

    private Scalar Join(Node argument, Node at)
    {
        if (argument is not Sequence { Items: [var first, var second] } || Resolve(first) is not Scalar delimiter)
            return Named("Fn::Join", argument, at);
        if (Resolve(second) is not Sequence list) return Named("Fn::Join", argument, at);
        var (text, marks) = (new StringBuilder(), Marks.None);
        for (var i = 0; i < list.Items.Count; i++)
        {
            if (i > 0) text.Append(delimiter.Text);
            marks |= Append(text, list.Items[i], $"Join.{i}", at);
        }

        return Text(text, marks, at);
    }

    private Node? If(Node argument, Node at)
    {
        if (argument is not Sequence { Items: [Scalar condition, var yes, var no] }) return Named("Fn::If", argument, at);
        var truth = Conditions.IsTrue(condition.Text);
        if (truth is not null) return Resolve(truth.Value ? yes : no);
        var (left, right) = (Resolve(yes), Resolve(no));
        if (left is Scalar a && right is Scalar b && a.Text == b.Text) return a;
        var choice = new Sequence([left ?? Scalar.Of("", at), right ?? Scalar.Of("", at)], at.Line, at.Column);
        return Scalar.Hole($"If {condition.Text} #{TemplateJson.Digest(choice, Budget)}", at);
    }

    private Node? Select(Node argument, Node at)
    {
        if (argument is not Sequence { Items: [var first, var second] } || Resolve(first) is not Scalar index)
            return Named("Fn::Select", argument, at);
        var list = Resolve(second);
        return list is Sequence { Items: var items }
            && int.TryParse(index.Text, CultureInfo.InvariantCulture, out var i)
            && i >= 0
            && i < items.Count
            ? items[i]
            : list is null ? null : Scalar.Of(Snapshots.Text.Hole($"Select {index.Text} {Label(second)}"), at, Marks.Reference);
    }

    private Node Split(Node argument, Node at)
    {
        if (argument is not Sequence { Items: [var first, var second] } || Resolve(first) is not Scalar { Text: { Length: > 0 } delimiter })
            return Named("Fn::Split", argument, at);
        if (Resolve(second) is not Scalar { IsUnknown: false } source || Parameters.IsPartOf(source.Text))
            return Named("Fn::Split", argument, at);
        var parts = delimiter.Length == 1 ? ArnText.Split(source.Text, delimiter[0]) : [.. source.Text.Split(delimiter)];
        return new Sequence([.. parts.Select(part => Scalar.Of(part, at, source.Marks))], at.Line, at.Column);
    }

    private Node? FindInMap(Node argument, Node at)
    {
        if (argument is not Sequence { Items: [var map, var top, var second, ..] items }) return Named("Fn::FindInMap", argument, at);
        var keys = new[] { map, top, second }.Select(key => (Resolve(key) as Scalar)?.Text).ToArray();
        if (keys is [{ } one, { } two, { } three] && (mappings?[one] as Mapping)?[two] is Mapping row && row[three] is { } found)
            return Resolve(found);
        return items.ElementAtOrDefault(3) is Mapping extra
            && extra["DefaultValue"] is { } otherwise
            && keys.All(key => key is not null && Snapshots.Text.IsExact(key))
            ? Resolve(otherwise)
            : Scalar.Of(Snapshots.Text.Hole($"FindInMap {string.Join('.', keys.Select(Bare))}"), at, Marks.Reference);
    }

    private Scalar Base64(Node argument, Node at) =>
        Resolve(argument) is Scalar { Marks: var marks } scalar && Snapshots.Text.IsExact(scalar.Text)
            ? Scalar.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(scalar.Text)), at, marks)
            : Named("Fn::Base64", argument, at);
}
