using System.Text.Json;
using ServerlessSec.Packages;
using ServerlessSec.Shared;

namespace ServerlessSec.Inventory;

public class CorpusInventoryTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("npm-express-old")]
    [InlineData("npm-layer")]
    [InlineData("npm-ts-pnpm-src")]
    [InlineData("npm-yarn-v1-lockonly")]
    [InlineData("py-requirements-only")]
    [InlineData("py-flask-flat")]
    [InlineData("py-pyenv-modern")]
    [InlineData("dotnet-orders")]
    public void Gives_exactly_the_components_and_places_that_a_real_package_has(string name)
    {
        var folder = Requires.Corpus("packages");
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, $"{name}.truth.json")));
        using var tree = new PackageTree(ZipContainer.Open(File.OpenRead(Path.Combine(folder, $"{name}.zip")), ScanLimits.Default), ScanLimits.Default);

        var inventory = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        var expected = truth.RootElement.GetProperty("purls").EnumerateArray().Select(purl => purl.GetString()!).ToHashSet();
        var found = inventory.Components.Select(component => component.Purl.ToString()).ToHashSet();
        output.WriteLine($"{name}: {found.Count} found, recall {Share(expected, found)}, precision {Share(found, expected)}, {tree.BytesRead} bytes read");
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        var places = truth.RootElement.GetProperty("occurrences").EnumerateArray()
            .Select(place => $"{place.GetProperty("purl").GetString()} {place.GetProperty("path").GetString()}").Order(StringComparer.Ordinal);
        Assert.Equal(places, inventory.Components.SelectMany(component => component.Occurrences.Select(place => $"{component.Purl} {PlaceOf(place.Path)}")).Order(StringComparer.Ordinal));
        // Requirements without a version, and from repositories, are no components, and are said.
        Assert.Equal(truth.RootElement.TryGetProperty("unpinned", out _) ? ["version not in lock file", "version not pinned"] : [], inventory.Gaps.Select(static g => g.Reason).Order(StringComparer.Ordinal));
        Assert.Equal(truth.RootElement.GetProperty("files").GetInt32(), inventory.Files);
    }

    [Fact]
    public void Tells_direct_from_transitive_and_licences_of_a_real_package()
    {
        var folder = Requires.Corpus("packages");
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "npm-express-old.truth.json")));
        using var tree = new PackageTree(ZipContainer.Open(File.OpenRead(Path.Combine(folder, "npm-express-old.zip")), ScanLimits.Default), ScanLimits.Default);

        var components = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken).Components;

        var direct = truth.RootElement.GetProperty("direct").EnumerateArray().Select(purl => purl.GetString()!).ToHashSet();
        Assert.Empty(direct.Except(components.Where(component => component.Relation == Relation.Direct).Select(component => component.Purl.ToString())));
        Assert.DoesNotContain(components, component => component.Relation == Relation.Unknown);
        foreach (var place in truth.RootElement.GetProperty("occurrences").EnumerateArray().Where(place => place.TryGetProperty("licence", out var licence) && licence.ValueKind == JsonValueKind.String))
        {
            var component = components.Single(component => component.Purl.ToString() == place.GetProperty("purl").GetString());
            Assert.Contains(place.GetProperty("licence").GetString()!, component.Licences);
        }

        Assert.All(components, component => Assert.Contains(component.Hashes, hash => hash.Algorithm is "SHA-512" or "SHA-1"));
        var express = components.Single(component => component.Name == "express");
        Assert.Contains("pkg:npm/qs@6.5.1", express.DependsOn);
    }

    [Fact]
    public void Lays_a_layer_under_opt_and_names_it_as_the_place()
    {
        var folder = Requires.Corpus("packages");
        ZipContainer Open(string name) => ZipContainer.Open(File.OpenRead(Path.Combine(folder, name)), ScanLimits.Default);
        using var tree = PackageTree.WithLayers(Open("npm-layer-function.zip"), [new("shared", Open("npm-layer.zip"))], ScanLimits.Default);

        var inventory = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        Assert.Equal(63, inventory.Components.Length);
        Assert.All(inventory.Components.SelectMany(component => component.Occurrences), place => Assert.Equal(("shared", true), (place.Layer, place.Path.StartsWith("/opt/nodejs/node_modules/", StringComparison.Ordinal))));
        Assert.Empty(inventory.Gaps);
    }

    private static string PlaceOf(string path) =>
        path.EndsWith(".deps.json", StringComparison.Ordinal) || path.EndsWith(".egg-info", StringComparison.Ordinal) || !path.Contains('/', StringComparison.Ordinal) ? path : path[..path.LastIndexOf('/')];

    private static string Share(HashSet<string> of, HashSet<string> within) => $"{of.Count(within.Contains)}/{of.Count}";
}
