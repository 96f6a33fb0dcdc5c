namespace ServerlessSec.Inventory.Python;

public class PythonLockCatalogerTests
{
    private const string Hash = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    private const string OldPoetry = $$"""
        [[package]]
        name = "Flask"
        version = "2.0.0"
        description = "brackets [[[ in quotes are none"
        category = "main"
        optional = false

        [package.dependencies]
        Werk_Zeug = {version = ">=2.0", optional = true}

        [[package]]
        name = "werk.zeug"
        version = "2.0.1"
        category = "main"

        [[package]]
        name = "pytest"
        version = "7.0.0"
        category = "dev"
        files = [{file = "pytest.whl", hash = "sha256:{{Hash}}"}]

        [[package]]
        name = "own"
        version = "0.1.0"
        category = "main"
        [package.source]
        type = "directory"
        url = "lib/own"

        [metadata]
        lock-version = "1.1"
        """;

    private const string Poetry = $$"""
        [[package]]
        name = "flask"
        version = "2.0.0"
        groups = ["main", "dev"]
        dependencies = {werk-zeug = ">=2.0"}
        [[package]]
        name = "werk-zeug"
        version = "2.0.1"
        groups = ["main"]
        [[package]]
        name = "pytest"
        version = "7.0.0"
        groups = ["dev"]
        files = [{file = "pytest.whl", hash = "sha256:{{Hash}}"}]
        [metadata]
        lock-version = "2.1"
        """;

    private const string Uv = $$"""
        version = 1
        [[package]]
        name = "fn"
        version = "0.1.0"
        source = { virtual = "." }
        dependencies = [{ name = "flask" }]
        [package.dev-dependencies]
        dev = [{ name = "pytest" }]
        [package.metadata]
        requires-dist = [{ name = "flask" }]
        [[package]]
        name = "flask"
        version = "2.0.0"
        source = { registry = "https://python.example.com/simple" }
        dependencies = [{ name = "werk-zeug", version = "2.0.1", marker = "python_version > '3'" }]
        [[package]]
        name = "werk-zeug"
        version = "2.0.1"
        [[package]]
        name = "pytest"
        version = "7.0.0"
        wheels = [{ url = "https://python.example.com/pytest.whl", hash = "sha256:{{Hash}}", size = 1 }]
        """;

    private const string Pdm = $$"""
        [metadata]
        groups = ["default", "dev"]
        [[package]]
        name = "flask"
        version = "2.0.0"
        groups = ["default"]
        dependencies = ["werk_zeug>=2.0; python_version > '3'"]
        [[package]]
        name = "werk-zeug"
        version = "2.0.1"
        groups = ["default"]
        [[package]]
        name = "pytest"
        version = "7.0.0"
        groups = ["dev"]
        files = [{file = "pytest.whl", hash = "sha256:{{Hash}}"}]
        """;

    private const string Standard = $$"""
        lock-version = "1.0"
        created-by = "tool"
        [[packages]]
        name = "flask"
        version = "2.0.0"
        dependencies = [{ name = "werk-zeug" }]
        [[packages]]
        name = "werk-zeug"
        version = "2.0.1"
        [[packages]]
        name = "pytest"
        version = "7.0.0"
        [[packages.wheels]]
        name = "pytest.whl"
        hashes = { sha256 = "{{Hash}}" }
        [[packages]]
        name = "own"
        directory = { path = "own" }
        """;

