using System.Text;

namespace ServerlessSec.Inventory.Python;

/// <summary>The header of a <c>METADATA</c> or <c>PKG-INFO</c> file: as in mail, indented lines continue the field
/// above, and a blank line ends it.</summary>
internal sealed class MetadataHeaders
{
    private readonly List<(string Name, string Value)> fields = [];

    public MetadataHeaders(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\ufeff"u8)) bytes = bytes[3..];
        var value = new StringBuilder();
        string? name = null;
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (line.IsEmpty) break;

            if (line[0] is (byte)' ' or (byte)'\t')
            {
                value.Append('\n').Append(Encoding.UTF8.GetString(line).Trim());
                continue;
            }

            Keep(name, value);
            var colon = line.IndexOf((byte)':');
            name = colon > 0 ? Encoding.UTF8.GetString(line[..colon]).Trim() : null;
            if (colon > 0) value.Append(Encoding.UTF8.GetString(line[(colon + 1)..]).Trim());
        }

        Keep(name, value);
    }

    /// <summary>Null where the field is absent or empty.</summary>
    public string? First(string name) => All(name).FirstOrDefault(value => value.Length > 0);

    public IEnumerable<string> All(string name) =>
        fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value);

    private void Keep(string? name, StringBuilder value)
    {
        if (name is not null) fields.Add((name, value.ToString()));
        value.Clear();
    }
}
