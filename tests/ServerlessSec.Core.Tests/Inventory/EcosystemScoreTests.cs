using System.Globalization;
using System.Text;
using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Shared;

namespace ServerlessSec.Inventory;

/// <summary>Recall and precision by ecosystem, over the artefacts here and the labelled packages of the corpus.</summary>
public class EcosystemScoreTests
{
    private const string Heading = """
        ## By ecosystem

        Components: the artefacts of `tests/Corpus/artefacts`, labelled by their own tools' listings, and the labelled packages of
        the corpus. Of a shaded jar counts what still has papers; in bundles names count, and versions where one is told.
        Comparisons: recorded ones of two versions, and those of which we are of another opinion, each of which a test explains.
        Matches: advisories expected of the labelled packages, and those missed or told without cause.

        | Ecosystem | Artefacts | Packages | Components | Missed | False | Recall | Precision | Comparisons | Differ | Matches | Wrong |
        |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|

        """;

    private const string Bundled = "npm, bundled";

    private static readonly (string Ecosystem, string Folder, string Vectors)[] Rows =
    [
        ("npm", "npm", "semver"), (Bundled, "bundles", ""), ("PyPI", "pypi", "pypi"), ("Maven", "maven", "maven"), ("NuGet", "nuget", "nuget"), ("Go", "go", ""),
        ("RubyGems", "rubygems", "rubygems"), ("Packagist", "composer", "packagist"), ("crates.io", "crates", "semver"),
        ("Debian", "dpkg", "debian"), ("Alpine", "apk", "alpine"), ("Red Hat", "rpm", "redhat"),
    ];

    [Fact]
    public void Scores_by_ecosystem_are_kept()
    {
        var packages = Directory.EnumerateFiles(Requires.Corpus("packages"), "*.truth.json").Select(Package).ToArray();
        var section = new StringBuilder(Heading);
        foreach (var (ecosystem, folder, vectors) in Rows)
        {
            var artefacts = Artefact.All.Where(name => name.StartsWith(folder + "/", StringComparison.Ordinal)).ToArray();
            var own = packages.Where(package => package.Ecosystem == ecosystem).ToArray();
            Tally[] tallies = [.. artefacts.Select(Of), .. own.Select(package => package.Tally)];
            var (found, missed, wrong) = (tallies.Sum(one => one.Found), tallies.Sum(one => one.Missed), tallies.Sum(one => one.Wrong));
            section.Append(CultureInfo.InvariantCulture, $"| {ecosystem} | {artefacts.Length} | {own.Length} | {found + missed} | {missed} | {wrong} ")
                .Append(CultureInfo.InvariantCulture, $"| {Share(found, missed)} | {Share(found, wrong)} | {Comparisons(ecosystem, vectors)} | {Matches(ecosystem, own)} |\n");
        }

        Golden.VerifySection("tests/Corpus/SCORES.md", section.ToString());
    }

    private static Tally Of(string artefact) => Compare(Artefact.Label(artefact).Components.Select(static one => one.Purl), Artefact.Read(artefact), isBundle: false);

    private static (string Name, string Ecosystem, Tally Tally) Package(string label)
    {
        using var truth = JsonDocument.Parse(File.ReadAllBytes(label));
        var root = truth.RootElement;
        var name = Path.GetFileName(label)[..^".truth.json".Length];
        var isBundle = name.Contains("-bundle-", StringComparison.Ordinal);
        var purls = root.GetProperty("occurrences").EnumerateArray()
            .Where(place => name != "java-uber-jar" || place.GetProperty("has_pom_properties").GetBoolean())
            .Select(static place => Purl.Parse(place.GetProperty("purl").GetString()!).ToString());
        var inventory = Artefact.ReadZip(Path.Combine(Path.GetDirectoryName(label)!, root.GetProperty("zip").GetString()!));
        return (name, isBundle ? Bundled : root.GetProperty("ecosystem").GetString()!, Compare(purls, inventory, isBundle));
    }

    private static Tally Compare(IEnumerable<string> label, PackageInventory inventory, bool isBundle)
    {
        var expected = label.ToHashSet();
        var found = inventory.Components.Select(static component => component.Purl.ToString()).ToHashSet();
        if (isBundle)
        {
            // A version that is told must be the right one; a name without a version is enough.
            found = [.. found.Select(purl => expected.Contains(purl) ? WithoutVersion(purl) : purl)];
            expected = [.. expected.Select(WithoutVersion)];
        }

        return new(expected.Count(found.Contains), expected.Count(purl => !found.Contains(purl)), found.Count(purl => !expected.Contains(purl)));
    }

    private static string WithoutVersion(string purl) => Purl.Parse(purl).WithoutVersion.ToString();

    private static string Comparisons(string ecosystem, string vectors)
    {
        if (vectors.Length == 0) return "— | —";
        var files = Directory.EnumerateFiles(Requires.Corpus("versions"), $"osv-{vectors}-versions*.txt")
            .Select(file => OrderingVectorTests.Compare(ecosystem, Path.GetFileName(file))).ToArray();
        // Each comparison is made both ways.
        return string.Create(CultureInfo.InvariantCulture, $"{files.Sum(static file => file.Count)} | {files.Sum(static file => file.Failures.Count) / 2}");
    }

    private static string Matches(string ecosystem, (string Name, string Ecosystem, Tally Tally)[] packages)
    {
        if (packages.Length == 0) return "— | —";
        var all = packages.Select(package => ExpectedMatchTests.Compare(package.Name, ecosystem == Bundled ? "npm" : ecosystem)).ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{all.Sum(static one => one.Expected)} | {all.Sum(static one => one.Wrong.Length)}");
    }

    private static string Share(int good, int bad) =>
        good + bad == 0 ? "—" : ((double)good / (good + bad)).ToString("0.000", CultureInfo.InvariantCulture);

    private sealed record Tally(int Found, int Missed, int Wrong);
}
