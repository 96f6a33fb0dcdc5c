using Microsoft.Data.Sqlite;

namespace ServerlessSec.Sources.Advisories;

/// <summary>Which packages another set of advisories says something else about.</summary>
public static class AdvisoryChanges
{
    /// <summary>Names of packages whose records differ, or null where there are more than <paramref name="most"/>.</summary>
    /// <param name="directory">Where both files are.</param>
    /// <param name="before">The former file.</param>
    /// <param name="after">The file in its place.</param>
    /// <param name="most">How many names are worth telling apart.</param>
    /// <exception cref="FormatException">A file is damaged.</exception>
    public static IReadOnlyList<string>? Between(string directory, AdvisoryFile before, AdvisoryFile after, int most)
    {
        // Opening tests them as far as that is quick.
        AdvisoryDatabase.Open(directory, before).Dispose();
        AdvisoryDatabase.Open(directory, after).Dispose();
        try
        {
            var settings = new SqliteConnectionStringBuilder { DataSource = Path.Combine(directory, after.File), Mode = SqliteOpenMode.ReadOnly, Pooling = false };
            using var connection = new SqliteConnection(settings.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = """
                ATTACH $former AS former;
                SELECT DISTINCT name FROM (
                    SELECT * FROM (SELECT name, id, sum FROM main.advisory EXCEPT SELECT name, id, sum FROM former.advisory)
                    UNION ALL
                    SELECT * FROM (SELECT name, id, sum FROM former.advisory EXCEPT SELECT name, id, sum FROM main.advisory)
                ) ORDER BY name LIMIT $most
                """;
            command.Parameters.AddWithValue("$former", Path.Combine(directory, before.File));
            command.Parameters.AddWithValue("$most", most + 1);
            using var reader = command.ExecuteReader();
            var names = new List<string>();
            while (reader.Read()) names.Add(reader.GetString(0));
            return names.Count > most ? null : names;
        }
        catch (SqliteException damaged)
        {
            throw new FormatException($"advisories could not be compared: {damaged.Message}", damaged);
        }
    }
}
