using CsCheck;

namespace ServerlessSec.Inventory;

public class PurlTests
{
    [Theory]
    [InlineData("npm", "@Scope", "Name", "1.0.0", "pkg:npm/%40Scope/Name@1.0.0")]
    [InlineData("npm", null, "JSONStream", "1.3.5", "pkg:npm/JSONStream@1.3.5")]
    [InlineData("npm", null, "a", "1.0.0-rc.1+build.5", "pkg:npm/a@1.0.0-rc.1%2Bbuild.5")]
    [InlineData("pypi", null, "Foo._-Bar", "1!2.0+cu118", "pkg:pypi/foo-bar@1%212.0%2Bcu118")]
    [InlineData("NuGet", null, "Newtonsoft.Json", "13.0.1", "pkg:nuget/Newtonsoft.Json@13.0.1")]
    [InlineData("maven", "org.apache", "log4j", null, "pkg:maven/org.apache/log4j")]
    [InlineData("golang", "github.com/google", "uuid", "v1.3.0", "pkg:golang/github.com/google/uuid@v1.3.0")]
    [InlineData("generic", "a b/c", "x@y", "1:2/3 4", "pkg:generic/a%20b/c/x%40y@1:2%2F3%204")]
    [InlineData("generic", null, "ü", "1", "pkg:generic/%C3%BC@1")]
    public void Is_encoded_and_normalised_as_its_type_wants(string type, string? @namespace, string name, string? version, string text)
    {
        Assert.Equal(text, Purl.Of(type, @namespace, name, version).ToString());
        Assert.Equal(Purl.Of(type, @namespace, name, version), Purl.Parse(text));
    }

    public static TheoryData<Purl, string> Made { get; } = new()
    {
        { Purl.Maven("org.apache.struts", "struts2-core", "2.5"), "pkg:maven/org.apache.struts/struts2-core@2.5" },
        { Purl.Golang("github.com/Masterminds/semver/v3", "v3.2.0"), "pkg:golang/github.com/Masterminds/semver/v3@v3.2.0" },
        { Purl.Golang("stdlib", "1.22.0"), "pkg:golang/stdlib@1.22.0" },
        { Purl.Gem("RedCloth", "4.3.2"), "pkg:gem/RedCloth@4.3.2" },
        { Purl.Composer("Symfony/Yaml", "5.4.0"), "pkg:composer/symfony/yaml@5.4.0" },
        { Purl.Cargo("serde_json", "1.0.0+x"), "pkg:cargo/serde_json@1.0.0%2Bx" },
        { Purl.Deb("Debian", "libSSL3", "3.0.11-1~deb12u2"), "pkg:deb/debian/libssl3@3.0.11-1~deb12u2" },
        { Purl.Apk("alpine", "curl", "8.5.0-r0"), "pkg:apk/alpine/curl@8.5.0-r0" },
        { Purl.Rpm("RedHat", "NetworkManager", "1:1.40.16-3.el8"), "pkg:rpm/redhat/NetworkManager@1:1.40.16-3.el8" },
        { Purl.Generic("OpenSSL", "3.0.1"), "pkg:generic/OpenSSL@3.0.1" },
    };

    [Theory, MemberData(nameof(Made))]
    public void Each_type_has_its_form(Purl purl, string text)
    {
        Assert.Equal(text, purl.ToString());
        Assert.Equal(purl, Purl.Parse(text));
    }

    [Theory]
    [InlineData("pkg:npm/@scope/name@1.0.0", "pkg:npm/%40scope/name@1.0.0")]
    [InlineData("pkg:npm/@scope/name", "pkg:npm/%40scope/name")]
    [InlineData("PKG://NPM/Foo@1.0.0?arch=x#sub/path", "pkg:npm/Foo@1.0.0")]
    [InlineData("pkg:pypi/django_rest@1", "pkg:pypi/django-rest@1")]
    [InlineData("pkg:npm/foo@", "pkg:npm/foo")]
    public void Reads_what_others_write(string text, string normal) => Assert.Equal(normal, Purl.Parse(text).ToString());

    [Theory, InlineData(""), InlineData("npm/foo"), InlineData("pkg:"), InlineData("pkg:npm"), InlineData("pkg:npm/"), InlineData("pkg:3d/x"), InlineData("pkg:n pm/x"), InlineData("pkg:npm/@1.0.0")]
    public void Refuses_what_is_no_package_url(string text) => Assert.Throws<FormatException>(() => Purl.Parse(text));

    [Fact]
    public void Parsing_undoes_printing() =>
        Gen.Select(
            Gen.Int[0, 5].Select(index => new[] { "npm", "pypi", "nuget", "golang", "maven", "generic" }[index]),
            Gen.String[Gen.Char[' ', 'ž'], 0, 12],
            Gen.String[Gen.Char[' ', 'ž'], 1, 12],
            Gen.String[Gen.Char[' ', 'ž'], 0, 12])
            .Sample((type, @namespace, name, version) =>
            {
                var purl = Purl.Of(type, @namespace.Trim('/').Length == 0 ? null : @namespace, name, version);
                return Purl.Parse(purl.ToString()) == purl;
            });

    [Fact]
    public void Names_of_one_python_project_are_one() =>
        Assert.Single(new[] { "friendly-bard", "Friendly-Bard", "FRIENDLY-BARD", "friendly.bard", "friendly_bard", "friendly--bard", "FrIeNdLy-._.-bArD" }.Select(Purl.PythonName).Distinct());
}
