using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

public class EndOfLifeDependencyTests
{
    [Theory]
    [InlineData("pkg:npm/aws-sdk@2.1692.0", "2025-09-08")]
    [InlineData("pkg:npm/aws-sdk@20.0.0", null)]
    [InlineData("pkg:npm/%40scope/aws-sdk@2.0.0", null)]
    [InlineData("pkg:npm/%40aws-sdk/client-s3@3.0.0", null)]
    [InlineData("pkg:npm/request@2.88.2", "2020-02-11")]
    [InlineData("pkg:npm/angular@1.8.3", "2021-12-31")]
    [InlineData("pkg:golang/github.com/aws/aws-sdk-go@v1.55.5", "2025-07-31")]
    [InlineData("pkg:golang/github.com/aws/aws-sdk-go-v2@v1.30.0", null)]
    [InlineData("pkg:maven/com.amazonaws/aws-java-sdk-s3@1.12.700", "2025-12-31")]
    [InlineData("pkg:maven/com.amazonaws/aws-lambda-java-core@1.2.3", null)]
    [InlineData("pkg:maven/log4j/log4j@1.2.17", "2015-08-05")]
    [InlineData("pkg:maven/org.apache.logging.log4j/log4j-core@2.24.0", null)]
    [InlineData("pkg:pypi/Django@4.2.30", "2026-04-07")]
    [InlineData("pkg:pypi/django@4.20", null)]
    [InlineData("pkg:pypi/django@5.2.1", null)]
    [InlineData("pkg:nuget/Microsoft.NETCore.App@6.0.36", "2024-11-12")]
    [InlineData("pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@7.0.5", "2024-05-14")]
    [InlineData("pkg:nuget/Microsoft.NETCore.App@10.0.0", null)]
    [InlineData("pkg:nuget/Microsoft.NETCore.App", null)]
    public void Knows_the_day(string purl, string? day)
    {
        var finding = Check(new(2027, 1, 1), Component(purl)).SingleOrDefault();
        Assert.Equal(day is not null, finding is not null);
        if (day is not null) Assert.Contains($"no support since {day} (https://", finding!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2025-09-08", false)]
    [InlineData("2025-09-09", true)]
    public void Is_silent_until_the_last_day_is_over(string today, bool flagged) =>
        Assert.Equal(flagged, Check(DateOnly.Parse(today, null), Component("pkg:npm/aws-sdk@2.1.0")).Length == 1);

    [Fact]
    public void Each_line_is_told_once_and_an_update_within_it_changes_no_fingerprint()
    {
        var findings = Check(new(2027, 1, 1), Component("pkg:npm/aws-sdk@2.1.0"), Component("pkg:npm/aws-sdk@2.2.0"));
        Assert.Equal(Assert.Single(findings).Fingerprint, Check(new(2027, 1, 1), Component("pkg:npm/aws-sdk@2.3.0"))[0].Fingerprint);
        Assert.Equal("Move from aws-sdk to the @aws-sdk packages, version 3.", findings[0].Fix);
    }

    [Fact]
    public void What_is_for_development_only_is_not_told() =>
        Assert.Empty(Check(new(2027, 1, 1), Component("pkg:npm/request@2.88.2") with { Development = true }));

    [Fact]
    public void What_its_makers_call_deprecated_is_told_once_in_their_words()
    {
        var har = Component("pkg:npm/har-validator@5.1.5") with { Deprecated = "this library is no longer supported" };
        var finding = Assert.Single(Check(new(2027, 1, 1), har, har with { Purl = Purl.Npm("har-validator", "5.1.4"), Version = "5.1.4" }, har with { Development = true }));
        Assert.Equal("har-validator@5.1.5 in Checkout was deprecated by its makers: this library is no longer supported.", finding.Message);
        Assert.Equal(Severity.Informational, finding.Severity);
        Assert.Contains("no support since", Assert.Single(Check(new(2027, 1, 1), Component("pkg:npm/request@2.88.2") with { Deprecated = "gone" })).Message, StringComparison.Ordinal);
    }

    private static Component Component(string purl)
    {
        var parsed = Purl.Parse(purl);
        return new() { Purl = parsed, Ecosystem = "any", Name = parsed.Name, Version = parsed.Version ?? "" };
    }

    private static Finding[] Check(DateOnly today, params Component[] components) =>
        [.. new EndOfLifeDependency().Check(Given.Package(new() { Id = "Checkout", Inventory = new() { Components = [.. components] } }) with { Today = today })];
}
