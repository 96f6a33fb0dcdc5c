using System.Text;

namespace ServerlessSec.Inventory;

/// <summary>A chain of a hundred thousand packages in each lock format: every one is named, and none costs the square.</summary>
public sealed class LongLockFileTests
{
    private const int Count = 100_000;

    [Theory]
    [InlineData("package-lock.json", "{\"lockfileVersion\":3,\"packages\":{\"\":{}", ",\"node_modules/p#\":{\"version\":\"1.0.#\",\"dependencies\":{\"p+\":\"*\"}}", "}}")]
    [InlineData("yarn.lock", "# yarn lockfile v1\n", "\np#@^1.0.0:\n  version \"1.0.#\"\n  resolved \"https://r/p#-1.0.#.tgz\"\n  dependencies:\n    p+ \"^1.0.0\"\n", "")]
    [InlineData("yarn.lock", "__metadata:\n  version: 8\n", "\n\"p#@npm:^1.0.0\":\n  version: 1.0.#\n  resolution: \"p#@npm:1.0.#\"\n  dependencies:\n    p+: \"npm:^1.0.0\"\n  languageName: node\n  linkType: hard\n", "")]
    [InlineData("pnpm-lock.yaml", "lockfileVersion: '6.0'\n\npackages:\n", "\n  /p#@1.0.#:\n    resolution: {integrity: sha512-x}\n    dependencies:\n      p+: 1.0.+\n", "")]
    [InlineData("bun.lock", "{\"lockfileVersion\":1,\"workspaces\":{\"\":{\"name\":\"app\"}},\"packages\":{", "\"p#\":[\"p#@1.0.#\",\"\",{\"dependencies\":{\"p+\":\"*\"}},\"sha512-x\"],", "}}")]
    [InlineData("requirements.txt", "", "p#==1.0.#\n", "")]
    [InlineData("Pipfile.lock", "{\"_meta\":{\"pipfile-spec\":6},\"develop\":{},\"default\":{\"p\":{\"version\":\"==1\"}", ",\"p#\":{\"version\":\"==1.0.#\"}", "}}")]
    [InlineData("poetry.lock", "", "[[package]]\nname = \"p#\"\nversion = \"1.0.#\"\noptional = false\n\n[package.dependencies]\np+ = \"*\"\n\n", "[metadata]\nlock-version = \"2.0\"\n")]
    [InlineData("uv.lock", "version = 1\n", "\n[[package]]\nname = \"p#\"\nversion = \"1.0.#\"\nsource = { registry = \"https://r\" }\ndependencies = [{ name = \"p+\" }]\n", "")]
    [InlineData("pdm.lock", "[metadata]\nlock_version = \"4.5.0\"\n", "\n[[package]]\nname = \"p#\"\nversion = \"1.0.#\"\ngroups = [\"default\"]\ndependencies = [\"p+\"]\n", "")]
    [InlineData("pylock.toml", "lock-version = \"1.0\"\n", "\n[[packages]]\nname = \"p#\"\nversion = \"1.0.#\"\n", "")]
    [InlineData("packages.lock.json", "{\"version\":1,\"dependencies\":{\"net8.0\":{\"p\":{\"type\":\"Direct\",\"resolved\":\"1.0.0\"}", ",\"p#\":{\"type\":\"Transitive\",\"resolved\":\"1.0.#\",\"dependencies\":{\"p+\":\"1.0.0\"}}", "}}}")]
    [InlineData("Gemfile.lock", "GEM\n  remote: https://r/\n  specs:\n", "    p# (1.0.#)\n      p+\n", "\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n  p0\n")]
    [InlineData("composer.lock", "{\"packages\":[{\"name\":\"v/p\",\"version\":\"1.0.0\"}", ",{\"name\":\"v/p#\",\"version\":\"1.0.#\",\"require\":{\"v/p+\":\"*\"}}", "],\"packages-dev\":[]}")]
    [InlineData("Cargo.lock", "version = 3\n", "\n[[package]]\nname = \"p#\"\nversion = \"1.0.#\"\nsource = \"registry+https://r\"\ndependencies = [\n \"p+\",\n]\n", "")]
    [InlineData("gradle.lockfile", "", "g:p#:1.0.#=runtimeClasspath\n", "empty=\n")]
    [InlineData("go.mod", "module example.org/app\n\ngo 1.22\n\nrequire (\n", "\texample.org/p# v1.0.#\n", ")\n")]
    public void Every_package_of_a_long_lock_file_is_named(string name, string start, string each, string end)
    {
        var text = new StringBuilder(start);
        for (var n = 0; n < Count; n++) text.Append(each.Replace("#", $"{n}", StringComparison.Ordinal).Replace("+", $"{n + 1}", StringComparison.Ordinal));

        var inventory = Read.Package((name, text.Append(end).ToString()));

        Assert.InRange(inventory.Components.Length, Count - 1, Count);
    }

    [Theory]
    [InlineData("node_modules/p/package.json")]
    [InlineData("package-lock.json")]
    [InlineData("vendor/composer/installed.json")]
    [InlineData("Fn.deps.json")]
    [InlineData("bom.json")]
    public void Byte_order_marks_are_passed_over_however_many(string name)
    {
        var marks = new string('\ufeff', 300_000);

        var inventory = Read.Package(("node_modules/q/package.json", $$"""{{marks}}{"name":"q","version":"1.0.0"}"""), (name, marks + "{}"));

        Assert.Contains(inventory.Components, static component => component is { Name: "q", Version: "1.0.0" });
    }
}
