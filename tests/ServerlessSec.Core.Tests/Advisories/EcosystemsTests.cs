using ServerlessSec.Inventory;

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
    [InlineData("Maven", "org.apache.struts:struts2-core:jar:tests", "org.apache.struts:struts2-core")]
    [InlineData("Go", "github.com/Masterminds/semver", "github.com/Masterminds/semver")]
    [InlineData("Go", "github.com/!masterminds/semver", "github.com/Masterminds/semver")]
    [InlineData("RubyGems", "RedCloth", "RedCloth")]
    [InlineData("Debian:12", "libssl3", "libssl3")]
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
    [InlineData("Debian:12", "Debian:12.5", true)]
    [InlineData("Debian:1", "Debian:12", false)]
    [InlineData("Alpine:v3.18", "Alpine:3.18.4", true)]
    [InlineData("Alpine:v3.1", "Alpine:v3.18", false)]
    [InlineData("Alpine:edge", "Alpine:v3.18", false)]
    [InlineData("Ubuntu:22.04:LTS", "Ubuntu:22.04", true)]
    [InlineData("Ubuntu:22.04:LTS", "Ubuntu:22.10", false)]
    [InlineData("Ubuntu:Pro:22.04:LTS", "Ubuntu:22.04", false)]
    [InlineData("Rocky Linux:9", "Rocky Linux:9.3", true)]
    [InlineData("Red Hat:enterprise_linux:9::baseos", "Red Hat:enterprise_linux:9", true)]
    [InlineData("Red Hat:enterprise_linux:9::baseos", "Red Hat:enterprise_linux:8", false)]
    [InlineData("Ubuntu:22.04", "Debian:12", false)]
    [InlineData("npm", "NPM", true)]
    [InlineData("npm", "PyPI", false)]
    [InlineData("Maven:https://repo.example.org/maven", "Maven", true)]
    public void A_release_narrows_an_ecosystem(string advisory, string component, bool covered) => Assert.Equal(covered, Ecosystems.Covers(advisory, component));

    [Theory, InlineData("debian:12", "Debian"), InlineData("pypi", "PyPI"), InlineData("Elsewhere:1", "Elsewhere")]
    public void An_ecosystem_is_spelled_as_OSV_spells_it(string given, string spelled) => Assert.Equal(spelled, Ecosystems.Base(given));

    [Theory]
    [InlineData("pkg:npm/%40scope/name@1", "npm", "@scope/name")]
    [InlineData("pkg:pypi/zope.interface@1", "PyPI", "zope-interface")]
    [InlineData("pkg:nuget/Newtonsoft.Json@1", "NuGet", "Newtonsoft.Json")]
    [InlineData("pkg:maven/org.apache.struts/struts2-core@1", "Maven", "org.apache.struts:struts2-core")]
    [InlineData("pkg:golang/github.com/google/uuid@v1", "Go", "github.com/google/uuid")]
    [InlineData("pkg:golang/stdlib@1.22.0", "Go", "stdlib")]
    [InlineData("pkg:gem/RedCloth@1", "RubyGems", "RedCloth")]
    [InlineData("pkg:composer/Symfony/Yaml@1", "Packagist", "symfony/yaml")]
    [InlineData("pkg:cargo/serde_json@1", "crates.io", "serde_json")]
    [InlineData("pkg:deb/debian/curl@1?distro=bookworm", "Debian", "curl")]
    [InlineData("pkg:apk/alpine/curl@1", "Alpine", "curl")]
    [InlineData("pkg:rpm/RedHat/curl@1", "Red Hat", "curl")]
    public void A_package_URL_has_an_ecosystem(string purl, string ecosystem, string name) => Assert.Equal((ecosystem, name), PurlEcosystems.Of(Purl.Parse(purl)));

    [Theory, InlineData("pkg:generic/openssl@3"), InlineData("pkg:deb/kali/curl@1"), InlineData("pkg:deb/curl@1")]
    public void A_package_URL_without_one_has_none(string purl) => Assert.Null(PurlEcosystems.Of(Purl.Parse(purl)));
}
