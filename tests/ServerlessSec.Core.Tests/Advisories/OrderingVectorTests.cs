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
    [InlineData("Maven", "osv-maven-versions.txt")]
    [InlineData("Maven", "osv-maven-versions-generated.txt")]
    [InlineData("NuGet", "osv-nuget-versions.txt")]
    [InlineData("crates.io", "osv-semver-versions.txt")]
    [InlineData("RubyGems", "osv-rubygems-versions.txt")]
    [InlineData("RubyGems", "osv-rubygems-versions-generated.txt")]
    [InlineData("Packagist", "osv-packagist-versions.txt")]
    [InlineData("Packagist", "osv-packagist-versions-generated.txt")]
    [InlineData("Debian", "osv-debian-versions.txt")]
    [InlineData("Debian", "osv-debian-versions-generated.txt")]
    [InlineData("Alpine", "osv-alpine-versions.txt")]
    [InlineData("Alpine", "osv-alpine-versions-generated.txt")]
    [InlineData("Red Hat", "osv-redhat-versions.txt")]
    [InlineData("CRAN", "osv-cran-versions.txt")]
    [InlineData("CRAN", "osv-cran-versions-generated.txt")]
    [InlineData("Hackage", "osv-hackage-versions.txt")]
    [InlineData("Pub", "osv-pub-versions.txt")]
    public void Agrees_with_recorded_comparisons(string ecosystem, string file)
    {
        var (count, failures) = Compare(ecosystem, file);

        Assert.True(count > 0);
        failures.RemoveAll(failure => IsExplained(ecosystem, failure));
        Assert.True(failures.Count == 0, $"{failures.Count} of {count}:\n{string.Join('\n', failures)}");
    }

    /// <summary>How many comparisons were recorded, and on which of them we are of another opinion, each way round.</summary>
    internal static (int Count, List<string> Failures) Compare(string ecosystem, string file)
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

        return (count, failures);
    }

    /// <summary>
    /// Packagist: '#' stands for any number in the table of PHP's comparison, so that it is equal to numbers that are not equal
    /// to each other; no total order has a place for it, and no registry takes it. Maven: rows of a port that puts a word behind a
    /// dot before every word behind a hyphen or a digit; of these Maven's own class, of 3.8.7 and of 4, says the opposite.
    /// </summary>
    private static bool IsExplained(string ecosystem, string failure) => ecosystem switch
    {
        "Packagist" => failure.Contains('#', StringComparison.Ordinal) && failure.EndsWith("be 0", StringComparison.Ordinal),
        "Maven" => failure.Split('\'').Any(version => version.Zip(version.Skip(1)).Any(pair => pair.First == '.' && char.IsAsciiLetter(pair.Second))),
        _ => false,
    };

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

    [Fact]
    public void Agrees_with_Maven()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/maven.json")));
        var ordering = VersionOrderings.For("Maven")!;
        var failures = new List<string>();
        foreach (var list in vectors.RootElement.GetProperty("ordered_lists").EnumerateObject())
        {
            var versions = list.Value.EnumerateArray().Select(version => version.GetString()!).ToList();
            for (var i = 0; i < versions.Count; i++)
            {
                for (var j = 0; j < versions.Count; j++) Expect(ordering, versions[i], versions[j], i.CompareTo(j), failures);
            }
        }

        foreach (var (set, expected) in new[] { ("equal", 0), ("same_order", 0), ("less", -1) })
        {
            foreach (var row in vectors.RootElement.GetProperty(set).EnumerateArray()) Expect(ordering, row[0].GetString()!, row[1].GetString()!, expected, failures);
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void Holds_the_versions_that_ranges_of_Maven_hold()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/maven.json")));
        var failures = new List<string>();
        foreach (var row in vectors.RootElement.GetProperty("ranges").EnumerateArray().Where(row => row.TryGetProperty("contains", out _)))
        {
            var (range, version, contains) = (row.GetProperty("range").GetString()!, row.GetProperty("version").GetString()!, row.GetProperty("contains").GetBoolean());
            // One interval without a wildcard, which is a notation of the reference's own.
            if (range.Contains('*', StringComparison.Ordinal) || range.Count(c => c is '[' or '(') != 1) continue;
            if (InInterval(VersionOrderings.For("Maven")!, range, version) != contains) failures.Add($"{range} holds {version} should be {contains}");
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void Agrees_with_NuGet()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/nuget-inlinedata.json")));
        var ordering = VersionOrderings.For("NuGet")!;
        var failures = new List<string>();
        var count = 0;
        foreach (var method in vectors.RootElement.EnumerateArray())
        {
            var name = method.GetProperty("method").GetString()!;
            foreach (var row in method.GetProperty("rows").EnumerateArray().Select(row => row.GetProperty("args")).Where(args => args.EnumerateArray().All(arg => arg.ValueKind == JsonValueKind.String)))
            {
                var args = row.EnumerateArray().Select(arg => arg.GetString()!).ToArray();
                var before = count++;
                switch (name)
                {
                    case "SemVerLessThanAndGreaterThanOperatorsWorks" or "VersionComparisonDefaultLess": Expect(ordering, args[0], args[1], -1, failures); break;
                    case "SemVerEqualsOperatorWorks" or "VersionComparisonDefaultEqual" or "VersionComparisonDefaultEqualWithNuGetVersion" or "MixedVersionCompare": Expect(ordering, args[0], args[1], 0, failures); break;
                    case "VersionComparisonDefaultNotEqual" or "VersionComparisonDefaultNotEqualWithNuGetVersion" or "MixedVersionCompareNotEqual":
                        if (ordering.Compare(args[0], args[1]) == 0) failures.Add($"'{args[0]}' should differ from '{args[1]}'");
                        break;
                    case "NuGetVersionParseStrict" or "FullVersionParsing" or "ConvertFromConvertsValidSemVerStrings" or "ToStringReturnsOriginalValueForNonSemVer2" or "TryParseHandlesValidVersionPatterns":
                        if (!ordering.Understands(args[0])) failures.Add($"'{args[0]}' is a version");
                        break;
                    case "ParseThrowsIfStringIsNotAValidSemVer":
                        if (ordering.Understands(args[0])) failures.Add($"'{args[0]}' is no version");
                        break;
                    case "NormalizedFormatTest" or "ToStringReturnsNormalizedForSemVer2": Expect(ordering, args[0], args[1], 0, failures); break;
                    case "ParseVersionRangeSatisfies" or "ParseVersionRangeDoesNotSatisfy":
                        if (InInterval(ordering, args[0], args[1]) != (name == "ParseVersionRangeSatisfies")) failures.Add($"{name} {args[0]} {args[1]}");
                        break;
                    default: count = before; break;
                }
            }
        }

        Assert.True(count > 20, $"{count} rows");
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    [Fact]
    public void Agrees_with_Go()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/go.json")));
        var ordering = VersionOrderings.For("Go")!;
        var rows = vectors.RootElement.GetProperty("canonical").EnumerateArray().Select(row => (In: row.GetProperty("in").GetString()!, Canonical: row.GetProperty("canonical").GetString()!)).ToList();
        var failures = new List<string>();
        foreach (var (text, canonical) in rows.Where(row => ordering.Understands(row.In) != (row.Canonical.Length > 0))) failures.Add($"'{text}' is '{canonical}'");
        var versions = rows.Where(row => row.Canonical.Length > 0).ToList();
        for (var i = 0; i < versions.Count; i++)
        {
            for (var j = 0; j < versions.Count; j++) Expect(ordering, versions[i].In, versions[j].In, versions[i].Canonical == versions[j].Canonical ? 0 : i.CompareTo(j), failures);
        }

        foreach (var row in vectors.RootElement.GetProperty("pseudo").EnumerateArray())
        {
            var (version, older) = (row.GetProperty("version").GetString()!, row.GetProperty("older").GetString()!);
            if (!ordering.Understands(version)) failures.Add($"'{version}' is a version");
            if (older.Length > 0) Expect(ordering, older, version, -1, failures);
            // The release that the pseudo-version leads to.
            Expect(ordering, version, version[..version.IndexOf('-', StringComparison.Ordinal)], -1, failures);
        }

        Assert.Empty(failures);
    }

    [Fact]
    public void Agrees_with_requirements_of_RubyGems_that_ask_for_nothing_but_order()
    {
        using var vectors = JsonDocument.Parse(File.ReadAllBytes(Requires.Corpus("versions/rubygems.json")));
        var ordering = VersionOrderings.For("RubyGems")!;
        var failures = new List<string>();
        var count = 0;
        foreach (var (set, expected) in new[] { ("satisfied", true), ("not_satisfied", false) })
        {
            foreach (var row in vectors.RootElement.GetProperty(set).EnumerateArray())
            {
                var (version, requirement) = (row[0].GetString()!.Trim(), row[1].GetString()!.Trim());
                if (requirement.StartsWith("~>", StringComparison.Ordinal)) continue;
                count++;
                var parts = requirement.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var order = ordering.Compare(version, parts[^1]);
                var actual = parts[0] switch { ">=" => order >= 0, "<=" => order <= 0, ">" => order > 0, "<" => order < 0, "!=" => order != 0, _ => order == 0 };
                if (actual != expected) failures.Add($"'{version}' {requirement} should be {expected}");
            }
        }

        foreach (var row in vectors.RootElement.GetProperty("compare").EnumerateArray()) Expect(ordering, row[0].GetString()!, row[1].GetString()!, row[2].GetInt32(), failures);
        foreach (var text in vectors.RootElement.GetProperty("raw_asserts").EnumerateArray().Select(row => row.GetProperty("text").GetString()!))
        {
            var words = text.Split([' ', ',', '"'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["assert_less_than", var less, var more]) Expect(ordering, less, more, -1, failures);
            else if (words is ["assert_version_equal", var one, var other]) Expect(ordering, one, other, 0, failures);
            else if (words is ["refute_version_equal", var left, var right] && ordering.Compare(left, right) == 0) failures.Add(text);
        }

        Assert.True(count > 5, $"{count} rows");
        Assert.Empty(failures);
    }

    /// <summary>Whether an interval in the notation of Maven and NuGet (<c>[1.0,2.0)</c>; a version alone is a minimum) holds the version.</summary>
    private static bool InInterval(IVersionOrdering ordering, string interval, string version)
    {
        if (interval[0] is not ('[' or '(')) return ordering.Compare(version, interval) >= 0;
        var ends = interval[1..^1].Split(',', StringSplitOptions.TrimEntries);
        var (from, to) = (ends[0], ends[^1]);
        return (from.Length == 0 || ordering.Compare(version, from) >= (interval[0] == '[' ? 0 : 1))
            && (to.Length == 0 || ordering.Compare(version, to) <= (interval[^1] == ']' ? 0 : -1));
    }

    private static void Expect(IVersionOrdering ordering, string left, string right, int expected, List<string> failures)
    {
        if (Math.Sign(ordering.Compare(left, right)) != expected) failures.Add($"'{left}' against '{right}' should be {expected}");
        if (Math.Sign(ordering.Compare(right, left)) != -expected) failures.Add($"'{right}' against '{left}' should be {-expected}");
    }
}
