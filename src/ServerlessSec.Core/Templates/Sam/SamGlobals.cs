using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Sam;

/// <summary>SAM's Globals section: maps merge, lists are joined, anything else is the resource's own where it has one.</summary>
internal static class SamGlobals
{
    private const string Prefix = "AWS::Serverless::";

    public static Mapping? Merge(Mapping? globals, string type, Mapping? properties, Node? ignored)
    {
        if (!type.StartsWith(Prefix, StringComparison.Ordinal) || globals?[type[Prefix.Length..]] is not Mapping section) return properties;
        if (ignored is Scalar { Text: "*" }) return properties;
        if (ignored is Sequence list)
        {
            var names = list.Items.OfType<Scalar>().Select(item => item.Text).ToHashSet(StringComparer.Ordinal);
            section = new([.. section.Entries.Where(entry => !names.Contains(entry.Key))], section.Line, section.Column);
        }

        return properties is null ? section : Merge(section, properties);
    }

    private static Mapping Merge(Mapping global, Mapping local)
    {
        Recursion.Check();
        var entries = new List<Entry>(global.Entries.Count + local.Entries.Count);
        foreach (var entry in global.Entries)
        {
            entries.Add(local.TryFind(entry.Key, out var own) ? own with { Value = Merge(entry.Value, own.Value) } : entry);
        }

        entries.AddRange(local.Entries.Where(entry => !global.TryFind(entry.Key, out _)));
        return new(entries, local.Line, local.Column);
    }

    // A function call is one value, whatever it gives.
    private static Node Merge(Node global, Node local) => (global, local) switch
    {
        (Mapping a, Mapping b) when !Intrinsic.Is(a, out _, out _) && !Intrinsic.Is(b, out _, out _) => Merge(a, b),
        (Sequence a, Sequence b) => new Sequence([.. a.Items, .. b.Items], b.Line, b.Column),
        _ => local,
    };
}
