using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using ServerlessSec.Advisories;

namespace ServerlessSec.Sources.Advisories;

/// <summary>
/// Records on their way into the store, in a file of their own: they come in any order and leave sorted, and of records
/// with one id the newest stays.
/// </summary>
internal sealed class StagedRecords : IDisposable
{
    /// <summary>Stands for the modification of a record that could not be read.</summary>
    public const long Unread = -1;

    private readonly string path;
    private readonly SqliteConnection connection;
    private readonly SqliteTransaction transaction;
    private readonly SqliteCommand claim, known, replace, forget, insert, other;
    private readonly ArrayBufferWriter<byte> buffer = new();

    public StagedRecords(string path)
    {
        this.path = path;
        connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Run(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA "
                + "temp_store=FILE; PRAGMA locking_mode=EXCLUSIVE;");
        Run("""
            CREATE TABLE record(ecosystem TEXT, id TEXT, modified INTEGER, digest BLOB, names TEXT, PRIMARY KEY(ecosystem, id)) WITHOUT ROWID;
            CREATE TABLE part(ecosystem TEXT, name TEXT, id TEXT, body BLOB, PRIMARY KEY(ecosystem, name, id)) WITHOUT ROWID;
            CREATE TABLE other(ecosystem TEXT, id TEXT, modified INTEGER, PRIMARY KEY(ecosystem, id)) WITHOUT ROWID;
            """);
        transaction = connection.BeginTransaction();
        claim = Command("INSERT OR IGNORE INTO record VALUES($ecosystem, $id, $modified, $digest, $names)");
        known = Command("SELECT modified, digest, names FROM record WHERE ecosystem = $ecosystem AND id = $id");
        replace = Command(
            "UPDATE record SET modified = $modified, digest = $digest, names = $names WHERE ecosystem = $ecosystem AND id = $id");
        forget = Command("DELETE FROM part WHERE ecosystem = $ecosystem AND name = $name AND id = $id");
        insert = Command("INSERT OR REPLACE INTO part VALUES($ecosystem, $name, $id, $body)");
        other = Command("INSERT INTO other VALUES($ecosystem, $id, $modified) ON CONFLICT DO UPDATE SET modified = max(modified, excluded.modified)");
    }

    /// <summary>Keeps what the record says of one ecosystem's packages; false where that is nothing.</summary>
    public bool Add(string ecosystem, Advisory advisory)
    {
        var parts = advisory.Affected
            .Where(package => Ecosystems.Base(package.Ecosystem) == ecosystem)
            .GroupBy(package => Ecosystems.NormaliseName(package.Ecosystem, package.Name), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Name: group.Key, Body: Print(advisory with { Affected = [.. group] })))
            .ToList();
        if (parts.Count == 0) return false;
        var digest = Digest(parts);
        var modified = advisory.Modified?.UtcTicks ?? 0;
        var names = string.Join('\n', parts.Select(part => part.Name));
        var claimed = Execute(
            claim,
            ("$ecosystem", ecosystem),
            ("$id", advisory.Id),
            ("$modified", modified),
            ("$digest", digest),
            ("$names", names));
        if (claimed == 0)
        {
            if (!IsNewer(ecosystem, advisory.Id, modified, digest, out var previous)) return true;
            foreach (var name in previous) Execute(forget, ("$ecosystem", ecosystem), ("$name", name), ("$id", advisory.Id));
            Execute(
                replace,
                ("$ecosystem", ecosystem),
                ("$id", advisory.Id),
                ("$modified", modified),
                ("$digest", digest),
                ("$names", names));
        }

