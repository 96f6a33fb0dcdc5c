using System.Text.Json;
using ServerlessSec.Packages;
using ServerlessSec.Shared;

namespace ServerlessSec.Inventory;

public class CorpusInventoryTests(ITestOutputHelper output)
{
    /// <summary>The gaps and opaque files are those that the package cannot but have: each begins with one of <paramref name="unseen"/>.</summary>
    [Theory]
    [InlineData("npm-express-old.zip")]
    [InlineData("npm-layer.zip")]
    [InlineData("npm-ts-pnpm-src.zip")]
    [InlineData("npm-yarn-v1-lockonly.zip")]
    [InlineData("py-requirements-only.zip", "requirements.txt")]
    [InlineData("py-flask-flat.zip")]
    [InlineData("py-pyenv-modern.zip")]
    [InlineData("dotnet-orders.zip")]
    [InlineData("dotnet-orders-src.zip")]
    [InlineData("go-fn-a.zip")]
    [InlineData("java-zip-lib.zip")]
    [InlineData("java-pom-only.zip", "pom.xml", "")]
    [InlineData("java-uber-jar.jar", "org/apache/commons/collections", "org/apache/log4j", "org/springframework/")]
    public void Gives_exactly_the_components_and_places_that_a_real_package_has(string archive, params string[] unseen)
    {
        var folder = Requires.Corpus("packages");
        var name = Path.GetFileNameWithoutExtension(archive);
        using var truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, $"{name}.truth.json")));
        using var tree = new PackageTree(ZipContainer.Open(File.OpenRead(Path.Combine(folder, archive)), ScanLimits.Default), ScanLimits.Default);

        var inventory = InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);

        // What a shaded jar kept nothing of but classes is named as opaque, without a version.
        var occurrences = truth.RootElement.GetProperty("occurrences").EnumerateArray()
            .Where(place => name != "java-uber-jar" || place.GetProperty("has_pom_properties").GetBoolean())
            .Select(place => (Purl: Purl.Parse(place.GetProperty("purl").GetString()!).ToString(), Path: place.GetProperty("path").GetString()!)).ToArray();
        var expected = occurrences.Select(place => place.Purl).ToHashSet();
        var found = inventory.Components.Select(component => component.Purl.ToString()).ToHashSet();
        output.WriteLine($"{name}: {found.Count} found, recall {Share(expected, found)}, precision {Share(found, expected)}, {tree.BytesRead} bytes read");
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        var places = occurrences.Select(place => $"{place.Purl} {(name == "java-uber-jar" ? "META-INF" : place.Path)}").Order(StringComparer.Ordinal);
        Assert.Equal(places, inventory.Components.SelectMany(component => component.Occurrences.Select(place => $"{component.Purl} {PlaceOf(place.Path)}")).Order(StringComparer.Ordinal));
        Assert.Empty(inventory.Gaps.Where(gap => !IsUnseen(gap.Scope.Path ?? "")));
        if (truth.RootElement.TryGetProperty("unpinned", out _))
            Assert.Equal(["version not in lock file", "version not pinned"], inventory.Gaps.Select(static gap => gap.Reason).Order(StringComparer.Ordinal));
        Assert.Empty(inventory.Opaque.Where(file => !IsUnseen(file.Path)));
        Assert.All(unseen, path => Assert.Contains(inventory.Gaps, gap => (gap.Scope.Path ?? "").StartsWith(path, StringComparison.Ordinal)));

        // The truth counts one file less than the central directory of this jar has.
        Assert.Equal(truth.RootElement.GetProperty("files").GetInt32(), inventory.Files - (name == "java-uber-jar" ? 1 : 0));

        bool IsUnseen(string path) => unseen.Any(it => it.Length == 0 ? path.Length == 0 : path.StartsWith(it, StringComparison.Ordinal));
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
        path.IndexOf("!/", StringComparison.Ordinal) is var inner and >= 0 ? path[..inner]
        : path.StartsWith("META-INF/", StringComparison.Ordinal) ? "META-INF"
        : !path.Contains('/', StringComparison.Ordinal) || path.EndsWith(".deps.json", StringComparison.Ordinal) || path.EndsWith(".egg-info", StringComparison.Ordinal) ? path : path[..path.LastIndexOf('/')];

    private static string Share(HashSet<string> of, HashSet<string> within) => $"{of.Count(within.Contains)}/{of.Count}";
}
