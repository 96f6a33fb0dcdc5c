using System.Collections.Immutable;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Inventory.Linux;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>Catalogers of text: manifests, lock files, databases of distributions, bundles and their maps.</summary>
internal static class ManifestTargets
{
    private static readonly string[] Json = ["{", "}", "[", "]", "\"\"", "null", "true", ":", ",", "\\u0000", "\\ud800", "\ufeff", "//", "1e999", "-0", "{\"a\":", "[["];
    private static readonly string[] Toml = ["[[package]]\n", "[", "]", "{", "}", "=", "\"\"\"", "'''", "\\u00", "\n", "name = ", "version = ", "1979-05-27T07:32:00Z", "nan", "0x", "dependencies = ["];
    private static readonly string[] Yaml = ["---\n", "- ", ": ", "&a ", "*a", "!!str ", "|\n", ">-\n", "? ", "{", "}", "[", "]", "'", "\"", "\n  ", "%YAML 1.2\n", "<<: ", "#"];

    public static ImmutableArray<Target> All { get; } =
    [
        Of("npm-installed", "node_modules/a/package.json", [.. Json, "\"name\":", "\"version\":", "\"license\":", "\"dependencies\":", "\n-- node_modules/b/package.json --\n", "\n-- package.json --\n", "@s/"]),
        Of("npm-lock", "package-lock.json", [.. Json, "\"packages\":", "\"dependencies\":", "\"node_modules/", "\"lockfileVersion\":", "\"requires\":", "\"link\":true", "\"resolved\":", "\"integrity\":", "\"dev\":true", "npm:", "\n-- node_modules/a/package.json --\n"]),
        Of("yarn-lock", "yarn.lock", [.. Yaml, "# yarn lockfile v1\n", "__metadata:\n", "  version ", "  dependencies:\n", "@npm:", "@workspace:", "@patch:", "  resolution: ", "\n\n", "-- package.json --\n"]),
        Of("pnpm-lock", "pnpm-lock.yaml", [.. Yaml, "lockfileVersion: ", "packages:\n", "snapshots:\n", "importers:\n", "  /a@1.0.0:\n", "specifier: ", "version: ", "(react@18.0.0)", "link:", "dev: true"]),
        Of("bun-lock", "bun.lock", [.. Json, "\"workspaces\":", "\"packages\":", "\"a@1.0.0\"", "workspace:", "github:", "npm:"]),
        Of("npm-pnp", ".pnp.cjs", [.. Json, "RAW_RUNTIME_STATE = '", "hydrateRuntimeState({", "\"packageRegistryData\":", "\"packageLocation\":\"./.yarn/cache/a.zip/node_modules/a/\"", "/__virtual__/", "\"npm:1.0.0\"", "::version=", "\\\n", "\n-- .yarn/cache/a.zip --\n"]),
        Of("npm-bundle", "index.js",
        [
            "// node_modules/a/index.js\n", "__webpack_require__", "\"./node_modules/a/index.js\":", "/*! a v1.2.3 */", "/**\n * @license a 1.0.0\n */", "//#region node_modules/a\n", "sourceMappingURL=index.js.map",
            "sourceMappingURL=data:application/json;base64,e30=", ".VERSION=\"4.17.21\"", "\"name\":\"a\",\"version\":\"1.0.0\"", "node_modules/.pnpm/a@1.0.0/node_modules/a/", "For license information please see index.js.LICENSE.txt",
            "\n-- index.js.LICENSE.txt --\n", "\n-- index.js.map --\n", "var x=", "(()=>{", "__commonJS({", "\\u0000", "parcelRequire",
        ]),
        Of("source-map", "index.js.map", [.. Json, "\"sources\":", "\"sourcesContent\":", "\"sections\":", "\"mappings\":", "\"sourceRoot\":", "webpack://", "../node_modules/a/index.js", "\"file\":", "\n-- index.js --\n"]),
        Of("python-installed", "a-1.0.dist-info/METADATA", ["Name: ", "Version: ", "License: ", "Classifier: License :: OSI Approved :: ", "License-Expression: ", "Requires-Dist: ", "; extra == ", "\n ", "\n\n", "\n-- a.egg-info/PKG-INFO --\n", "\n-- b-2.dist-info/METADATA --\n", "\ufeff"]),
        Of("python-record", "a-1.0.dist-info/RECORD", ["sha256=", ",", "\"", "\"\"", "\r\n", "../../bin/x", "a/__init__.py", "sha512=", "sha1=", "\n-- a/__init__.py --\n", "\n-- a-1.0.dist-info/METADATA --\n", "\\", "__pycache__/", ".pyc", "-1", "\ufeff"]),
        Of("python-lock", "poetry.lock", [.. Toml, "[metadata]\n", "[package.dependencies]\n", "files = [", "hash = \"sha256:", "source = { registry = ", "\n-- uv.lock --\n", "\n-- pdm.lock --\n", "\n-- pylock.toml --\n", "\n-- pyproject.toml --\n"]),
        Of("pipfile-lock", "Pipfile.lock", [.. Json, "\"_meta\":", "\"default\":", "\"develop\":", "\"version\": \"==1.0\"", "\"hashes\":", "\"git\":"]),
        Of("requirements", "requirements.txt", ["==", "===", ">=", ";", " --hash=sha256:", "\\\n", "#", "-r ", "-e ", "-c ", "@ https://x/a-1.0.tar.gz", "[extra]", " python_version < \"3\"", "\ufeff", "\r", "a==1.0\n"]),
        Of("dotnet-deps", "Fn.deps.json", [.. Json, "\"targets\":", "\"libraries\":", "\"runtimeTarget\":", "\"type\":\"package\"", "\"sha512\":", "\"runtime\":", "\"A/1.0.0\"", "\"dependencies\":"]),
        Of("runtime-config", "Fn.runtimeconfig.json", [.. Json, "\"runtimeOptions\":", "\"framework\":", "\"frameworks\":", "\"includedFrameworks\":", "\"name\":\"Microsoft.NETCore.App\"", "\"version\":"]),
        Of("nuget-lock", "packages.lock.json", [.. Json, "\"dependencies\":", "\"net8.0\":", "\"type\":\"Direct\"", "\"resolved\":", "\"contentHash\":", "\n-- Fn.csproj --\n"]),
        Of("project-assets", "obj/project.assets.json", [.. Json, "\"targets\":", "\"libraries\":", "\"project\":", "\"type\":\"package\"", "\"projectFileDependencyGroups\":", "\"A/1.0.0\":"]),
        Of("exploded-jar", "META-INF/maven/g/a/pom.properties", ["groupId=", "artifactId=", "version=", "\\u00", "\\\n", "#", "!", ":", "\n-- META-INF/MANIFEST.MF --\n", "Implementation-Title: ", "Bundle-SymbolicName: ", "Bundle-Version: ", "\r\n ", "\n-- META-INF/maven/g/a/pom.xml --\n"]),
        Of("gradle-lock", "gradle.lockfile", [":", "=", ",", "runtimeClasspath", "testCompileClasspath", "empty=", "#", "\n", "g:a:1.0=runtimeClasspath\n"]),
        Of("pom", "pom.xml", ["<dependency>", "</dependency>", "<groupId>", "<artifactId>", "<version>", "${", "}", "<scope>test</scope>", "<parent>", "<properties>", "<dependencyManagement>", "<!DOCTYPE x [<!ENTITY a \"b\">]>", "&a;", "<![CDATA[", "]]>", "<?x?>", "<!--", "-->"]),
        Of("go-mod", "go.mod", ["module ", "require ", "replace ", "exclude ", "retract ", " => ", "(\n", ")\n", "// indirect", "go 1.21\n", "toolchain go1.22.1\n", "\"", "`", "v0.0.0-20200101000000-abcdefabcdef", "\n-- go.sum --\n", " h1:", "/go.mod", "+incompatible"]),
        Of("cargo-lock", "Cargo.lock", [.. Toml, "source = \"registry+", "checksum = ", "version = 3\n", " (registry+https://x)", "\n-- Cargo.toml --\n"]),
        Of("gemspec", "specifications/a-1.0.gemspec", ["Gem::Specification.new do |s|\n", "  s.name = ", "  s.version = ", "Gem::Version.new(", ".freeze", "s.licenses = [", "s.add_runtime_dependency(%q<", "\"", "'", "%q", "\\", "#{", "end\n", "# stub: a 1.0 ruby lib\n"]),
        Of("gem-lock", "Gemfile.lock", ["GEM\n", "  remote: ", "  specs:\n", "    a (1.0)\n", "      b (~> 1)\n", "PATH\n", "GIT\n", "PLATFORMS\n", "DEPENDENCIES\n", "BUNDLED WITH\n", "CHECKSUMS\n", " sha256=", "-x86_64-linux", "!\n", "\r\n"]),
        Of("composer-installed", "vendor/composer/installed.json", [.. Json, "\"packages\":", "\"dev-package-names\":", "\"name\":\"a/b\"", "\"version\":", "\"version_normalized\":", "\"license\":", "\"require\":", "\"dist\":"]),
        Of("composer-lock", "composer.lock", [.. Json, "\"packages\":", "\"packages-dev\":", "\"name\":\"a/b\"", "\"version\":", "\"require\":", "\n-- composer.json --\n"]),
        Of("sbom", "bom.json", [.. Json, "\"bomFormat\":\"CycloneDX\",", "\"spdxVersion\":\"SPDX-2.3\",", "\"components\":", "\"purl\":\"pkg:npm/a@1.0.0\"", "\"metadata\":{\"component\":", "\"scope\":\"excluded\"", "\"packages\":", "\"externalRefs\":", "\"referenceType\":\"purl\",\"referenceLocator\":", "\"relationships\":", "\n-- node_modules/a/package.json --\n", "%00", "%2F"]),
        Of("dpkg", "var/lib/dpkg/status", ["Package: ", "Version: ", "Status: install ok installed\n", "Source: a (1.0)\n", "Depends: ", " | ", " (>= 1)", "\n\n", "\n ", "\n-- etc/os-release --\n", "\n-- var/lib/dpkg/info/a.list --\n", "\n-- var/lib/dpkg/status.d/a --\n", "ID=debian\n"]),
        Of("apk", "lib/apk/db/installed", ["P:", "V:", "o:", "D:", "p:", "F:", "R:", "L:", "\n\n", "so:libc.so.6", "=1.0", "!", "~", "\n-- etc/os-release --\n", "ID=alpine\n"]),
        new("os-release", static input =>
        {
            if (Distribution.Of(TargetList.Text(input), "debian").Ecosystem.Length == 0) throw new BrokenPromiseException("a distribution of no ecosystem");
        })
        { Words = TargetList.Words("ID=", "VERSION_ID=", "VERSION=", "PRETTY_NAME=", "VERSION_CODENAME=", "\"", "'", "\\", "$", "ubuntu", "alpine", "rhel", "sles", "opensuse-leap", "amzn", " LTS", "\n") },
    ];

    private static Target Of(string name, string path, string[] words) => new(name, input => Tree.Inventory(input, path)) { Words = TargetList.Words(words) };
}
