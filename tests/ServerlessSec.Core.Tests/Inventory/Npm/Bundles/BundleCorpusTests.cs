using System.Text.Json;
using ServerlessSec.Packages;
using ServerlessSec.Shared;

namespace ServerlessSec.Inventory.Npm.Bundles;

public class BundleCorpusTests(ITestOutputHelper output)
{
    [Fact]
    public void Names_every_package_of_a_real_bundle_with_its_source_map_and_invents_no_version()
    {
        var folder = Requires.Corpus("packages");
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "npm-bundle-sourcemap.truth.json")));
        using var tree = new PackageTree(ZipContainer.Open(File.OpenRead(Path.Combine(folder, "npm-bundle-sourcemap.zip")), ScanLimits.Default), ScanLimits.Default);

        var inventory = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        var purls = truth.RootElement.GetProperty("purls").EnumerateArray().Select(purl => Purl.Parse(purl.GetString()!)).ToArray();
        var versions = purls.Select(purl => purl.ToString()).ToHashSet();
        string[] versioned = [.. inventory.Components.Where(component => component.Version.Length > 0).Select(component => component.Purl.ToString())];
        output.WriteLine($"{inventory.Components.Length} components, {versioned.Length} with a version: {string.Join(' ', versioned)}");
        Assert.Equal(
            purls.Select(purl => purl.WithoutVersion.ToString()).Distinct().Order(StringComparer.Ordinal),
            inventory.Components.Select(component => component.Purl.WithoutVersion.ToString()).Distinct().Order(StringComparer.Ordinal));
        Assert.DoesNotContain(versioned, purl => !versions.Contains(purl));
        Assert.True(versioned.Length == 6, $"only {versioned.Length} versions");
        Assert.Equal("bundled without versions", Assert.Single(inventory.Opaque).Reason);
    }
}
