using System.IO.Compression;
using System.Text;
using ServerlessSec.Shared;

namespace ServerlessSec.Sources.Targets;

public sealed class TargetTests : IDisposable
{
    private const string Template = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Checkout:
            Type: AWS::Serverless::Function
            Properties: { Runtime: nodejs22.x, Handler: index.handler, CodeUri: src/ }

        """;

    private const string Stack = """{"Resources": {"Fn": {"Type": "AWS::Lambda::Function", "Properties": {"Code": {"ZipFile": "x"}, "Runtime": "python3.12"}}}}""";

    private readonly string folder = Directory.CreateTempSubdirectory("serverlesssec-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("template.yaml", Template, "Checkout")]
    [InlineData("infra.yml", Template, "Checkout")]
    [InlineData("stack.json", Stack, "Fn")]
    [InlineData("stack.template", Stack, "Fn")]
    [InlineData("stack", Template, "Checkout")]
    [InlineData("stack.txt", Stack, "Fn")]
    public void A_template_is_known_by_content(string name, string text, string function)
    {
        var target = Target.Open(Put(name, text), TargetOptions.Default);
        Assert.Equal(function, Assert.Single(target.Application.Functions).Id);
        Assert.Equal(Evidence.Package, target.Application.Functions[0].Asked & Evidence.Package);
        Assert.NotEqual(Evidence.None, target.Application.Functions[0].Asked & Evidence.Configuration);
        Assert.Equal(folder, target.Folder);
    }

    [Theory]
    [InlineData("function.zip", "function")]
    [InlineData("function.jar", "function")]
    [InlineData("orders-1.2", "orders-1.2")]
    public void A_package_is_known_by_content(string name, string function)
    {
        var target = Target.Open(Zip(name), TargetOptions.Default);
        var only = Assert.Single(target.Application.Functions);
        Assert.Equal((function, Evidence.Package), (only.Id, only.Asked));
        Assert.True(only.Package.Code.Is(Path.Combine(folder, name)));
    }

    [Fact]
    public void A_zip_with_a_program_in_front_is_a_package()
    {
        var zip = File.ReadAllBytes(Zip("plain.zip"));
        var path = Put("selfextracting", [.. "#!/bin/sh\nexec java -jar \"$0\"\n"u8, .. zip]);
        Assert.Equal("selfextracting", Assert.Single(Target.Open(path, TargetOptions.Default).Application.Functions).Id);
    }

    [Theory, InlineData("cut.zip"), InlineData("empty.jar")]
    public void A_broken_package_stays_a_package(string name)
    {
        var path = Put(name, name == "cut.zip" ? [0x50, 0x4B, 3, 4, 1] : []);
        Assert.Equal(Evidence.Package, Assert.Single(Target.Open(path, TargetOptions.Default).Application.Functions).Asked);
    }

    [Theory]
    [InlineData("template.yaml")]
    [InlineData("template.yml")]
    [InlineData("template.json")]
    [InlineData("template.prod.yaml")]
    [InlineData("cdk.template.json")]
    [InlineData("whatever.yaml")]
    public void A_directory_with_a_template_is_its_application(string name)
    {
        Put(name, name.EndsWith("json", StringComparison.Ordinal) ? Stack : Template);
        Put("package.json", """{"name": "x", "scripts": {"deploy": "Resources AWS::"}}""");
        Put("buildspec.yaml", "phases:\n  build:\n    commands: [aws cloudformation]\n");
        Assert.NotEqual(Evidence.Package, Assert.Single(Target.Open(folder, TargetOptions.Default).Application.Functions).Asked);
    }

    [Fact]
    public void A_directory_without_template_is_a_package()
    {
        Put("index.js", "exports.handler = 1");
        Put("serverless.yml", "functions: { a: { handler: index.handler } }\n");
        var only = Assert.Single(Target.Open(folder, TargetOptions.Default).Application.Functions);
        Assert.Equal((Path.GetFileName(folder), Evidence.Package), (only.Id, only.Asked));
    }

    [Fact]
    public void Of_several_templates_none_is_guessed()
    {
        Put("a.yaml", Template);
        Put("b.json", Stack);
        var wrong = Assert.Throws<TargetException>(() => Target.Open(folder, TargetOptions.Default));
        Assert.Contains("a.yaml, b.json", wrong.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("readme.md", "# Resources"), InlineData("index.js", "exports.handler = 1"), InlineData("bootstrap", "\u007FELF\0\0")]
    public void Anything_else_is_refused_by_name(string name, string text)
    {
        var wrong = Assert.Throws<TargetException>(() => Target.Open(Put(name, text), TargetOptions.Default));
        Assert.Contains(name, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_named() =>
        Assert.Contains("nope.yaml", Assert.Throws<TargetException>(() => Target.Open("nope.yaml", TargetOptions.Default)).Message, StringComparison.Ordinal);

    public static TheoryData<string, byte[]> Unreadable => new()
    {
        { "zip under a template's name", [0x50, 0x4B, 3, 4, 20, 0, 0, 0] },
        { "nothing", [] },
        { "binary", [0, 1, 2, 3, 0xFF] },
        { "no mapping", "just text"u8.ToArray() },
        { "unclosed", "Resources: {a: ["u8.ToArray() },
    };

    [Theory, MemberData(nameof(Unreadable))]
    public void A_template_that_cannot_be_read_is_an_application_of_which_nothing_was_seen(string what, byte[] bytes)
    {
        var application = Target.Open(Put("template.yaml", bytes), TargetOptions.Default).Application;
        Assert.True(application.Functions.IsEmpty, what);
        var gap = Assert.Single(application.Gaps);
        Assert.Contains("template.yaml", gap.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Layers_are_laid_over_a_package_in_their_order()
    {
        Directory.CreateDirectory(Path.Combine(folder, "second"));
        var target = Target.Open(Zip("f.zip"), new() { Layers = [Zip("first.zip"), Path.Combine(folder, "second")] });
        Assert.Equal(["first", "second"], target.Application.Functions[0].Package.Layers.Select(static l => l.Name));
        Assert.Throws<TargetException>(() => Target.Open(Zip("f.zip"), new() { Layers = ["missing.zip"] }));
        Assert.Throws<TargetException>(() => Target.Open(Put("template.yaml", Template), new() { Layers = [Zip("first.zip")] }));
    }

    [Fact]
    public void Equal_names_of_two_targets_are_told_apart_and_others_stay()
    {
        string a = Zip("a/function.zip"), b = Zip("b/function.zip"), c = Zip("c.zip");
        var targets = Target.OpenAll([a, b, c, a], TargetOptions.Default);
        Assert.Equal([$"{a}:function", $"{b}:function", "c"], targets.Select(static t => t.Application.Functions[0].Id));
        Assert.Equal("function", Target.OpenAll([a], TargetOptions.Default)[0].Application.Functions[0].Id);
    }

    [Fact]
    public void A_template_and_its_directory_are_one_application()
    {
        var template = Put("template.yaml", Template);
        Assert.Equal("Checkout", Assert.Single(Assert.Single(Target.OpenAll([folder, template], TargetOptions.Default)).Application.Functions).Id);
    }

    [Fact]
    public void Parameters_win_over_samconfig()
    {
        var path = Put("template.yaml", """
            Transform: AWS::Serverless-2016-10-31
            Parameters: { Engine: { Type: String, Default: nodejs18.x } }
            Resources:
              A: { Type: AWS::Serverless::Function, Properties: { Runtime: !Ref Engine, Handler: a.b, CodeUri: src/ } }

