using System.Text;
using System.Text.Json;
using ServerlessSec.Packages;
using ServerlessSec.Shared;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// Recall and precision over labelled bundles, kept outside the repository: <c>SERVERLESSSEC_BUNDLES</c> names a folder with
/// <c>labels.jsonl</c>, a line for each bundle: <c>folder</c>, <c>bundler</c>, <c>expected</c> (NAME@VERSION of all that is in
/// it) and <c>traced</c> (those whose version its text still holds).
/// </summary>
public class BundleScoreTests(ITestOutputHelper output)
{
    private const double LeastRecall = 0.9;
    private const double LeastPrecision = 0.99;

    private sealed class Score
    {
        public int Bundles, Expected, Traced, Found, FoundTraced, False;
    }

    [Fact]
    public void Names_nine_of_ten_libraries_of_which_a_bundle_keeps_a_trace_and_no_others()
    {
        var root = Environment.GetEnvironmentVariable("SERVERLESSSEC_BUNDLES") ?? "";
        if (!Directory.Exists(root)) Requires.Lack("bundles", "no labelled bundles: name their folder in SERVERLESSSEC_BUNDLES");
        var scores = new SortedDictionary<string, Score>(StringComparer.Ordinal);
        var faults = new StringBuilder();
        foreach (var line in File.ReadLines(Path.Combine(root, "labels.jsonl")))
        {
            using var label = JsonDocument.Parse(line);
            var folder = Text(label, "folder");
            var (expected, traced) = (Names(label, "expected"), Names(label, "traced"));
            var found = Recognised(Path.Combine(root, folder));
            var score = scores.TryGetValue(Text(label, "bundler"), out var known) ? known : scores[Text(label, "bundler")] = new();
            score.Bundles++;
            score.Expected += expected.Count;
            score.Traced += traced.Count;
            score.Found += expected.Count(found.Contains);
            score.FoundTraced += traced.Count(found.Contains);
            string[] wrong = [.. found.Where(one => !expected.Contains(one))];
            score.False += wrong.Length;
            foreach (var one in wrong) faults.AppendLine($"{folder}: not {one}");
            foreach (var one in traced.Where(one => !found.Contains(one))) faults.AppendLine($"{folder}: missed {one}");
        }

        foreach (var (bundler, score) in scores)
        {
            output.WriteLine(
                $"{bundler,-18} {score.Bundles,5} bundles; of {score.Traced} with a trace {(double)score.FoundTraced / score.Traced:P1}, "
                    + $"of all {score.Expected} {(double)score.Found / score.Expected:P1}; {score.False} false");
        }

        output.WriteLine(faults.ToString());
        Assert.All(scores.Values, score => Assert.True(
            score.FoundTraced >= LeastRecall * score.Traced && score.False <= (1 - LeastPrecision) * (score.Found + score.False),
            faults.ToString()));
    }

    private static HashSet<string> Recognised(string folder)
    {
        var zip = new Zips();
        foreach (var file in Directory.GetFiles(folder)) zip.Add(Path.GetFileName(file), File.ReadAllBytes(file), stored: true);
        return [.. Read.Package(zip.ToArray()).Components.Where(component => component.Version.Length > 0).Select(component => $"{component.Name}@{component.Version}")];
    }

    private static string Text(JsonDocument label, string name) => label.RootElement.GetProperty(name).GetString()!;

    private static HashSet<string> Names(JsonDocument label, string name) =>
        [.. label.RootElement.GetProperty(name).EnumerateArray().Select(one => one.GetString()!)];
}
