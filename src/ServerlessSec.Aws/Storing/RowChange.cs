using System.Globalization;
using System.Text;
using Amazon.DynamoDBv2.Model;

namespace ServerlessSec.Aws.Storing;

/// <summary>
/// A change to one row: attributes to set and to remove, and what must hold. Names are written <c>#Name</c> in
/// conditions, because DynamoDB reserves many of ours.
/// </summary>
internal sealed class RowChange(RowKey key)
{
    private readonly List<string> sets = [];
    private readonly List<string> removes = [];
    private readonly List<string> conditions = [];
    private readonly Dictionary<string, string> names = [];
    private readonly Dictionary<string, AttributeValue> values = [];

    public RowKey Key => key;

    /// <summary>About what it takes in a request.</summary>
    public int Bytes => 500 + values.Sum(static v => v.Key.Length + Size(v.Value));

    public RowChange Set(string name, AttributeValue? value)
    {
        if (value is null) return Remove(name);
        sets.Add($"{Name(name)} = :{name}");
        values[":" + name] = value;
        return this;
    }

    public RowChange Set(string name, string? value) => Set(name, value is null ? null : new AttributeValue(value));

    public RowChange Set(string name, DateTimeOffset? value) => Set(name, value is { } instant ? Keys.Instant(instant) : null);

    public RowChange Set(string name, long value) => Set(name, Number(value));

    /// <summary>Sets what is not set yet.</summary>
    public RowChange Keep(string name, string value)
    {
        sets.Add($"{Name(name)} = if_not_exists({Name(name)}, :{name})");
        values[":" + name] = new(value);
        return this;
    }

    public RowChange Add(string name, long value)
    {
        sets.Add($"{Name(name)} = {Name(name)} + :{name}");
        values[":" + name] = Number(value);
        return this;
    }

    public RowChange Remove(params ReadOnlySpan<string> remove)
    {
        foreach (var name in remove) removes.Add(Name(name));
        return this;
    }

    public RowChange If(string condition, params ReadOnlySpan<(string Name, AttributeValue Value)> given)
    {
        conditions.Add($"({condition})");
        for (var at = condition.IndexOf('#', StringComparison.Ordinal); at >= 0; at = condition.IndexOf('#', at + 1))
        {
            var end = at + 1;
            while (end < condition.Length && char.IsAsciiLetterOrDigit(condition[end])) end++;
            Name(condition[(at + 1)..end]);
        }

        foreach (var (name, value) in given) values[":" + name] = value;
        return this;
    }

    public RowChange IfThere() => If($"attribute_exists(#{RowKey.PartitionName})");

    public static AttributeValue Number(long value) => new() { N = value.ToString(CultureInfo.InvariantCulture) };

    public UpdateItemRequest ToRequest(string table) => new()
    {
        TableName = table,
        Key = key.Attributes,
        UpdateExpression = Expression(),
        ConditionExpression = Condition(),
        ExpressionAttributeNames = names,
        ExpressionAttributeValues = values.Count == 0 ? null : values,
    };

    public TransactWriteItem ToTransaction(string table) => sets.Count + removes.Count == 0
        ? new()
        {
            ConditionCheck = new()
            {
                TableName = table,
                Key = key.Attributes,
                ConditionExpression = Condition(),
                ExpressionAttributeNames = names,
                ExpressionAttributeValues = values,
            },
        }
        : new()
        {
            Update = new()
            {
                TableName = table,
                Key = key.Attributes,
                UpdateExpression = Expression(),
                ConditionExpression = Condition(),
                ExpressionAttributeNames = names,
                ExpressionAttributeValues = values,
            },
        };

    private string Expression()
    {
        var text = new StringBuilder();
        if (sets.Count > 0) text.Append("SET ").AppendJoin(", ", sets);
        if (removes.Count > 0) text.Append(text.Length > 0 ? " " : "").Append("REMOVE ").AppendJoin(", ", removes);
        return text.ToString();
    }

    private string? Condition() => conditions.Count == 0 ? null : string.Join(" AND ", conditions);

    private string Name(string name)
    {
        names["#" + name] = name;
        return "#" + name;
    }

    private static int Size(AttributeValue value) =>
        value.B is { } bytes ? (int)bytes.Length * 4 / 3 : value.S is { } text ? Encoding.UTF8.GetByteCount(text) : value.L is { } list ? list.Sum(Size) : 16;
}
