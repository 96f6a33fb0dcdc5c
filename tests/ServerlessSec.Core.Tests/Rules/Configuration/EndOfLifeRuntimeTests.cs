using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Configuration;

public class EndOfLifeRuntimeTests
{
    [Theory]
    [InlineData("nodejs20.x", "2026-04-29", null)]
    [InlineData("nodejs20.x", "2026-04-30", Severity.Medium)]
    [InlineData("nodejs20.x", "2027-04-29", Severity.Medium)]
    [InlineData("nodejs20.x", "2027-04-30", Severity.High)]
    [InlineData("python3.6", "2022-07-17", null)]
    [InlineData("python3.6", "2022-08-28", Severity.Medium)]
    [InlineData("python3.6", "2022-08-29", Severity.High)]
    [InlineData("python3.10", "2026-10-30", null)]
    [InlineData("provided.al2", "2026-07-31", Severity.Medium)]
    [InlineData("go1.x", "2026-09-01", Severity.High)]
    [InlineData("java8", "2026-09-01", Severity.High)]
    [InlineData("java8.al2", "2026-09-01", null)]
    [InlineData("nodejs24.x", "2026-09-01", null)]
    [InlineData("nodejs99.x", "2030-01-01", null)]
    [InlineData("NODEJS8.10", "2030-01-01", null)]
    public void Judges_by_the_day(string runtime, string today, Severity? expected)
    {
        var function = Given.Configured(new() { Runtime = Setting.Known(runtime) }) with { Today = DateOnly.ParseExact(today, "yyyy-MM-dd") };
        Assert.Equal(expected, new EndOfLifeRuntime().Check(function).SingleOrDefault()?.Severity);
    }

    [Fact]
    public void An_unknown_runtime_and_none_at_all_are_silent()
    {
        Assert.Empty(new EndOfLifeRuntime().Check(Given.Configured(new() { Runtime = Setting.Unknown<string>() })));
        Assert.Empty(new EndOfLifeRuntime().Check(Given.Configured(new())));
    }

    [Fact]
    public void Names_the_days_and_the_successor()
    {
        var finding = Assert.Single(new EndOfLifeRuntime().Check(Given.Configured(new() { Runtime = Setting.Known("nodejs18.x", Given.At(4)) })));
        Assert.Contains("2025-09-01", finding.Message, StringComparison.Ordinal);
        Assert.Equal(("Set Runtime to nodejs24.x.", "Runtime", Given.At(4)), (finding.Fix, finding.Place, finding.Location));
    }

    [Fact]
    public void A_successor_outlives_what_it_follows()
    {
        foreach (var runtime in new[] { "nodejs22.x", "python3.11", "java17", "dotnet8", "ruby3.3", "provided.al2", "go1.x" })
        {
            var entry = RuntimeCalendar.Find(runtime)!;
            Assert.True(RuntimeCalendar.Find(entry.Successor)!.Deprecated > entry.Deprecated, runtime);
            Assert.True(entry.UpdatesBlocked >= entry.Deprecated, runtime);
        }
    }
}
