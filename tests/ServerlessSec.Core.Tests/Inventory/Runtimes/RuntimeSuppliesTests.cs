namespace ServerlessSec.Inventory.Runtimes;

public class RuntimeSuppliesTests
{
    private const string Sqs = "exports.handler = async () => require('@aws-sdk/client-sqs');";
    private const string Old = "const AWS = require('aws-sdk');";

    [Theory]
    [InlineData("nodejs22.x", Sqs, "pkg:npm/%40aws-sdk/client-sqs")]
    [InlineData("nodejs16.x", Old, "pkg:npm/aws-sdk@2.1083.0")]
    [InlineData("nodejs16.x", Sqs, "")]
    [InlineData("nodejs18.x", Old, "")]
    [InlineData("nodejs22.x", "exports.handler = () => {};", "")]
    [InlineData("provided.al2023", Old, "")]
    [InlineData("go1.x", Old, "")]
    [InlineData("⟨Runtime⟩", Old, "")]
    [InlineData("", Old, "")]
    [InlineData(null, Old, "")]
    public void Lists_what_the_code_asks_for_and_the_runtime_brings(string? runtime, string code, string purls) =>
        Assert.Equal(purls, string.Join(' ', Read.On(runtime, ("index.js", code)).Purls()));

    [Fact]
    public void Tells_runtime_day_source_and_who_asks()
    {
        var component = Read.On("nodejs16.x", ("index.js", "x"), ("lib/db.js", Old)).Only("aws-sdk");
        var seen = Assert.Single(component.Occurrences);

        Assert.Equal(("lib/db.js", OccurrenceKind.Supplied), (seen.Path, seen.Kind));
        Assert.Equal(("nodejs16.x", new DateOnly(2022, 11, 14)), (seen.Supply!.Runtime, seen.Supply.AsOf));
        Assert.StartsWith("https://", seen.Supply.Source, StringComparison.Ordinal);
        Assert.Equal((Technique.Import, "require('aws-sdk'"), (seen.Recognition!.Technique, seen.Recognition.Trace));
        Assert.Equal(Relation.Direct, component.Relation);
    }

    [Fact]
    public void A_copy_in_the_package_a_lock_file_or_a_bundle_stands_before_the_runtimes()
    {
        var installed = ("node_modules/@aws-sdk/client-sqs/package.json", """{"name":"@aws-sdk/client-sqs","version":"3.700.0"}""");
        var locked = ("package-lock.json", """{"lockfileVersion":3,"packages":{"":{},"node_modules/@aws-sdk/client-sqs":{"version":"3.700.0"}}}""");
        var bundle = ("index.js", $"// node_modules/@aws-sdk/client-sqs/dist-cjs/index.js\nvar a;\n// node_modules/x/index.js\n{Sqs}");
        var bare = ("node_modules/@aws-sdk/client-sqs/dist-cjs/index.js", "module.exports = {};");

        Assert.Equal(["pkg:npm/%40aws-sdk/client-sqs@3.700.0"], Read.On("nodejs22.x", ("index.js", Sqs), installed).Purls());
        Assert.Equal(["pkg:npm/%40aws-sdk/client-sqs@3.700.0"], Read.On("nodejs22.x", ("index.js", Sqs), locked).Purls());
        Assert.DoesNotContain(Read.On("nodejs22.x", bundle).Components, static c => c.Occurrences.Any(static seen => seen.Kind == OccurrenceKind.Supplied));
        Assert.Empty(Read.On("nodejs22.x", ("index.js", Sqs), bare).Purls());
    }

    [Fact]
    public void A_copy_for_development_only_does_not()
    {
        var locked = ("package-lock.json", """{"lockfileVersion":3,"packages":{"":{},"node_modules/@aws-sdk/client-sqs":{"version":"3.700.0","dev":true}}}""");
        Assert.Contains("pkg:npm/%40aws-sdk/client-sqs", Read.On("nodejs22.x", ("index.js", Sqs), locked).Purls());
    }

    [Fact]
    public void What_installed_packages_ask_for_is_no_matter_of_the_function() =>
        Assert.DoesNotContain(
            "pkg:npm/aws-sdk@2.1083.0",
            Read.On("nodejs16.x", ("index.js", ""), ("node_modules/a/package.json", """{"name":"a","version":"1.0.0"}"""), ("node_modules/a/index.js", Old)).Purls());

