using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using ServerlessSec.Advisories;
using ServerlessSec.Sources.Files;

namespace ServerlessSec.Sources.Advisories;

/// <summary>One ecosystem's SQLite file: rows of package name, advisory id and the advisory's record as far as it names
/// the package.</summary>
internal sealed class AdvisoryDatabase : IDisposable
{
    // "SLSA", so that a stranger's SQLite file is not taken for one of ours.
    private const int ApplicationId = 0x534C5341;
    private const int Schema = AdvisoryManifest.CurrentSchema;

    private static readonly string[] Tables =
    [
        "CREATE TABLE advisory(name TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, sum INTEGER NOT "
            + "NULL, PRIMARY KEY(name, id)) WITHOUT ROWID",
        "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE other(id TEXT PRIMARY KEY, modified INTEGER NOT NULL) WITHOUT ROWID",
    ];

    private readonly SqliteConnection connection;
    private readonly SqliteCommand find;

    private AdvisoryDatabase(SqliteConnection connection)
    {
        this.connection = connection;
        find = connection.CreateCommand();
        find.CommandText = "SELECT body, sum FROM advisory WHERE name = $name ORDER BY id";
        find.Parameters.Add("$name", SqliteType.Text);
    }

    /// <summary>
    /// Opens the file for reading, without locks or side files. What would take time on a large file is not done: it must have
    /// the size, the schema and the content digest that the manifest says, and each row has a checksum.
    /// </summary>
    public static AdvisoryDatabase Open(string directory, AdvisoryFile file)
    {
        var path = Path.GetFullPath(Path.Combine(directory, file.File));
        if (!File.Exists(path)) throw new FormatException($"'{file.File}' is not there");
        var length = SmallFile.LengthOf(path);
        if (length == 0) throw new FormatException($"'{file.File}' is empty");
        if (length != file.Bytes)
            throw new FormatException($"'{file.File}' has {length} bytes, not {file.Bytes}: it is cut or half written");
        var address = "file:" + string.Join('/', path.Replace('\\', '/').Split('/').Select(Uri.EscapeDataString)) + "?immutable=1";
        var settings = new SqliteConnectionStringBuilder { DataSource = address, Mode = SqliteOpenMode.ReadOnly, Pooling = false };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            if (Number(connection, "PRAGMA application_id") != ApplicationId)
                throw new FormatException($"'{file.File}' holds no advisories");
            if (Number(connection, "PRAGMA user_version") != Schema)
                throw new FormatException($"'{file.File}' has another schema: build it again");
            if (!HoldsTablesAlone(connection)) throw new FormatException($"'{file.File}' holds more than the tables of advisories");
            if (Meta(connection, "content") != file.Content)
                throw new FormatException($"'{file.File}' is not the one that the manifest means");
            return new(connection);
        }
        catch (SqliteException e)
        {
            connection.Dispose();
            throw new FormatException($"'{file.File}' is damaged: {e.Message}", e);
        }
        catch (FormatException)
        {
            connection.Dispose();
            throw;
        }
    }

    public List<Advisory> Find(string name)
    {
        try
        {
            var found = new List<Advisory>();
            find.Parameters[0].Value = name;
            using var reader = find.ExecuteReader();
            while (reader.Read())
            {
                var body = (byte[])reader[0];
                if (Crc32.Of(body) != reader.GetInt64(1)) throw new FormatException("a record's checksum is wrong");
                found.Add(OsvRecord.Read(body));
            }

            return found;
        }
        catch (Exception e) when (e is SqliteException or InvalidCastException)
        {
            throw new FormatException($"a record could not be read: {e.Message}", e);
        }
    }

    /// <summary>Every row, in the order of the file.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    public IEnumerable<(string Name, string Id, byte[] Body)> Rows()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT name, id, body, sum FROM advisory ORDER BY name, id";
        using var reader = command.ExecuteReader();
        while (Next(reader))
        {
            var body = (byte[])reader[2];
            if (Crc32.Of(body) != reader.GetInt64(3)) throw new FormatException("a record's checksum is wrong");
            yield return (reader.GetString(0), reader.GetString(1), body);
        }
    }

    /// <summary>Records of the source that say nothing of the ecosystem's packages, and when each was modified, in ticks;
    /// <see cref="StagedRecords.Unread"/> for those that could not be read.</summary>
    /// <exception cref="FormatException">The file is damaged.</exception>
    public IEnumerable<(string Id, long Modified)> Others()
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, modified FROM other ORDER BY id";
        using var reader = command.ExecuteReader();
        while (Next(reader)) yield return (reader.GetString(0), reader.GetInt64(1));
    }

    private static bool Next(SqliteDataReader reader)
    {
        try
        {
            return reader.Read();
        }
        catch (SqliteException damaged)
        {
            throw new FormatException($"the file is damaged: {damaged.Message}", damaged);
        }
    }

    /// <summary>Writes a new file with the same bytes for the same records, and gives its digest over them.</summary>
    public static (string Content, int Packages) Write(string path, string ecosystem, StagedRecords staged, CancellationToken stop)
    {
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        connection.Open();
        Run(connection, "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-16384;");
        Run(connection, $"PRAGMA application_id={ApplicationId}; PRAGMA user_version={Schema};");
        foreach (var table in Tables) Run(connection, table);
        using var transaction = connection.BeginTransaction();
        var (content, packages) = WriteRows(connection, transaction, ecosystem, staged, stop);
        using (var meta = connection.CreateCommand())
        {
            meta.Transaction = transaction;
            meta.CommandText = "INSERT INTO meta VALUES('ecosystem', $ecosystem), ('content', $content)";
            meta.Parameters.AddWithValue("$ecosystem", ecosystem);
            meta.Parameters.AddWithValue("$content", content);
            meta.ExecuteNonQuery();
        }

        transaction.Commit();
        return (content, packages);
    }

    public void Dispose()
    {
        find.Dispose();
        connection.Dispose();
    }

    private static (string Content, int Packages) WriteRows(
        SqliteConnection connection, SqliteTransaction transaction, string ecosystem, StagedRecords staged, CancellationToken stop)
    {
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO advisory VALUES($name, $id, $body, $sum)";
        var name = insert.Parameters.Add("$name", SqliteType.Text);
        var id = insert.Parameters.Add("$id", SqliteType.Text);
        var body = insert.Parameters.Add("$body", SqliteType.Blob);
        var sum = insert.Parameters.Add("$sum", SqliteType.Integer);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var packages = 0;
        string? previous = null;
        foreach (var row in staged.Sorted(ecosystem))
        {
            stop.ThrowIfCancellationRequested();
            (name.Value, id.Value, body.Value, sum.Value) = (row.Name, row.Id, row.Body, (long)Crc32.Of(row.Body));
            insert.ExecuteNonQuery();
            hash.AppendData(Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{row.Name}\0{row.Id}\0{row.Body.Length}\0")));
            hash.AppendData(row.Body);
            if (row.Name != previous) packages++;
            previous = row.Name;
        }

        WriteOthers(connection, transaction, staged.Others(ecosystem), hash);
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), packages);
    }

    private static void WriteOthers(
        SqliteConnection connection, SqliteTransaction transaction, IEnumerable<(string Id, long Modified)> others, IncrementalHash hash)
    {
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO other VALUES($id, $modified)";
        var id = insert.Parameters.Add("$id", SqliteType.Text);
        var modified = insert.Parameters.Add("$modified", SqliteType.Integer);
        foreach (var other in others)
        {
            (id.Value, modified.Value) = (other.Id, other.Modified);
            insert.ExecuteNonQuery();
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{other.Id}\0{other.Modified}\0")));
        }
    }

    /// <summary>A view or a computed column under a table's name could give rows without end from a small file.</summary>
    private static bool HoldsTablesAlone(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sql FROM sqlite_schema ORDER BY name LIMIT 4";
        using var reader = command.ExecuteReader();
        var found = new List<string>();
        while (reader.Read()) found.Add(reader[0] as string ?? "");
        return found.SequenceEqual(Tables);
    }

    private static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is long number ? number : -1;
    }

    private static string? Meta(SqliteConnection connection, string key)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT value FROM meta WHERE key = $key";
        command.Parameters.AddWithValue("$key", key);
        return command.ExecuteScalar() as string;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
