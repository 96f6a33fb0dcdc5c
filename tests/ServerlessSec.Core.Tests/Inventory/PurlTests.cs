using CsCheck;

namespace ServerlessSec.Inventory;

public class PurlTests
{
    [Theory]
    [InlineData("npm", "@Scope", "Name", "1.0.0", "pkg:npm/%40scope/name@1.0.0")]
    [InlineData("npm", null, "JSONStream", "1.3.5", "pkg:npm/jsonstream@1.3.5")]
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

    [Theory]
    [InlineData("pkg:npm/@scope/name@1.0.0", "pkg:npm/%40scope/name@1.0.0")]
    [InlineData("pkg:npm/@scope/name", "pkg:npm/%40scope/name")]
    [InlineData("PKG://NPM/Foo@1.0.0?arch=x#sub/path", "pkg:npm/foo@1.0.0")]
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