        foreach (var (name, body) in parts)
            Execute(insert, ("$ecosystem", ecosystem), ("$name", name), ("$id", advisory.Id), ("$body", body));
        return true;
    }

    /// <summary>Keeps one row of a file that was built before; of a record's rows none may be added as a whole.</summary>
    public void AddRow(string ecosystem, string name, string id, byte[] body, long modified)
    {
        Execute(claim, ("$ecosystem", ecosystem), ("$id", id), ("$modified", modified), ("$digest", Array.Empty<byte>()), ("$names", name));
        Execute(insert, ("$ecosystem", ecosystem), ("$name", name), ("$id", id), ("$body", body));
    }

    /// <summary>Keeps in mind that the source has a record which gives no row.</summary>
    public void AddOther(string ecosystem, string id, long modified) =>
        Execute(other, ("$ecosystem", ecosystem), ("$id", id), ("$modified", modified));

    /// <summary>Records that give no row, sorted.</summary>
    public IEnumerable<(string Id, long Modified)> Others(string ecosystem)
    {
        using var command = Command(
            "SELECT id, modified FROM other WHERE ecosystem = $ecosystem AND id NOT IN (SELECT id FROM record WHERE ecosystem = $ecosystem) ORDER BY id");
        command.Parameters.AddWithValue("$ecosystem", ecosystem);
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return (reader.GetString(0), reader.GetInt64(1));
    }

    public IReadOnlyList<string> EcosystemNames()
    {
        var names = new List<string>();
        using var command = Command("SELECT DISTINCT ecosystem FROM record ORDER BY ecosystem");
        using var reader = command.ExecuteReader();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    /// <summary>Records of the source that could not be read.</summary>
    public int UnreadOf(string ecosystem)
    {
        using var command = Command($"SELECT count(*) FROM other WHERE ecosystem = $ecosystem AND modified = {Unread}");
        command.Parameters.AddWithValue("$ecosystem", ecosystem);
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>How many there are, and the newest modification that is not after <paramref name="now"/>: one slip of a source would
    /// else make all that comes later look older.</summary>
    public (int Records, DateTimeOffset? Newest) Count(string ecosystem, DateTimeOffset now)
    {
        using var command = Command("SELECT count(*), max(CASE WHEN modified <= $now THEN modified END) FROM record WHERE ecosystem = $ecosystem");
        command.Parameters.AddWithValue("$ecosystem", ecosystem);
        command.Parameters.AddWithValue("$now", now.UtcTicks);
        using var reader = command.ExecuteReader();
        reader.Read();
        var newest = reader.IsDBNull(1) || reader.GetInt64(1) == 0
            ? (DateTimeOffset?)null
            : new DateTimeOffset(reader.GetInt64(1), TimeSpan.Zero);
        return (reader.GetInt32(0), newest);
    }

    /// <summary>Name, id and body, sorted by name and id.</summary>
    public IEnumerable<(string Name, string Id, byte[] Body)> Sorted(string ecosystem)
    {
        using var command = Command("SELECT name, id, body FROM part WHERE ecosystem = $ecosystem ORDER BY name, id");
        command.Parameters.AddWithValue("$ecosystem", ecosystem);
        using var reader = command.ExecuteReader();
        while (reader.Read()) yield return (reader.GetString(0), reader.GetString(1), (byte[])reader[2]);
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[claim, known, replace, forget, insert, other]) command.Dispose();
        transaction.Dispose();
        connection.Dispose();
        File.Delete(path);
    }

    private bool IsNewer(string ecosystem, string id, long modified, byte[] digest, out ImmutableArray<string> names)
    {
        known.Parameters.Clear();
        known.Parameters.AddWithValue("$ecosystem", ecosystem);
        known.Parameters.AddWithValue("$id", id);
        using var reader = known.ExecuteReader();
        reader.Read();
        names = [.. reader.GetString(2).Split('\n')];
        var order = modified.CompareTo(reader.GetInt64(0));
        // Of two that claim the same instant either may stay, but always the same one.
        return (order != 0 ? order : digest.AsSpan().SequenceCompareTo((byte[])reader[1])) > 0;
    }

    public byte[] Print(Advisory advisory)
    {
        buffer.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(buffer, new() { SkipValidation = true })) OsvRecord.Write(advisory, json);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Digest(List<(string Name, byte[] Body)> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts) hash.AppendData(part.Body);
        return hash.GetHashAndReset();
    }

    private SqliteCommand Command(string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        return command;
    }

    private static int Execute(SqliteCommand command, params ReadOnlySpan<(string Name, object Value)> values)
    {
        if (command.Parameters.Count == 0)
        {
            foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        }
        else
        {
            foreach (var (name, value) in values) command.Parameters[name].Value = value;
        }

        return command.ExecuteNonQuery();
    }

    private void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