            """);
        Assert.Equal("nodejs18.x", Runtime(path, TargetOptions.Default));
        Put("samconfig.toml", "version = 0.1\n[default.deploy.parameters]\nparameter_overrides = \"Engine=nodejs20.x\"\n");
        Assert.Equal("nodejs20.x", Runtime(path, TargetOptions.Default));
        Assert.Equal("nodejs22.x", Runtime(path, new() { Parameters = TargetOptions.Default.Parameters.Add("Engine", "nodejs22.x") }));
    }

    [Fact]
    public void A_broken_samconfig_is_a_gap_and_the_template_is_read()
    {
        Put("samconfig.toml", "[[[");
        var application = Target.Open(Put("template.yaml", Template), TargetOptions.Default).Application;
        Assert.Single(application.Functions);
        Assert.Contains(application.Gaps, static g => g.Message.Contains("samconfig.toml", StringComparison.Ordinal));
    }

    private static string? Runtime(string path, TargetOptions options) => Target.Open(path, options).Application.Functions[0].Configuration.Runtime.Value;

    private string Put(string name, string text) => Put(name, Encoding.UTF8.GetBytes(text));

    private string Put(string name, byte[] bytes)
    {
        var path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Zip(string name)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("index.js").Open();
            entry.Write("exports.handler = 1"u8);
        }

        return Put(name, memory.ToArray());
    }

    [Fact]
    public void Nothing_waits_for_a_pipe_under_any_name()
    {
        foreach (var name in (string[])["f.zip", "f.yaml"]) Target.Open(Pipe.At(Path.Combine(folder, name)), TargetOptions.Default);
        Assert.Throws<TargetException>(() => Target.Open(Pipe.At(Path.Combine(folder, "bootstrap")), TargetOptions.Default));
        Pipe.At(Path.Combine(folder, "samconfig.toml"));
        Pipe.At(Path.Combine(folder, "template.yaml"));
        Assert.Contains("empty", Assert.Single(Target.Open(folder, TargetOptions.Default).Application.Gaps).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "template.yaml"));
        Put("template.yaml", Template);
        Assert.Single(Target.Open(folder, TargetOptions.Default).Application.Functions);
    }
}
