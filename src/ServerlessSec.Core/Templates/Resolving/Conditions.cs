using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resolving;

/// <summary>Evaluates conditions by what is known; null is neither true nor false.</summary>
internal sealed class Conditions(Mapping? declared, Resolver resolver)
{
    private readonly Dictionary<string, bool?> known = new(StringComparer.Ordinal);
    private readonly List<string> running = [];

    public bool? IsTrue(string name)
    {
        if (known.TryGetValue(name, out var value)) return value;
        if (declared?[name] is not { } condition) return Missing(name);
        if (running.Contains(name)) return Cyclic(name);
        running.Add(name);
        value = Evaluate(condition);
        running.RemoveAt(running.Count - 1);
        known[name] = value;
        if (value is null && running.Count == 0)
        {
            resolver.Gaps.Unresolved(
                $"Conditions.{name}",
                "unknown condition",
                $"Condition '{name}' depends on what is only known at deployment, so both of its branches are possible.");
        }

        return value;
    }

    public bool? Evaluate(Node node)
    {
        Recursion.Check();
        resolver.Budget.Spend();
        if (node is Mapping { Entries: [{ Key: Intrinsic.Condition, Value: Scalar name }] }) return IsTrue(name.Text);
        if (!Intrinsic.Is(node, out var function, out var argument)) return Truth(resolver.Resolve(node));
        var parts = (argument as Sequence)?.Items ?? [argument];
        return function switch
        {
            "Fn::And" => parts.Select(Evaluate).Aggregate((bool?)true, (all, one) => all & one),
            "Fn::Or" => parts.Select(Evaluate).Aggregate((bool?)false, (any, one) => any | one),
            "Fn::Not" when parts is [var only] => !Evaluate(only),
            "Fn::Equals" when parts is [var left, var right] => AreEqual(resolver.Resolve(left), resolver.Resolve(right)),
            _ => Truth(resolver.Resolve(node)),
        };
    }

    private static bool? Truth(Node? node) => (node as Scalar)?.Text switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };

    private bool? AreEqual(Node? left, Node? right)
    {
        if (left is not Scalar a || right is not Scalar b) return left is Sequence && right is Sequence ? AreEqualLists(left, right) : null;
        if (a.Text == b.Text) return true;
        if (Text.IsExact(a.Text) && Text.IsExact(b.Text)) return false;
        return resolver.Parameters.Excludes(a.Text, b.Text) || resolver.Parameters.Excludes(b.Text, a.Text) ? false : null;
    }

    private bool? AreEqualLists(Node left, Node right)
    {
        var (a, b) = (TemplateJson.Write(left, resolver.Budget), TemplateJson.Write(right, resolver.Budget));
        return a == b ? true : Text.IsExact(a) && Text.IsExact(b) ? false : null;
    }

    private bool? Missing(string name)
    {
        resolver.Gaps.Unresolved($"Conditions.{name}", "unknown condition", $"Condition '{name}' is not defined in the template.");
        return known[name] = null;
    }

    private bool? Cyclic(string name)
    {
        var ring = string.Join("', '", running.Skip(running.IndexOf(name)).Order(StringComparer.Ordinal));
        resolver.Gaps.Unresolved(
            $"Conditions.{name}",
            "cyclic condition",
            $"Conditions '{ring}' are defined by each other, a cycle that cannot be resolved.");
        return null;
    }
}
