using System.Collections.Concurrent;
using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace ServerlessSec.Functions.Model;

/// <summary>
/// The part of DynamoDB's expressions that the scanner's table uses: <c>AND</c>, <c>OR</c>, comparisons, existence, and
/// <c>SET</c> and <c>REMOVE</c> with sums and <c>if_not_exists</c>. Anything else throws.
/// </summary>
internal sealed class RowExpression
{
    private static readonly ConcurrentDictionary<string, Func<Scope, bool>> Conditions = new();
    private static readonly ConcurrentDictionary<string, Action<Scope, Dictionary<string, AttributeValue>>> Updates = new();

    private readonly string[] tokens;
    private int at;

    private RowExpression(string text) => tokens = text.Replace("(", " ( ", StringComparison.Ordinal).Replace(")", " ) ", StringComparison.Ordinal)
        .Replace(",", " , ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public static bool Holds(string? condition, Scope scope) => string.IsNullOrEmpty(condition) || Conditions.GetOrAdd(condition, static text =>
    {
        var parser = new RowExpression(text);
        var parsed = parser.Any();
        return parser.at == parser.tokens.Length ? parsed : throw parser.Unknown();
    })(scope);

    /// <summary>Changes <paramref name="row"/>, a copy of the scope's.</summary>
    public static void Apply(string update, Scope scope, Dictionary<string, AttributeValue> row) => Updates.GetOrAdd(update, static text => new RowExpression(text).Clauses())(scope, row);

    private Func<Scope, bool> Any()
    {
        var one = All();
        while (Take("OR"))
        {
            var (left, right) = (one, All());
            one = scope => left(scope) || right(scope);
        }

        return one;
    }

    private Func<Scope, bool> All()
    {
        var one = Single();
        while (Take("AND"))
        {
            var (left, right) = (one, Single());
            one = scope => left(scope) && right(scope);
        }

        return one;
    }

    private Func<Scope, bool> Single()
    {
        if (Take("("))
        {
            var inner = Any();
            Need(")");
            return inner;
        }

        if (Take("attribute_exists")) return Exists(true);
        if (Take("attribute_not_exists")) return Exists(false);
        var (left, comparison, right) = (Operand(), Next(), Operand());
        Func<int, bool> test = comparison switch
        {
            "=" => static order => order == 0,
            "<" => static order => order < 0,
            "<=" => static order => order <= 0,
            ">" => static order => order > 0,
            _ => throw Unknown(),
        };
        return scope => left(scope) is { } a && right(scope) is { } b && test(Compare(a, b));
    }

    private Func<Scope, bool> Exists(bool wanted)
    {
        Need("(");
        var operand = Operand();
        Need(")");
        return scope => operand(scope) is not null == wanted;
    }

    private Func<Scope, AttributeValue?> Operand()
    {
        var name = Next();
        return name[0] switch
        {
            ':' => scope => scope.Values[name],
            '#' => scope => scope.Row?.GetValueOrDefault(scope.Names[name]),
            _ => throw Unknown(),
        };
    }

    private Action<Scope, Dictionary<string, AttributeValue>> Clauses()
    {
        var steps = new List<Action<Scope, Dictionary<string, AttributeValue>>>();
        while (at < tokens.Length)
        {
            var isSet = Take("SET");
            if (!isSet) Need("REMOVE");
            do steps.Add(isSet ? Assignment() : Removal());
            while (Take(","));
        }

        return (scope, row) =>
        {
            foreach (var step in steps) step(scope, row);
        };
    }

    private Action<Scope, Dictionary<string, AttributeValue>> Removal()
    {
        var name = Next();
        return (scope, row) => row.Remove(scope.Names[name]);
    }

    private Action<Scope, Dictionary<string, AttributeValue>> Assignment()
    {
        var name = Next();
        Need("=");
        var value = Take("if_not_exists") ? FirstThatExists() : Operand();
        if (Take("+"))
        {
            var (left, right) = (value, Operand());
            value = scope => new() { N = (Number(left(scope)!) + Number(right(scope)!)).ToString(CultureInfo.InvariantCulture) };
        }

        return (scope, row) => row[scope.Names[name]] = value(scope)!;
    }

    private Func<Scope, AttributeValue?> FirstThatExists()
    {
        Need("(");
        var present = Operand();
        Need(",");
        var otherwise = Operand();
        Need(")");
        return scope => present(scope) ?? otherwise(scope);
    }

    private static int Compare(AttributeValue a, AttributeValue b) => a.S is not null && b.S is not null ? string.CompareOrdinal(a.S, b.S) : Number(a).CompareTo(Number(b));

    private static long Number(AttributeValue value) => long.Parse(value.N, CultureInfo.InvariantCulture);

    private bool Take(string token)
    {
        if (at == tokens.Length || tokens[at] != token) return false;
        at++;
        return true;
    }

    private void Need(string token)
    {
        if (!Take(token)) throw Unknown();
    }

    private string Next() => at < tokens.Length ? tokens[at++] : throw Unknown();

    private NotSupportedException Unknown() => new($"the model does not know the expression '{string.Join(' ', tokens)}' at {at}");

    /// <summary>A row and what an expression's placeholders stand for.</summary>
    internal readonly record struct Scope(Dictionary<string, AttributeValue>? Row, Dictionary<string, string> Names, Dictionary<string, AttributeValue> Values);
}
