using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using ServerlessSec.Inventory;
using ServerlessSec.Shared;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Sources.Packages;

/// <summary>What the cases say about components; what they say about findings is tested where findings are made.</summary>
public sealed class CorpusCaseTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("npm-overrides", "pkg:npm/lodash@4.17.20")]
    [InlineData("npm-package-json-bom", null)]
    [InlineData("npm-subpath-stub", null)]
    [InlineData("py-metadata-licence-text", null)]
    [InlineData("py-vendored-copy", "pkg:pypi/wheel@0.45.1")]
    [InlineData("zip-entry-size-lie", null)]
    [InlineData("dotnet-package-without-assets", "pkg:nuget/Newtonsoft.Json@12.0.3")]
    [InlineData("dotnet-file-version", "pkg:nuget/System.Data.SqlClient@4.8.5")]
    [InlineData("js-comment-is-no-library", null)]
    public async Task Lists_the_components_that_a_case_expects(string name, string? more)
    {
        var root = Path.Combine(Requires.Corpus("cases/sca"), name);
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root, "case.json")));
        var expect = document.RootElement.GetProperty("expect");
        var input = Path.Combine(root, document.RootElement.GetProperty("input").GetString()!);
        if (document.RootElement.TryGetProperty("zip", out var zip) && zip.GetBoolean())
        {
            ZipFile.CreateFromDirectory(input, Path.Combine(folder.Path, "package.zip"));
            input = Path.Combine(folder.Path, "package.zip");
        }

        var source = new DiskPackageSource(folder.Path, ScanLimits.Default);
        using var tree = await source.OpenAsync(new() { Id = "Case", Arn = "arn:x", Package = new() { Code = Setting.Known(input) } }, TestContext.Current.CancellationToken);
        var inventory = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        var purls = inventory.Components.Select(component => Uri.UnescapeDataString(component.Purl.ToString())).ToArray();
        Assert.Empty(Strings(expect, "components").Append(more).OfType<string>().Select(Uri.UnescapeDataString).Except(purls));
        Assert.Empty(Strings(expect, "no_components").SelectMany(pattern => purls.Where(purl => Regex.IsMatch(purl, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))));
        Assert.Equal(expect.TryGetProperty("gap", out _), !inventory.Gaps.IsEmpty);
    }

    private static IEnumerable<string> Strings(JsonElement expect, string name) =>
        expect.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(item => item.GetString()!) : [];
}
