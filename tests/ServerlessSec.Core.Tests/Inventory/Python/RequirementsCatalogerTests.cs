using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

public class RequirementsCatalogerTests
{
    private const string Hash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    [Fact]
    public void What_is_pinned_is_a_component_and_what_is_not_is_said()
    {
        var inventory = Read.Package(
            ("handler.py", ""),
            ("fn/requirements.txt", $"""
                # tools
                --index-url https://python.example.com/simple
                Django==2.2.10  # old
                requests[security, socks] == 2.19.1 ; python_version >= "3.6"
                zope.interface===5.0
                urllib3>=1.24,<1.25
                six==1.*
                boto3
                cryptography==2.3 \
                    --hash=sha256:{Hash}
                wheel (==0.30,>0.1)
                -e git+https://example.com/tool.git@v1.2#egg=tool
                internal @ https://example.com/internal-1.0.whl
                https://example.com/pkgs/other-1.0-py3-none-any.whl
                -r ../more.txt
                --requirement=absent.txt
                -c constraints.txt
                """),
            ("more.txt", "lxml==4.6.2\t# with a tab\n-r fn/requirements.txt\n"));

        Assert.Equal(
            [
                "pkg:pypi/cryptography@2.3", "pkg:pypi/django@2.2.10", "pkg:pypi/lxml@4.6.2", "pkg:pypi/requests@2.19.1", "pkg:pypi/wheel@0.30",
                "pkg:pypi/zope-interface@5.0",
            ],
            inventory.Purls());
        Assert.Equal([new("SHA-256", Hash)], inventory.Only("cryptography").Hashes);
        Assert.Equal("more.txt", Assert.Single(inventory.Only("lxml").Occurrences).Path);
        Assert.Equal(["included file is missing", "version not in lock file", "version not pinned"], inventory.Gaps.Select(static g => g.Reason).Order(StringComparer.Ordinal));
        Assert.Contains("'urllib3', 'six', 'boto3'", inventory.Gaps.Single(static g => g.Reason == "version not pinned").Message, StringComparison.Ordinal);
        Assert.Contains("'internal'", inventory.Gaps.Single(static g => g.Reason == "version not in lock file").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_asked_for_and_what_is_installed_need_no_word()
    {
        Assert.Empty(Read.Package(("handler.py", ""), ("requirements.txt", "\r\n# nothing\r\n")).Gaps);
        var inventory = Read.Package(("handler.py", ""), ("requirements.txt", "boto3\nsix==1.0\n"), ("six-1.16.0.dist-info/METADATA", "Name: six\nVersion: 1.16.0\n"));
        Assert.Equal(["pkg:pypi/six@1.16.0"], inventory.Purls());
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-32")]
    public void The_byte_order_mark_tells_the_encoding(string encoding)
    {
        var text = Encoding.GetEncoding(encoding);
        byte[] bytes = [.. text.GetPreamble(), .. text.GetBytes("Django==4.2.1\r\nflask==3.0.0\r\n")];
        Assert.Equal(["pkg:pypi/django@4.2.1", "pkg:pypi/flask@3.0.0"], Read.Package(Zips.OfBytes(("requirements.txt", bytes))).Purls());
    }

    [Fact]
    public void Files_that_include_each_other_end() =>
        Assert.Equal(["pkg:pypi/a@1.0"], Read.Package(("handler.py", ""), ("requirements.txt", "-r b.txt\n"), ("b.txt", "-r requirements.txt\na==1.0\n-r b.txt\n")).Purls());

    [Theory]
    [InlineData("==1.0\n")]
    [InlineData("\0\0==\n")]
    [InlineData("a==\n")]
    [InlineData("a[==1\n")]
    [InlineData("-r\n-e\n--hash\n\\")]
    public void Nonsense_is_said_and_never_a_component(string text)
    {
        var inventory = Read.Package(("handler.py", ""), ("requirements.txt", text));

        Assert.Empty(inventory.Components);
        Assert.NotEmpty(inventory.Gaps);
    }
}
