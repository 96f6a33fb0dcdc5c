using ServerlessSec.Shared;

namespace ServerlessSec.Functions.Stack;

/// <summary>What is published, and that the architecture of the zip and of the functions cannot differ.</summary>
public sealed class PublishTests
{
    private const string Project = "src/ServerlessSec.Functions/ServerlessSec.Functions.csproj";

    /// <summary>Amazon Linux 2023's.</summary>
    private static readonly Version NewestGlibc = new(2, 34);

    [Fact]
    public void The_template_names_its_architecture_in_one_place_beside_the_code()
    {
        var globals = StackTemplate.Root["Globals"]!["Function"]!.AsObject();
        Assert.Equal("x86_64", Assert.Single(globals["Architectures"]!.AsArray())!.GetValue<string>());
        Assert.Equal("artifacts/lambda/x86_64/", globals["CodeUri"]!.GetValue<string>());
        Assert.All(StackTemplate.Functions, static f => Assert.Null(f["Architectures"] ?? f["CodeUri"]));
    }

    [Theory, InlineData("linux-x64", "x86_64"), InlineData("linux-arm64", "arm64")]
    public void Publishing_writes_a_template_that_differs_in_architecture_and_code_alone(string runtime, string architecture)
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (code, output) = Command.Run(
                "dotnet", "msbuild", Project, "-nologo", "-t:WriteLambdaTemplate", $"-p:RuntimeIdentifier={runtime}", $"-p:LambdaFolder={folder.FullName}/");
            Assert.True(code == 0, output);

            var expected = File.ReadAllText(Repository.Path("template.yaml"))
                .Replace("    Architectures: [x86_64]\n    CodeUri: artifacts/lambda/x86_64/\n", $"    Architectures: [{architecture}]\n    CodeUri: {architecture}/\n", StringComparison.Ordinal);
            Assert.Equal(expected, File.ReadAllText(Path.Combine(folder.FullName, "template.yaml")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory, InlineData(), InlineData("-p:RuntimeIdentifier=win-x64")]
    public void Publishing_without_an_architecture_of_Lambda_says_what_to_give(params string[] more)
    {
        var (code, output) = Command.Run("dotnet", ["msbuild", Project, "-nologo", "-t:Publish", "-p:_IsPublishing=true", .. more]);
        Assert.NotEqual(0, code);
        Assert.Contains("give -r linux-x64 or -r linux-arm64", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Publishing_to_a_folder_apart_from_the_template_is_refused()
    {
        var (code, output) = Command.Run("dotnet", "msbuild", Project, "-nologo", "-t:Publish", "-p:_IsPublishing=true", "-p:RuntimeIdentifier=linux-x64", "-p:PublishDir=elsewhere/");
        Assert.NotEqual(0, code);
        Assert.Contains("beside the template that deploys it", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Crossing_without_a_cross_compiler_says_how_to_install_one()
    {
        var (code, output) = Command.Run(
            "dotnet", "msbuild", Project, "-nologo", "-t:RequireCrossCompiler", "-p:RuntimeIdentifier=linux-arm64", "-p:NETCoreSdkRuntimeIdentifier=linux-x64", "-p:CppCompilerAndLinker=no-such-gcc");
        Assert.NotEqual(0, code);
        Assert.Contains("apt install gcc-aarch64-linux-gnu libc6-dev-arm64-cross", output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deploy_settings_take_the_published_template()
    {
        var settings = File.ReadAllText(Repository.Path("samconfig.toml"));
        Assert.DoesNotContain("template_file = \"template.yaml\"", settings, StringComparison.Ordinal);
        Assert.Contains("template_file = \"artifacts/lambda/template.yaml\"", settings, StringComparison.Ordinal);
        Assert.Contains("capabilities = \"CAPABILITY_IAM\"", settings, StringComparison.Ordinal);
    }

    [Fact]
    public void The_published_template_deploys_a_binary_of_its_architecture()
    {
        var folder = Published();
        var template = StackTemplate.Read(Path.Combine(folder, "template.yaml"))["Globals"]!["Function"]!.AsObject();
        var architecture = template["Architectures"]![0]!.GetValue<string>();
        Assert.Equal($"{architecture}/", template["CodeUri"]!.GetValue<string>());
        Assert.Contains(Path.Combine(folder, architecture, "bootstrap"), Files(folder));
    }

    [Fact]
    public void Every_published_binary_is_for_the_architecture_of_its_folder_and_needs_no_glibc_that_Lambda_lacks()
    {
        foreach (var file in Files(Published()))
        {
            if (Path.GetFileName(file) == "bootstrap.deps.json") continue;
            var elf = new ElfFile(File.ReadAllBytes(file));
            Assert.True(elf.Machine == (Path.GetFileName(Path.GetDirectoryName(file)) == "arm64" ? 183 : 62), $"'{file}' is for machine {elf.Machine}");
            var needs = elf.Needs().Where(static n => n.StartsWith("GLIBC_", StringComparison.Ordinal)).Select(static n => Version.Parse(n["GLIBC_".Length..])).ToList();
            Assert.NotEmpty(needs);
            Assert.True(needs.Max() <= NewestGlibc, $"'{file}' needs glibc {needs.Max()}; Amazon Linux 2023 has {NewestGlibc}: build on an older system");
        }
    }

    [Theory, InlineData("NonBacktracking"), InlineData("DtdProcessing.Parse"), InlineData("ValidationType"), InlineData("XmlTextReader")]
    public void What_the_native_binary_leaves_out_is_used_nowhere(string name) => Assert.DoesNotContain(
        Directory.GetFiles(Repository.Path("src"), "*.cs", SearchOption.AllDirectories), f => File.ReadAllText(f).Contains(name, StringComparison.Ordinal));

    [Fact]
    public void The_published_bootstrap_can_be_executed()
    {
        var programs = Files(Published()).Where(static f => Path.GetFileName(f) == "bootstrap").ToList();
        Assert.NotEmpty(programs);
        foreach (var program in programs)
        {
            if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(program).HasFlag(UnixFileMode.OtherExecute), $"'{program}' is not executable for all");
            // The aim is 16 MB; what is measured must at least not grow unseen. Arm's code is a little longer.
            Assert.InRange(new FileInfo(program).Length, 1, Path.GetFileName(Path.GetDirectoryName(program)) == "arm64" ? 24_000_000 : 23_000_000);
        }
    }

    [Fact]
    public void What_was_published_names_what_it_was_made_of()
    {
        foreach (var folder in Directory.GetDirectories(Published()))
        {
            var names = File.ReadAllText(Path.Combine(folder, "bootstrap.deps.json"));
            Assert.Contains("\"AWSSDK.Core/", names, StringComparison.Ordinal);
            Assert.Contains($".NETCoreApp,Version=v10.0/linux-{(Path.GetFileName(folder) == "arm64" ? "arm64" : "x64")}", names, StringComparison.Ordinal);
        }
    }

    private static string Published()
    {
        var folder = Repository.Path("artifacts/lambda");
        if (!File.Exists(Path.Combine(folder, "template.yaml")))
            Requires.Lack("native", "nothing is published: dotnet publish src/ServerlessSec.Functions -r linux-x64 (needs gcc)");
        return folder;
    }

    private static List<string> Files(string folder) => [.. Directory.GetDirectories(folder).SelectMany(static f => Directory.GetFiles(f, "*", SearchOption.AllDirectories))];
}
