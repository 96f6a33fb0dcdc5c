using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

public class DuplicateDependencyTests
{
    [Fact]
    public void Tells_all_of_a_function_in_one_finding_versions_in_their_order()
    {
        var finding = Assert.Single(Check(
            Component("pkg:npm/ms@10.0.0"), Component("pkg:npm/ms@2.0.0"), Component("pkg:npm/ms@9.1.0", OccurrenceKind.Recognised),
            Component("pkg:maven/com.acme/core@1.0"), Component("pkg:maven/com.acme/core@1.1"), Component("pkg:npm/once@1.0.0")));
        Assert.Equal("Checkout deploys several versions of core (1.0 and 1.1) and ms (2.0.0, 9.1.0 and 10.0.0).", finding.Message);
        Assert.Equal((Severity.Informational, "package", "pkg:maven/com.acme/core@1.0/file"), (finding.Severity, finding.Place, finding.Location!.File));
    }

    [Theory]
    [InlineData("pkg:npm/ms@1.0.0", "pkg:npm/%40types/ms@2.0.0")]
    [InlineData("pkg:npm/ms@1.0.0", "pkg:pypi/ms@2.0.0")]
    [InlineData("pkg:maven/org.one/core@1.0", "pkg:maven/org.two/core@2.0")]
    [InlineData("pkg:npm/ms@1.0.0", "pkg:npm/ms")]
    [InlineData("pkg:golang/stdlib@1.21.0", "pkg:golang/stdlib@1.22.0")]
    [InlineData("pkg:deb/debian/gcc@12", "pkg:deb/debian/gcc@13")]
    public void Is_silent_where_there_are_not_two_versions_of_one_package(string one, string other) =>
        Assert.Empty(Check(Component(one), Component(other)));

    [Fact]
    public void What_only_a_lock_file_names_is_not_deployed() =>
        Assert.Empty(Check(Component("pkg:npm/ms@1.0.0"), Component("pkg:npm/ms@2.0.0", OccurrenceKind.Locked)));

    [Fact]
    public void Further_packages_change_no_fingerprint() => Assert.Equal(
        Assert.Single(Check(Component("pkg:npm/a@1.0.0"), Component("pkg:npm/a@2.0.0"))).Fingerprint,
        Assert.Single(Check(Component("pkg:npm/b@1.0.0"), Component("pkg:npm/b@2.0.0"))).Fingerprint);

    private static Component Component(string purl, OccurrenceKind kind = OccurrenceKind.Installed)
    {
        var parsed = Purl.Parse(purl);
        return new() { Purl = parsed, Ecosystem = "any", Name = parsed.Name, Version = parsed.Version ?? "", Occurrences = [new($"{purl}/file", null, kind, "any")] };
    }

    private static Finding[] Check(params Component[] components) =>
        [.. new DuplicateDependency().Check(Given.Package(new() { Id = "Checkout", Inventory = new() { Components = [.. components] } }))];
}