    [Theory]
    [InlineData("poetry.lock", OldPoetry)]
    [InlineData("poetry.lock", Poetry)]
    [InlineData("app/uv.lock", Uv)]
    [InlineData("pdm.lock", Pdm)]
    [InlineData("pylock.toml", Standard)]
    [InlineData("pylock.prod.toml", Standard)]
    public void Reads_every_dialect(string path, string text)
    {
        var inventory = Read.Package(("handler.py", ""), (path, text));

        Assert.Equal(["pkg:pypi/flask@2.0.0", "pkg:pypi/pytest@7.0.0", "pkg:pypi/werk-zeug@2.0.1"], inventory.Purls());
        Assert.Equal(["pkg:pypi/werk-zeug@2.0.1"], inventory.Components[0].DependsOn);
        Assert.Equal([new("SHA-256", Hash)], inventory.Only("pytest").Hashes);
        Assert.Equal(text != Standard, inventory.Only("pytest").Development);
        Assert.False(inventory.Components[0].Development);
        Assert.Equal(new Occurrence(path, null, OccurrenceKind.Locked, "python-lock"), Assert.Single(inventory.Components[0].Occurrences));
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("[tool.poetry.dependencies]\npython = '^3'\nflask = '*'\n[tool.poetry.group.test.dependencies]\npytest = '*'\n")]
    [InlineData("[tool.poetry.dependencies]\nflask = '*'\n[tool.poetry.dev-dependencies]\npytest = '*'\n")]
    [InlineData("[project]\ndependencies = ['Flask [async] >= 2']\n[dependency-groups]\ntest = ['pytest', {include-group = 'x'}]\n")]
    [InlineData("[project]\noptional-dependencies = {web = ['flask']}\n[tool.pdm.dev-dependencies]\ntest = ['pytest']\n")]
    public void The_project_beside_it_says_what_is_asked_for_and_what_is_a_tool(string project)
    {
        var text = Standard.Replace("\"own\"", "\"other\"", StringComparison.Ordinal);
        var inventory = Read.Package(("handler.py", ""), ("pylock.toml", text), ("pyproject.toml", project));

        Assert.Equal(["pytest"], inventory.Components.Where(static c => c.Development).Select(static c => c.Name));
        Assert.Equal(["flask", "pytest"], inventory.Components.Where(static c => c.Relation == Relation.Direct).Select(static c => c.Name));
    }

    [Fact]
    public void An_extra_is_no_tool_but_a_group_of_the_project_is()
    {
        var text = Pdm.Replace("""groups = ["default"]""", """groups = ["aws"]""", StringComparison.Ordinal).Replace("""groups = ["dev"]""", """groups = ["checks"]""", StringComparison.Ordinal);
        var inventory = Read.Package(("handler.py", ""), ("pdm.lock", text), ("pyproject.toml", "[dependency-groups]\nchecks = ['pytest']\n[project.optional-dependencies]\naws = ['flask']\n"));

        Assert.Equal(["pytest"], inventory.Components.Where(static c => c.Development).Select(static c => c.Name));
    }

    [Fact]
    public void What_is_installed_is_the_truth()
    {
        var inventory = Read.Package(("handler.py", ""), ("poetry.lock", Poetry), ("flask-2.1.0.dist-info/METADATA", "Name: flask\nVersion: 2.1.0\n"));

        Assert.Equal(["pkg:pypi/flask@2.1.0"], inventory.Purls());
    }

    [Theory]
    [InlineData("")]
    [InlineData("[[package]")]
    [InlineData("x = ")]
    [InlineData("[a]\nb = 1\nb = 2\n[a]\n")]
    public void Malformed_lock_files_are_gaps(string text)
    {
        var gap = Assert.Single(Read.Package(("handler.py", ""), ("poetry.lock", text)).Gaps);

        Assert.Equal((GapKind.Unread, "poetry.lock", "python-lock"), (gap.Kind, gap.Scope.Path, gap.Scope.Cataloger));
    }

    [Theory]
    [InlineData("version = 1\npackage = 7\n")]
    [InlineData("version = 1\npackage = [1, [2], {name = 3}, {name = 'a', version = [1]}, {name = 'a b', version = '1'}]\n")]
    [InlineData("version = 1\n[package]\nname = 'a'\n")]
    public void Members_of_the_wrong_kind_do_no_harm(string text) => Assert.Empty(Read.Package(("handler.py", ""), ("uv.lock", text)).Components);

    [Theory]
    [InlineData("a = ", "[")]
    [InlineData("a = ", "{b = ")]
    public void Nesting_too_deep_to_be_true_is_a_gap(string start, string nest) =>
        Assert.Equal(GapKind.Limit, Assert.Single(Read.Package(("handler.py", ""), ("uv.lock", start + string.Concat(Enumerable.Repeat(nest, 20_000)))).Gaps).Kind);

    [Fact]
    public void Keys_too_long_to_be_true_are_a_gap() =>
        Assert.Equal(GapKind.Limit, Assert.Single(Read.Package(("handler.py", ""), ("uv.lock", string.Join('.', Enumerable.Repeat("a", 20_000)) + " = 1\n")).Gaps).Kind);
}
