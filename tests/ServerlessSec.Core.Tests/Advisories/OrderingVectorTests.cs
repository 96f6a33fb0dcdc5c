using System.Text.Json;
using ServerlessSec.Advisories.Versions;
using ServerlessSec.Shared;

namespace ServerlessSec.Advisories;

public class OrderingVectorTests
{
    [Theory]
    [InlineData("npm", "osv-semver-versions.txt")]
    [InlineData("PyPI", "osv-pypi-versions.txt")]
    [InlineData("PyPI", "osv-pypi-versions-generated.txt")]
    public void Agrees_with_recorded_comparisons(string ecosystem, string file)
    {
        var ordering = VersionOrderings.For(ecosystem)!;
        var failures = new List<string>();
        var count = 0;
        foreach (var line in File.ReadLines(Requires.Corpus($"versions/{file}")))
        {
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 3 || line.StartsWith("//", StringComparison.Ordinal)) continue;
            count++;
            var expected = parts[1] switch { "<" => -1, ">" => 1, _ => 0 };
            Expect(ordering, parts[0], parts[2], expected, failures);
        }

        Assert.True(count > 10);
        Assert.Empty(failures);
    }

    [Theory, InlineData("comparisons", 1), InlineData("equality", 0)]
    public void Agrees_with_npm(string set, int expected)
    {
        using var fixtures = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/node-semver-fixtures.json")));
        var failures = new List<string>();
        foreach (var row in fixtures.RootElement.GetProperty(set).EnumerateArray()) Expect(VersionOrderings.For("npm")!, row[0].GetString()!, row[1].GetString()!, expected, failures);
        Assert.Empty(failures);
    }

    [Fact]
    public void Orders_what_packaging_orders()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/pep440-versions.json")));
        var ordered = vectors.RootElement.GetProperty("ordered_versions").EnumerateArray().Select(version => version.GetString()!).ToList();
        var failures = new List<string>();
        for (var i = 0; i < ordered.Count; i++)
        {
            for (var j = 0; j < ordered.Count; j++) Expect(VersionOrderings.For("PyPI")!, ordered[i], ordered[j], i.CompareTo(j), failures);
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void Takes_the_two_spellings_of_a_python_version_as_one()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/pep440-versions.json")));
        var failures = new List<string>();
        var count = 0;
        foreach (var set in vectors.RootElement.GetProperty("params").EnumerateArray().Where(set => set.GetProperty("test").GetString() is "test_normalized_versions" or "test_version_str_repr"))
        {
            foreach (var row in set.GetProperty("rows").EnumerateArray())
            {
                count++;
                Expect(VersionOrderings.For("PyPI")!, row[0].GetString()!, row[1].GetString()!, 0, failures);
            }
        }

        Assert.True(count > 20, $"{count} rows");
        Assert.Empty(failures);
    }

    [Fact]
    public void Agrees_with_specifiers_that_ask_for_nothing_but_order()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/pep440-specifiers.json")));
        var failures = new List<string>();
        var count = 0;
        foreach (var set in vectors.RootElement.EnumerateArray().Where(set => set.GetProperty("test").GetString() is "test_specifiers" or "test_specifiers_normalized"))
        {
            foreach (var row in set.GetProperty("rows").EnumerateArray().Where(row => row.ValueKind == JsonValueKind.Array && row.GetArrayLength() == 3))
            {
                // Neither operand local, and no rule of the specifier's own (~=, ===, .*, < and > exclude pre- and post-releases).
                if (row[0].ValueKind != JsonValueKind.String || row[1].ValueKind != JsonValueKind.String || row[2].ValueKind is not (JsonValueKind.True or JsonValueKind.False)) continue;
                var (version, specifier, expected) = (row[0].GetString()!, row[1].GetString()!.Trim(), row[2].GetBoolean());
                if (version.Contains('+', StringComparison.Ordinal) || specifier.Contains('*', StringComparison.Ordinal) || specifier.Contains(',', StringComparison.Ordinal)) continue;
                var operation = specifier[..2];
                if (operation is not (">=" or "<=" or "==" or "!=")) continue;
                count++;
                var order = VersionOrderings.For("PyPI")!.Compare(version, specifier[2..].Trim());
                var actual = operation switch { ">=" => order >= 0, "<=" => order <= 0, "==" => order == 0, _ => order != 0 };
                if (actual != expected) failures.Add($"{version} {specifier} should be {expected}");
            }
        }

        Assert.True(count > 20, $"{count} rows");
        Assert.Empty(failures);
    }

    private static void Expect(IVersionOrdering ordering, string left, string right, int expected, List<string> failures)
    {
        if (Math.Sign(ordering.Compare(left, right)) != expected) failures.Add($"'{left}' against '{right}' should be {expected}");
        if (Math.Sign(ordering.Compare(right, left)) != -expected) failures.Add($"'{right}' against '{left}' should be {-expected}");
    }
}
