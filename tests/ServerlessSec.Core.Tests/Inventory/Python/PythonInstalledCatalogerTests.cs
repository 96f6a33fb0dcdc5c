namespace ServerlessSec.Inventory.Python;

public class PythonInstalledCatalogerTests
{
    [Theory]
    [InlineData("six-1.16.0.dist-info/METADATA")]
    [InlineData("pip/_vendor/six-1.16.0.dist-info/METADATA")]
    [InlineData("six-1.16.0.egg-info/PKG-INFO")]
    [InlineData("six-1.16.0-py3.9.egg-info")]
    [InlineData("six.egg-info/PKG-INFO")]
    [InlineData("six-1.16.0-py3.9.egg/EGG-INFO/PKG-INFO")]
    [InlineData("/opt/python/lib/python3.12/site-packages/six-1.16.0.dist-info/METADATA")]
    public void Reads_every_form_in_every_folder(string path)
    {
        var inventory = Read.Package(("handler.py", ""), (path.TrimStart('/'), "Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n\nBody: no field\n"));

        Assert.Equal("pkg:pypi/six@1.16.0", Assert.Single(inventory.Purls()));
        Assert.Equal(path.TrimStart('/'), inventory.Components[0].Occurrences[0].Path);
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("Name: GeoIP\nLicense: LESSER\n\t\t Version: 2.1\n\t\t Version 2.1, February 1999\n\t\n\t more\nVersion: 1.3.2\n")]
    [InlineData("Name: GeoIP\r\nVersion: 1.3.2\r\n\r\nVersion: 9\r\n")]
    [InlineData("\ufeffName: GeoIP\nVersion: 1.3.2")]
    [InlineData("name:GeoIP\nVERSION:1.3.2\n")]
    [InlineData("Name: GeoIP\nVersion: 1.3.2\nVersion: 2\n")]
    [InlineData("Name: GeoIP\n\nVersion: 7\n")]
    [InlineData("no field at all\nName: GeoIP\nVersion: 1.3.2\n")]
    [InlineData("")]
    public void Reads_headers_as_mail_does_and_else_believes_the_folder(string metadata) =>
        Assert.Equal(["pkg:pypi/geoip@1.3.2"], Read.Package(("handler.py", ""), ("GeoIP-1.3.2.dist-info/METADATA", metadata)).Purls());

    [Fact]
    public void A_record_alone_is_enough_for_name_and_version() =>
        Assert.Equal(["pkg:pypi/zope-interface@5.4.0"], Read.Package(("handler.py", ""), ("zope.interface-5.4.0.dist-info/RECORD", "a,b,c")).Purls());

    [Fact]
    public void Without_name_and_version_it_is_a_gap()
    {
        var gap = Assert.Single(Read.Package(("handler.py", ""), ("thing.dist-info/METADATA", "Summary: x\n")).Gaps);

        Assert.Equal(("thing.dist-info/METADATA", "python-installed"), (gap.Scope.Path, gap.Scope.Cataloger));
    }

    [Fact]
    public void A_vendored_copy_stands_beside_the_installed_one()
    {
        var inventory = Read.Package(
            ("handler.py", ""),
            ("wheel-0.46.2.dist-info/METADATA", "Name: wheel\nVersion: 0.46.2\n"),
            ("setuptools/_vendor/wheel-0.45.1.dist-info/METADATA", "Name: wheel\nVersion: 0.45.1\n"));

        Assert.Equal(["pkg:pypi/wheel@0.45.1", "pkg:pypi/wheel@0.46.2"], inventory.Purls());
    }

    [Theory]
    [InlineData("License-Expression: MIT OR Apache-2.0\nLicense: ignored", "MIT OR Apache-2.0")]
    [InlineData("Classifier: License :: OSI Approved :: BSD License\nClassifier: Topic :: X", "BSD License")]
    [InlineData("License: BSD\nClassifier: License :: OSI Approved :: MIT License", "MIT")]
    [InlineData("Classifier: License :: OSI Approved\nLicense: BSD-3-Clause", "BSD-3-Clause")]
    [InlineData("License: UNKNOWN", null)]
    [InlineData("License: Copyright\n  a whole text", null)]
    public void Finds_the_licence_where_it_is_said_best(string fields, string? licence)
    {
        var component = Read.Package(("h.py", ""), ("a-1.0.dist-info/METADATA", $"Name: a\nVersion: 1.0\n{fields}\n")).Only("a");

        Assert.Equal(licence is null ? [] : [licence], component.Licences);
    }

    [Fact]
    public void Connects_what_needs_what_within_one_folder_but_not_for_extras()
    {
        var inventory = Read.Package(
            ("handler.py", ""),
            ("requests-2.0.dist-info/METADATA", "Name: requests\nVersion: 2.0\nRequires-Dist: charset_normalizer (<4,>=2)\nRequires-Dist: idna<4; python_version > '3'\nRequires-Dist: PySocks>=1.5; extra == 'socks'\n"),
            ("charset_normalizer-3.0.dist-info/METADATA", "Name: charset-normalizer\nVersion: 3.0\n"),
            ("idna-3.3.dist-info/METADATA", "Name: idna\nVersion: 3.3\n"),
            ("PySocks-1.7.dist-info/METADATA", "Name: PySocks\nVersion: 1.7\n"));

        Assert.Equal(["pkg:pypi/charset-normalizer@3.0", "pkg:pypi/idna@3.3"], inventory.Only("requests").DependsOn);
    }
}
