namespace ServerlessSec.Advisories;

public class EcosystemsTests
{
    [Theory]
    [InlineData("PyPI", "Zope.Interface", "zope-interface")]
    [InlineData("pypi", "a-_.b__C", "a-b-c")]
    [InlineData("PyPI", "-a-", "-a-")]
    [InlineData("npm", "JSONStream", "JSONStream")]
    [InlineData("npm", "@Scope/Name", "@Scope/Name")]
    [InlineData("NuGet", "Newtonsoft.Json", "newtonsoft.json")]
    [InlineData("Packagist", "Drupal/Core", "drupal/core")]
    [InlineData("crates.io", "Serde_JSON", "serde-json")]
    [InlineData("Maven", "org.apache.struts:struts2-core", "org.apache.struts:struts2-core")]
    [InlineData("Go", "github.com/Masterminds/semver", "github.com/Masterminds/semver")]
    [InlineData("SwiftURL", "https://github.com/Apple/swift-nio.git", "github.com/apple/swift-nio")]
    public void A_name_has_one_form(string ecosystem, string name, string normal)
    {
        Assert.Equal(normal, Ecosystems.NormaliseName(ecosystem, name));
        Assert.Equal(normal, Ecosystems.NormaliseName(ecosystem, normal));
    }

    [Theory]
    [InlineData("Debian:12", "Debian:12", true)]
    [InlineData("Debian", "Debian:12", true)]
    [InlineData("Debian:11", "Debian:12", false)]
    [InlineData("npm", "NPM", true)]
    [InlineData("npm", "PyPI", false)]
    [InlineData("Maven:https://repo.example.org/maven", "Maven", true)]
    public void A_release_narrows_an_ecosystem(string advisory, string component, bool covered) => Assert.Equal(covered, Ecosystems.Covers(advisory, component));

    [Theory, InlineData("debian:12", "Debian"), InlineData("pypi", "PyPI"), InlineData("Elsewhere:1", "Elsewhere")]
    public void An_ecosystem_is_spelled_as_OSV_spells_it(string given, string spelled) => Assert.Equal(spelled, Ecosystems.Base(given));
}
