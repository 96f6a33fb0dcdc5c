using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Packages;
using ServerlessSec.Shared;

namespace ServerlessSec.Inventory;

/// <summary>What a package manager left behind, and what it says itself that is there: <c>tests/Corpus/artefacts</c>.</summary>
internal sealed record Artefact
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>The program that made it, its version, and the system that it ran on.</summary>
    public required string Tool { get; init; }

    /// <summary>The command that made it.</summary>
    public required string Made { get; init; }

    /// <summary>The command whose listing the label is.</summary>
    public required string Listed { get; init; }

    public required ImmutableArray<ArtefactComponent> Components { get; init; }

    /// <summary><c>rubygems/layer</c>: folder and name, of every artefact there is.</summary>
    public static IEnumerable<string> All =>
        Directory.EnumerateFiles(Folder, "*.zip", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path)[..^".zip".Length].Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    private static string Folder => Repository.Path("tests/Corpus/artefacts");

    public static Artefact Label(string name)
    {
        using var file = File.OpenRead(Path.Combine(Folder, name + ".json"));
        return JsonSerializer.Deserialize<Artefact>(file, Options)!;
    }

    public static PackageInventory Read(string name) => ReadZip(Path.Combine(Folder, name + ".zip"));

    public static PackageInventory ReadZip(string path)
    {
        using var tree = new PackageTree(ZipContainer.Open(File.OpenRead(path), ScanLimits.Default), ScanLimits.Default);
        return InventoryReader.Read(tree, ScanLimits.Default, TestContext.Current.CancellationToken);
    }
}

/// <param name="Source">Name and version of the source package, where the tool tells it.</param>
internal sealed record ArtefactComponent(string Name, string Version, string Purl, string? Source = null);
