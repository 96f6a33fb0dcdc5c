using ServerlessSec.Facts;
using ServerlessSec.Rules;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Cli.Corpus;

/// <summary>The sample shop and its fixed twin, derived once.</summary>
public sealed class ShopRecords : IAsyncLifetime
{
    internal static readonly string Shop = Repository.Path("tests/Corpus/shop");
    internal static readonly string Twin = Repository.Path("tests/Corpus/shop-fixed");

    internal ApplicationRecord Flawed { get; private set; } = null!;

    internal ApplicationRecord Mended { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Flawed = await CorpusScan.DeriveAsync(Shop, TestContext.Current.CancellationToken);
        Mended = await CorpusScan.DeriveAsync(Twin, TestContext.Current.CancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

public sealed class ShopTests(ShopRecords records) : IClassFixture<ShopRecords>
{
    private static readonly Labels Known = Labels.Read(ShopRecords.Shop);

    public static TheoryData<string> RuleIds => [.. RuleCatalog.All.Select(static r => r.Descriptor.Id)];

    [Fact]
    public void Every_label_is_found_and_nothing_else()
    {
        var score = Judge(records.Flawed);

        Assert.True(score.IsPerfect, score.Explain());
    }

    [Fact]
    public void No_trap_is_stepped_into()
    {
        var findings = CorpusScan.Judge(records.Flawed, RuleCatalog.All).Findings;
        var sprung = Known.Silent
            .Where(trap => findings.Any(f => f.Rule.Id == trap.Rule && f.Subject.Functions.Contains(trap.Function)))
            .Select(static trap => $"{trap.Rule} {trap.Function}: {trap.Why}");

        Assert.Empty(sprung);
    }

    [Fact]
    public void Each_finding_points_at_the_line_that_its_label_names()
    {
        var lines = File.ReadAllLines(Path.Combine(ShopRecords.Shop, "template.yaml"));
        var astray = Judge(records.Flawed).Found
            .Where(pair => pair.Label.At is { } text && !LineOf(pair.Finding.Location, lines).Contains(text, StringComparison.Ordinal))
            .Select(static pair => $"'{pair.Label.At}' is not at {Score.Show(pair.Finding)}");

        Assert.Empty(astray);
    }

    [Fact]
    public void The_fixed_twin_is_silent()
    {
        var findings = CorpusScan.Judge(records.Mended, RuleCatalog.All).Findings;

        Assert.Empty(findings.Select(Score.Show));
    }

    [Fact]
    public void The_twin_is_seen_whole() => Assert.Empty(CorpusScan.Unseen(records.Mended));

    [Fact]
    public void Of_the_shop_only_opaque_code_is_not_seen()
    {
        var opaque = Known.Expect.Where(static l => l.Rule == "SLS6002").SelectMany(static l => l.FixedIn).Select(Path.GetFileName);

        Assert.All(CorpusScan.Unseen(records.Flawed), gap => Assert.Contains(gap.Scope.Path, opaque));
    }

    [Fact]
    public void What_is_labelled_for_later_stands_in_one_line()
    {
        var lost = Known.Later.Where(static l =>
            File.ReadLines(Path.Combine(ShopRecords.Shop, l.File)).Count(line => line.Contains(l.At, StringComparison.Ordinal)) != 1);

        Assert.Empty(lost);
    }

    [Fact]
    public void The_twin_differs_where_the_fixes_are_and_nowhere_else()
    {
        var fixes = Known.Expect.SelectMany(static l => l.FixedIn).Concat(Known.Later.SelectMany(static l => l.FixedIn));

        Assert.Equal(fixes.Distinct().Order(StringComparer.Ordinal), TwinDifference.Between(ShopRecords.Shop, ShopRecords.Twin));
    }

    [Fact]
    public void Each_rule_has_two_labels()
    {
        var ids = RuleCatalog.All.Select(static r => r.Descriptor.Id).ToArray();

        Assert.All(ids, static id => Assert.True(Known.Expect.Count(l => l.Rule == id) >= 2, id));
        Assert.Empty(Known.Expect.Select(static l => l.Rule).Concat(Known.Silent.Select(static t => t.Rule)).Except(ids));
    }

    [Theory, MemberData(nameof(RuleIds))]
    public void Without_a_rule_its_labels_are_missed(string id)
    {
        var others = RuleCatalog.All.RemoveAll(r => r.Descriptor.Id == id);
        var score = Score.Of(Known.Expect, CorpusScan.Judge(records.Flawed, others).Findings);

        Assert.Equal(Known.Expect.Where(l => l.Rule == id), score.Missed);
        Assert.Empty(score.False);
    }

    [Fact]
    public void Scores_are_kept() =>
        Golden.VerifySection("tests/Corpus/SCORES.md",
            Judge(records.Flawed).Table("shop", RuleCatalog.All.Select(static r => r.Descriptor), Known.Silent));

    private static Score Judge(ApplicationRecord record) => Score.Of(Known.Expect, CorpusScan.Judge(record, RuleCatalog.All).Findings);

    private static string LineOf(SourceLocation? location, string[] lines) =>
        location is { Line: > 0 and var line } && line <= lines.Length ? lines[line - 1] : "";
}
