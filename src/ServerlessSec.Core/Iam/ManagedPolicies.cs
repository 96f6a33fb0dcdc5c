using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>The documents of the policies that AWS manages; only the block that holds the one asked for is inflated.</summary>
public static class ManagedPolicies
{
    private static readonly Lazy<FrozenDictionary<string, Entry>> Index = new(ReadIndex);

    /// <summary>Whether this program carries them; one that asks AWS for the text of a policy is published without.</summary>
    [FeatureSwitchDefinition("ServerlessSec.ManagedPolicies")]
    public static bool AreIncluded => !AppContext.TryGetSwitch("ServerlessSec.ManagedPolicies", out var included) || included;

    private sealed record Entry(string Path, string Block, int Line);

    public static IEnumerable<string> Names => Index.Value.Values.Select(static entry => entry.Path[1..]);

    /// <summary>The document as JSON, or null where AWS manages no such policy, or none are included.</summary>
    /// <param name="name">A name, with or without its path, or an ARN of any or an unknown partition.</param>
    public static string? Find(string name)
    {
        if (!AreIncluded) return null;
        const string Mark = ":iam::aws:policy/";
        var mark = name.IndexOf(Mark, StringComparison.Ordinal);
        if (mark < 0 && name.StartsWith("arn:", StringComparison.Ordinal)) return null;
        var path = mark < 0 ? name : name[(mark + Mark.Length)..];
        var last = path[(path.LastIndexOf('/') + 1)..];
        if (!Text.IsExact(last) || !Index.Value.TryGetValue(last, out var entry)) return null;

        // IAM: a policy's path is part of its ARN.
        return (mark < 0 && path == last) || entry.Path.Equals("/" + path, StringComparison.OrdinalIgnoreCase) ? Read(entry) : null;
    }

    private static FrozenDictionary<string, Entry> ReadIndex()
    {
        using var archive = OpenArchive();
        using var reader = new StreamReader(archive.GetEntry("index")!.Open());
        var entries = new Dictionary<string, Entry>(StringComparer.OrdinalIgnoreCase);
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split('\t');
            var entry = new Entry(fields[0], fields[1], int.Parse(fields[2], System.Globalization.CultureInfo.InvariantCulture));
            entries.Add(entry.Path[(entry.Path.LastIndexOf('/') + 1)..], entry);
        }

        return entries.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static string Read(Entry entry)
    {
        using var archive = OpenArchive();
        using var reader = new StreamReader(archive.GetEntry(entry.Block)!.Open());
        for (var i = 0; i < entry.Line; i++) reader.ReadLine();
        using var statements = JsonDocument.Parse(reader.ReadLine()!);
        return Expand(statements.RootElement);
    }

    private static ZipArchive OpenArchive() =>
        new(typeof(ManagedPolicies).Assembly.GetManifestResourceStream("ServerlessSec.Iam.ManagedPolicies.zip")!, ZipArchiveMode.Read);

    private static string Expand(JsonElement statements)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("Version", "2012-10-17");
            writer.WriteStartArray("Statement");
            foreach (var statement in statements.EnumerateArray()) ExpandStatement(writer, statement);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void ExpandStatement(Utf8JsonWriter writer, JsonElement statement)
    {
        writer.WriteStartObject();
        foreach (var element in statement.EnumerateObject())
        {
            if (element.Name is not ("Action" or "NotAction"))
            {
                element.WriteTo(writer);
                continue;
            }

            writer.WriteStartArray(element.Name);
            foreach (var group in element.Value.GetString()!.Split(';'))
            {
                var colon = group.IndexOf(':', StringComparison.Ordinal);
                if (colon < 0) writer.WriteStringValue(group);
                else foreach (var action in group[(colon + 1)..].Split(',')) writer.WriteStringValue($"{group[..colon]}:{action}");
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
