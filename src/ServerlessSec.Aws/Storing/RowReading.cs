using System.Globalization;
using Amazon.DynamoDBv2.Model;

namespace ServerlessSec.Aws.Storing;

/// <summary>Reads attributes of a row.</summary>
internal static class RowReading
{
    extension(IReadOnlyDictionary<string, AttributeValue> row)
    {
        public string? Text(string name) => row.GetValueOrDefault(name)?.S;

        public string Need(string name) => row.Text(name) ?? throw new FormatException($"the row '{RowKey.Of(row)}' lacks '{name}'");

        public DateTimeOffset? Instant(string name) => row.Text(name) is { } text ? Keys.Instant(text) : null;

        public DateTimeOffset NeedInstant(string name) => Keys.Instant(row.Need(name));

        public long? Number(string name) => row.GetValueOrDefault(name)?.N is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : null;

        public bool Flag(string name) => row.GetValueOrDefault(name)?.BOOL ?? false;

        public T Member<T>(string name) where T : struct, Enum => Enum.Parse<T>(row.Need(name));
    }
}
