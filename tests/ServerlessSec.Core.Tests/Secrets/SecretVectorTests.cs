using System.IO.Compression;
using System.Text.Json;
using ServerlessSec.Shared;

namespace ServerlessSec.Secrets;

/// <summary>Texts that other scanners' own tests label; many hold what only one of them calls a secret.</summary>
public class SecretVectorTests
{
    /// <param name="recall">Percent found of what should be found.</param>
    /// <param name="quiet">Percent left alone of what should be left alone.</param>
    [Theory]
    [InlineData("gitleaks", 92, 88)]
    [InlineData("trufflehog", 64, 86)]
    [InlineData("detect-secrets", 48, 92)]
    [InlineData("secretlint", 60, 87)]
    public void Finds_as_many_as_before_and_no_more_that_are_none(string set, int recall, int quiet)
    {
        int found = 0, missed = 0, wrong = 0, left = 0;
        using var stream = new GZipStream(File.OpenRead(Requires.Corpus("secrets/vectors.jsonl.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            if (row.RootElement.GetProperty("set").GetString() != set) continue;
            var any = !SecretScanner.Find(row.RootElement.GetProperty("text").GetString()!).IsEmpty;
            switch (row.RootElement.GetProperty("expect").GetBoolean(), any)
            {
                case (true, true): found++; break;
                case (true, false): missed++; break;
                case (false, true): wrong++; break;
                default: left++; break;
            }
        }

        Assert.True(found * 100 >= recall * (found + missed) && left * 100 >= quiet * (left + wrong),
            $"{set}: {found} of {found + missed} found, {wrong} of {left + wrong} wrongly");
    }
}
