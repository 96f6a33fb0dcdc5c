using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Sources.Packages;

public sealed class DiskPackageSourceTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Opens_directories_zips_and_jars_beside_the_template()
    {
        folder.Write("app/src/index.js", "1");
        folder.Zip("fn.zip", ("index.py", "1"));
        folder.Zip("fn.jar", ("A.class", "1"));

        Assert.Equal(["index.js"], await Paths(Code("src/")));
        Assert.Equal(["index.py"], await Paths(Code("../fn.zip")));
        Assert.Equal(["A.class"], await Paths(Code(Path.Combine(folder.Path, "fn.jar"))));
    }

    [Fact]
    public async Task Lays_the_layers_on_disk_and_says_which_are_not()
    {
        folder.Write("app/index.js", "1");
        folder.Write("layer/nodejs/x.js", "1");
        var function = Code(".") with
        {
            Package = new()
            {
                Code = Setting.Known("."),
                Layers = [new("arn:one", "one", "../layer", null), new("arn:aws:lambda:eu-west-1:1:layer:two:3", "two", null, null), new("arn:three", "three", "../absent", null)],
            },
        };

        using var tree = await Open(function);

        Assert.Equal(["/opt/nodejs/x.js one", "index.js "], tree.Files.Select(file => $"{file.Path} {file.Layer}"));
        Assert.Equal(["three not on disk", "two only in AWS"], tree.Gaps.Select(gap => $"{gap.Scope.Layer} {gap.Reason}").Order());
        Assert.All(tree.Gaps, gap => Assert.Equal((GapKind.Missing, Evidence.Package), (gap.Kind, gap.Scope.Evidence)));
    }

    [Theory]
    [InlineData("nodejs22.x", "index.handler", "index.js")]
    [InlineData("python3.13", "lambda_function.lambda_handler", "lambda_function.py")]
    [InlineData("nodejs20.x", "src/app.handler", "src/app.js")]
    [InlineData("nodejs20.x", "../../etc/x.handler", "index.js")]
    [InlineData("nodejs20.x", "⟨Handler⟩.x", "index.js")]
    public async Task Inline_code_is_one_file_named_after_its_module(string runtime, string handler, string path)
    {
        var function = Code("unused") with
        {
            Configuration = new() { Runtime = Setting.Known(runtime), Handler = Setting.Known(handler) },
            Package = new() { Inline = "exports.handler = 1" },
        };

        using var tree = await Open(function);

        Assert.Equal(path, Assert.Single(tree.Files).Path);
        Assert.Equal("exports.handler = 1", Encoding.UTF8.GetString(tree.ReadAll(tree.Files[0], 100)));
    }

    [Theory]
    [InlineData("exports.handler = async () => {}", "index.js")]
    [InlineData("def handler(event, context): pass", "index.py")]
    public async Task Inline_code_of_an_unknown_runtime_is_told_by_its_text(string text, string path)
    {
        var function = Code("unused") with { Configuration = new() { Runtime = Setting.Unknown<string>(), Handler = Setting.Known("index.handler") }, Package = new() { Inline = text } };

        using var tree = await Open(function);

        Assert.Equal(path, Assert.Single(tree.Files).Path);
    }

    [Theory]
    [InlineData("s3://bucket/key.zip", GapKind.Missing, "s3://bucket/key.zip")]
    [InlineData("absent/", GapKind.Missing, "absent/")]
    [InlineData("123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1", GapKind.Missing, "container image")]
    [InlineData("s3://⟨Bucket⟩/⟨Key⟩", GapKind.Unresolved, "--parameters Bucket=VALUE --parameters Key=VALUE")]
    [InlineData("build/⟨Stage⟩/fn.zip", GapKind.Unresolved, "${Stage}")]
    public async Task Says_why_code_is_not_on_disk_and_what_would_give_it(string code, GapKind kind, string part)
    {
        using var tree = await Open(Code(code));

        Assert.Empty(tree.Files);
        var gap = Assert.Single(tree.Gaps);
        Assert.Equal((kind, Evidence.Package), (gap.Kind, gap.Scope.Evidence));
        Assert.Contains(part, gap.Message, StringComparison.Ordinal);
        Assert.Contains("'Checkout'", gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_that_is_unknown_absent_or_an_image_is_a_gap()
    {
        var unknown = await Gaps(Code("") with { Package = new() { Code = Setting.Unknown<string>() } });
        var absent = await Gaps(Code("") with { Package = new() });
        var image = await Gaps(Code("") with { Package = new(), Configuration = new() { PackageType = Setting.Known("Image") } });
        var named = await Gaps(Code("shop:latest") with { Configuration = new() { PackageType = Setting.Known("Image") } });

        Assert.Equal([GapKind.Unresolved, GapKind.Missing, GapKind.Missing], [unknown.Kind, absent.Kind, image.Kind]);
        Assert.Equal(("a container image", "a container image"), (image.Reason, named.Reason));
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("PK\u0003\u0004 and no end", "cut off")]
    [InlineData("#!/bin/sh\n", "no zip archive")]
    public async Task A_file_that_is_no_archive_is_a_gap(string content, string reason)
    {
        folder.Write("app/fn.zip", content);

        var gap = await Gaps(Code("fn.zip"));

        Assert.Equal((GapKind.Unread, "unreadable archive"), (gap.Kind, gap.Reason));
        Assert.Contains(reason, gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_that_share_a_package_list_it_once_and_close_their_own()
    {
        folder.Zip("fn.zip", ("index.js", "1"));
        folder.Write("app/src/a.js", "1");
        var source = new DiskPackageSource(Path.Combine(folder.Path, "app"), ScanLimits.Default);
        var first = await source.OpenAsync(Code("../fn.zip"), TestContext.Current.CancellationToken);
        using var second = await source.OpenAsync(Code("../fn.zip"), TestContext.Current.CancellationToken);
        using var third = await source.OpenAsync(Code("src"), TestContext.Current.CancellationToken);
        folder.Write("app/src/b.js", "1");
        using var fourth = await source.OpenAsync(Code("./src"), TestContext.Current.CancellationToken);

        first.Dispose();

        Assert.Equal("1"u8.ToArray(), second.ReadAll(second.Files[0], 10));
        Assert.Equal(third.Files.AsEnumerable(), fourth.Files);
        Assert.Equal((first.Key, third.Key), (second.Key, fourth.Key));
        Assert.NotNull(first.Key);
        Assert.NotEqual(first.Key, third.Key);
    }

    private static FunctionSnapshot Code(string path) => new() { Id = "Checkout", Arn = "arn:x", Package = new() { Code = Setting.Known(path) } };

    private Task<PackageTree> Open(FunctionSnapshot function)
    {
        Directory.CreateDirectory(Path.Combine(folder.Path, "app"));
        return new DiskPackageSource(Path.Combine(folder.Path, "app"), ScanLimits.Default).OpenAsync(function, TestContext.Current.CancellationToken);
    }

    private async Task<ImmutableArray<string>> Paths(FunctionSnapshot function)
    {
        using var tree = await Open(function);
        Assert.Empty(tree.Gaps);
        return [.. tree.Files.Select(file => file.Path)];
    }

    private async Task<Gap> Gaps(FunctionSnapshot function)
    {
        using var tree = await Open(function);
        Assert.Empty(tree.Files);
        return Assert.Single(tree.Gaps);
    }
}
