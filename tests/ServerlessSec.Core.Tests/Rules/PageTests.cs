namespace ServerlessSec.Rules;

public class PageTests
{
    public static TheoryData<string> Ids => [.. RuleCatalog.All.Select(r => r.Descriptor.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void A_page_tells_title_reason_remedy_and_silence(string id)
    {
        var (page, about) = (Page.Read(id), RuleCatalog.All.Single(r => r.Descriptor.Id == id).Descriptor);
        Assert.StartsWith($"# {id}: {about.Title}\n", page, StringComparison.Ordinal);
        foreach (var heading in new[] { "## Why it matters", "## How to fix it", "## When it is silent", "## Examples" }) Assert.Contains($"\n{heading}\n", page,
            StringComparison.Ordinal);
        Assert.All(about.References, r => Assert.Contains(r, page, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Ids))]
    public void A_page_shows_what_is_flagged_and_what_is_clean(string id)
    {
        var fences = Page.Fences(id).ToArray();
        Assert.Contains(fences, f => f.Mark == "flagged");
        Assert.Contains(fences, f => f.Mark == "clean");
        Assert.Distinct(fences.Select(f => f.Text));
    }

    [Theory, MemberData(nameof(Ids))]
    public void Examples_are_judged_as_the_page_says(string id)
    {
        var wrong = Page.Fences(id).Where(f => f.IsExample && PageScan.Findings(id, f).Count > 0 != (f.Mark == "flagged"));
        Assert.Empty(wrong.Select(f => f.ToString()));
    }

    [Fact]
    public void A_fence_of_files_is_a_package()
    {
        var fence = new Fence("SLS6002", 1, "files", "clean", "--- index.js\nexports.handler = () => 1;\n--- lib/a.txt\nb\n");
        Assert.Equal([("index.js", "exports.handler = () => 1;"), ("lib/a.txt", "b\n")], fence.Files);
    }

    [Fact]
    public void A_fence_of_resources_is_a_template() =>
        Assert.EndsWith("Resources:\n  Box:\n    Type: AWS::SQS::Queue\n\n", new Fence("SLS7002", 1, "yaml", "clean", "Box:\n  Type: AWS::SQS::Queue\n").Template,
            StringComparison.Ordinal);
}