    [Fact]
    public void A_manifest_asks_as_well_and_is_no_gap()
    {
        var inventory = Read.On("nodejs20.x", ("index.js", "x"), ("package.json", """{"dependencies":{"@aws-sdk/client-s3":"^3.0.0"}}"""));
        Assert.Equal(["pkg:npm/%40aws-sdk/client-s3"], inventory.Purls());
        Assert.Empty(inventory.Gaps);
        var other = Read.On("nodejs20.x", ("index.js", "x"), ("package.json", """{"dependencies":{"aws-sdk":"^2.0.0"}}"""));
        Assert.Equal("dependencies not in the package", Assert.Single(other.Gaps).Reason);
    }

    [Fact]
    public void Python_brings_what_boto3_runs_on_and_its_client()
    {
        var inventory = Read.On("python3.9", ("app.py", "import boto3\n"), ("urllib3/__init__.py", ""));
        Assert.Equal(
            ["pkg:pypi/awslambdaric", "pkg:pypi/boto3@1.20.32", "pkg:pypi/botocore@1.23.32", "pkg:pypi/jmespath", "pkg:pypi/python-dateutil", "pkg:pypi/s3transfer", "pkg:pypi/six"],
            inventory.Purls());
        Assert.Equal((Relation.Direct, Relation.Transitive), (inventory.Only("boto3").Relation, inventory.Only("six").Relation));
        Assert.Contains("pkg:pypi/botocore@1.23.32", inventory.Only("boto3").DependsOn);
        Assert.Contains("pkg:pypi/six", inventory.Only("python-dateutil").DependsOn);
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void Code_of_installed_distributions_asks_for_nothing() => Assert.DoesNotContain(
        "pkg:pypi/boto3",
        Read.On(
            "python3.12",
            ("app.py", "x = 1\n"),
            ("smart_open/s3.py", "import boto3\n"),
            ("smart_open-7.0.0.dist-info/METADATA", "Name: smart-open\nVersion: 7.0.0\n"),
            ("smart_open-7.0.0.dist-info/RECORD", "smart_open/s3.py,,\n")).Purls());

    [Fact]
    public void An_unpinned_requirement_that_the_runtime_serves_is_no_gap()
    {
        var inventory = Read.On("python3.12", ("app.py", "x = 1\n"), ("requirements.txt", "boto3\n"));
        Assert.Contains("pkg:pypi/boto3", inventory.Purls());
        Assert.Empty(inventory.Gaps);
        Assert.Single(Read.On("python3.12", ("app.py", ""), ("requirements.txt", "boto3\nrequests\n")).Gaps);
        Assert.Single(Read.On(null, ("app.py", ""), ("requirements.txt", "boto3\n")).Gaps);
    }

    [Theory]
    [InlineData("ruby2.7", "app.rb", "require 'aws-sdk'", "pkg:gem/aws-sdk@3.1.0 pkg:gem/aws_lambda_ric")]
    [InlineData("ruby3.3", "app.rb", "require 'aws-sdk-s3'", "pkg:gem/aws-sdk-s3 pkg:gem/aws_lambda_ric")]
    [InlineData("java21", "com/shop/Handler.class", "", "pkg:maven/com.amazonaws/aws-lambda-java-runtime-interface-client")]
    [InlineData("dotnet8", "shop.runtimeconfig.json", """{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"8.0.0"}}}""", "pkg:nuget/Microsoft.NETCore.App")]
    [InlineData("python3.13", "README.md", "import boto3", "")]
    public void Names_clients_and_frameworks_without_version(string runtime, string path, string text, string purls) =>
        Assert.Equal(purls, string.Join(' ', Read.On(runtime, (path, text)).Purls()));

    [Fact]
    public void Hostile_sources_end()
    {
        var text = string.Concat(Enumerable.Repeat("require('aws-sdk", 20_000));
        Assert.Empty(Read.On("nodejs16.x", ("index.js", text), ("b.js", new string('"', 200_000))).Purls());
        var files = Enumerable.Range(0, 2_100).Select(static n => ($"f{n}.js", "x")).ToArray();
        Assert.Contains(Read.On("nodejs16.x", files).Gaps, static gap => gap is { Kind: GapKind.Limit, Reason: "import limit" });
    }

    [Theory]
    [InlineData("index.mjs", true)]
    [InlineData("src/deep/index.js", true)]
    [InlineData("app.py", true)]
    [InlineData("pkg/app.py", false)]
    [InlineData("node_modules/a/index.js", false)]
    [InlineData("index.txt", false)]
    public void Sources_that_may_ask_are_fetched_with_the_manifests(string path, bool isFetched) => Assert.Equal(isFetched, InventoryReader.IsOwnScript(path));
}
