using ServerlessSec.Findings;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

public class AlteredDependencyTests
{
    [Fact]
    public void Tells_each_package_once_whatever_its_version()
    {
        var findings = Check(
            new("/opt/python/six.py", "shared", "pkg:pypi/six@1.0", false), new("a/six.py", null, "pkg:pypi/six@2.0", true),
            new("numpy/core.so", null, "pkg:pypi/numpy@1.26.0", true));
        Assert.Equal(
            [("pkg:pypi/numpy", "numpy/core.so", Severity.Informational), ("pkg:pypi/six", "/opt/python/six.py", Severity.Medium)],
            findings.Select(f => (f.Place, f.Location!.File!, f.Severity)));
        Assert.Equal("six@1.0 in Checkout is not what was installed, by its own record (/opt/python/six.py and a/six.py, layer shared).", findings[1].Message);
        Assert.Equal("numpy@1.26.0 in Checkout was stripped of symbols after it was installed, so that its record no longer vouches for it (numpy/core.so).", findings[0].Message);
    }

    [Fact]
    public void An_upgrade_changes_no_fingerprint() => Assert.Equal(
        Assert.Single(Check(new AlteredFile("six.py", null, "pkg:pypi/six@1.0", false))).Fingerprint,
        Assert.Single(Check(new AlteredFile("lib/six.py", null, "pkg:pypi/six@2.0", false))).Fingerprint);

    [Fact]
    public void Is_silent_where_everything_is_as_recorded() => Assert.Empty(Check());

    private static Finding[] Check(params AlteredFile[] altered) =>
        [.. new AlteredDependency().Check(Given.Package(new() { Id = "Checkout", Inventory = new() { Altered = [.. altered] } }))];
}
