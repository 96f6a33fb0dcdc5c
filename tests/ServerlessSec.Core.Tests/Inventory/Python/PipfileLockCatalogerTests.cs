namespace ServerlessSec.Inventory.Python;

public class PipfileLockCatalogerTests
{
    [Fact]
    public void Reads_packages_and_tools()
    {
        var inventory = Read.Package(("handler.py", ""), ("Pipfile.lock", """
            {"_meta":{"pipfile-spec":6},
             "default":{"Flask":{"version":"==2.0.0","hashes":["sha256:1","sha256:2"]},"own":{"path":".","editable":true},"git":{"git":"https://example.com/git.git","ref":"0123"}},
             "develop":{"pytest":{"version":"==7.0.0"},"flask":{"version":"==2.0.0"},"odd":7}}
            """));

        Assert.Equal(["pkg:pypi/flask@2.0.0", "pkg:pypi/pytest@7.0.0"], inventory.Purls());
        Assert.Equal(["pytest"], inventory.Components.Where(static c => c.Development).Select(static c => c.Name));
        Assert.Contains("'git'", Assert.Single(inventory.Gaps).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(""), InlineData("{}"), InlineData("[]")]
    public void Malformed_lock_files_are_gaps(string text) =>
        Assert.Equal("pipfile-lock", Assert.Single(Read.Package(("handler.py", ""), ("Pipfile.lock", text)).Gaps).Scope.Cataloger);
}
