using System.Text.RegularExpressions;
using ServerlessSec.Findings;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Cli.Terminal;

public sealed partial class TableReportTests
{
    [Theory, InlineData(80), InlineData(200)]
    public void Reads_as_reviewed(int width) => Golden.Verify($"../Golden/table-{width}.txt", Written(ExampleReport.Full, width));

    [Theory, InlineData(40), InlineData(80), InlineData(109), InlineData(110), InlineData(133), InlineData(200), InlineData(400)]
    public void No_line_is_wider_than_the_terminal_nor_ends_in_blanks(int width) =>
        Assert.All(Written(ExampleReport.Full, width).Split('\n'), l => Assert.True(Wrapping.CellsOf(l) <= width && l == l.TrimEnd(), l));

    [Fact]
    public void Colour_changes_no_text() =>
        Assert.Equal(Written(ExampleReport.Full, 80), Sequence.Replace(Written(ExampleReport.Full, 80, colour: true), ""));

    [Theory, InlineData(80), InlineData(200)]
    public void Nothing_scanned_is_obeyed_by_the_terminal(int width)
    {
        const string Hostile = "evil\e[2J\u009B31m\u202E]0;title\u0007\r\n[bold]x[/]";
        var report = ExampleReport.Full with
        {
            Target = Hostile,
            Functions = [new() { Name = Hostile, Runtime = Hostile, Location = new(Hostile, 1, 1, null), Gaps = [new(GapKind.Unread, new() { Path = Hostile }, Hostile, Hostile)] }],
            Findings = [.. ExampleReport.Full.Findings.Select(static f => f with
            {
                Finding = f.Finding with
                {
                    Subject = Subject.Of(Hostile),
                    Message = Hostile,
                    Fix = Hostile,
                    Location = new(Hostile, 3, 3, null),
                    Component = f.Finding.Component is { } c ? c with { Name = Hostile, Version = Hostile, Occurrences = [] } : null,
                    Advisory = f.Finding.Advisory is { } a ? a with { Id = Hostile, Summary = Hostile } : null,
                },
            })],
        };
        var written = Written(report, width);
        Assert.DoesNotContain(written, static c => c is (< ' ' and not '\n') or (>= '\u007F' and <= '\u009F') or '\u202E');
        Assert.All(written.Split('\n'), l => Assert.True(l.Length <= width, l));
    }

    [Fact]
    public void ASCII_alone_where_the_terminal_shows_no_more()
    {
        var report = ExampleReport.Full with { Target = "größe/日本.yaml" };
        Assert.DoesNotContain(Written(report, 80, ascii: true), static c => c > '~');
    }

    [Fact]
    public void One_cause_in_many_functions_is_told_once()
    {
        var report = new ScanReport
        {
            Target = "t.yaml",
            Today = new(2026, 11, 25),
            Functions = [.. Enumerable.Range(0, 12).Select(static i => new FunctionReport
            {
                Name = $"Fn{i:00}",
                Seen = Collected.Posture,
                Location = new("t.yaml", i + 1, 1, null),
                Gaps = [new(GapKind.Missing, new() { Evidence = Evidence.Package }, "only in S3", $"The code of Fn{i:00} is only in S3.")],
            })],
        };
        var line = Assert.Single(GapLines.Of(report));
        Assert.Equal("The code of Fn00 is only in S3. The same holds for Fn01, Fn02, Fn03, Fn04 and 7 more.", line);
    }

    [Fact]
    public void A_package_alone_says_what_it_was_not_asked()
    {
        var report = new ScanReport { Target = "p.zip", Today = new(2026, 11, 25), Functions = [new() { Name = "p", Seen = Evidence.Package | Evidence.Inventory }] };
        Assert.Contains("Not asked of p: configuration", Written(report, 200), StringComparison.Ordinal);
    }

    private static string Written(ScanReport report, int width, bool colour = false, bool ascii = false)
    {
        using var text = new StringWriter();
        new TableReport(new(text, width, colour, ascii), report).Write("Exit code 1: findings at or above high.");
        return text.ToString();
    }

    [GeneratedRegex("\e\\[[0-9;]*m", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Sequence { get; }
}
