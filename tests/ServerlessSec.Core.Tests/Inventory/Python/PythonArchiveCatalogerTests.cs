using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

public class PythonArchiveCatalogerTests
{
    private static readonly byte[] Archive = Zips.Of(
        ("requests/__init__.py", ""),
        ("requests-2.31.0.dist-info/METADATA", "Name: requests\nVersion: 2.31.0\nRequires-Dist: urllib3\n"),
        ("requests-2.31.0.dist-info/RECORD", ""),
        ("urllib3-1.26.5.egg-info/PKG-INFO", "Name: urllib3\nVersion: 1.26.5\n"));

    [Theory]
    [InlineData(".requirements.zip")]
    [InlineData("fn/.requirements.zip")]
    [InlineData("app.pyz")]
    [InlineData("fn.pex")]
    [InlineData("/opt/python/a-1.0-py3.11.egg")]
    public void Distributions_in_archives_of_python_are_installed(string path)
    {
        var inventory = Read.Package(Zips.OfBytes(("handler.py", []), (path.TrimStart('/'), Archive), ("requirements.txt", "flask>=1\n"u8.ToArray())));

        Assert.Equal(["pkg:pypi/requests@2.31.0", "pkg:pypi/urllib3@1.26.5"], inventory.Purls());
        Assert.Equal(["pkg:pypi/urllib3@1.26.5"], inventory.Only("requests").DependsOn);
        Assert.Equal(
            new Occurrence($"{path.TrimStart('/')}!/requests-2.31.0.dist-info/METADATA", null, OccurrenceKind.Installed, "python-archive"),
            Assert.Single(inventory.Only("requests").Occurrences));
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void A_zipapp_may_begin_with_the_name_of_its_interpreter()
    {
        byte[] zipapp = [.. "#!/usr/bin/env python3\n"u8, .. Archive];

        Assert.Equal(["pkg:pypi/requests@2.31.0", "pkg:pypi/urllib3@1.26.5"], Read.Package(Zips.OfBytes(("handler.py", []), ("app.pyz", zipapp))).Purls());
    }

    [Fact]
    public void An_egg_names_itself()
    {
        var egg = Zips.Of(("six.py", ""), ("EGG-INFO/PKG-INFO", "Metadata-Version: 1.1\nName: six\nVersion: 1.16.0\n"));

        Assert.Equal(["pkg:pypi/six@1.16.0"], Read.Package(Zips.OfBytes(("handler.py", []), ("lib/six-1.16.0-py3.9.egg", egg))).Purls());
    }

    [Fact]
    public void A_wheel_does_not_silence_what_is_still_to_be_installed()
    {
        var wheel = Zips.Of(("own/__init__.py", ""), ("own-1.0.dist-info/METADATA", "Name: own\nVersion: 1.0\n"));
        var inventory = Read.Package(Zips.OfBytes(("handler.py", []), ("wheels/own-1.0-py3-none-any.whl", wheel), ("requirements.txt", "flask==3.0.0\n"u8.ToArray())));

        Assert.Equal(["pkg:pypi/flask@3.0.0", "pkg:pypi/own@1.0"], inventory.Purls());
    }

    [Theory]
    [InlineData("lib/python3.12/ensurepip/_bundled/own-1.0-py3-none-any.whl")]
    [InlineData("python/lib/python3.12/site-packages/virtualenv/seed/wheels/embed/own-1.0-py3-none-any.whl")]
    [InlineData("data.zip")]
    public void What_tools_carry_for_others_is_no_component(string path) =>
        Assert.Empty(Read.Package(Zips.OfBytes(("handler.py", []), (path, Archive))).Components);

    [Fact]
    public void Broken_archives_are_gaps()
    {
        var nameless = Zips.Of(("a.egg-info", "\n"), ("b-1.0.dist-info/METADATA", "Name: b\nVersion: 1.0\n"));
        var inventory = Read.Package(Zips.OfBytes(("handler.py", []), ("a.pyz", Encoding.ASCII.GetBytes("no zip")), ("b.pex", nameless)));

        Assert.Equal(["pkg:pypi/b@1.0"], inventory.Purls());
        Assert.Equal(["a.pyz", "b.pex!/a.egg-info"], inventory.Gaps.Select(static gap => gap.Scope.Path));
    }

    [Fact]
    public void Metadata_is_bounded_together()
    {
        var text = "Metadata-Version: 2.1\nName: own\nVersion: 1.0\n\n" + new string(' ', 900);
        var many = Zips.Of(("a-1.0.dist-info/METADATA", text), ("b-1.0.dist-info/METADATA", text), ("c-1.0.dist-info/METADATA", text));

        var inventory = Read.Package(Zips.OfBytes(("handler.py", []), ("app.pyz", many)), ScanLimits.Default with { ManifestBytes = 2_000 });

        Assert.Equal((GapKind.Limit, "app.pyz"), inventory.Gaps.Select(static gap => (gap.Kind, gap.Scope.Path)).Single());
    }
}
