using System.Text;

namespace ServerlessSec.Packages;

public class PackageTreeTests
{
    [Fact]
    public void Is_sorted_and_finds_files_and_folders()
    {
        using var tree = Zips.Tree(("b/z.js", ""), ("a.js", ""), ("b/a.js", ""), ("b.js", ""), ("b-c/x.js", ""));

        Assert.Equal(["a.js", "b-c/x.js", "b.js", "b/a.js", "b/z.js"], tree.Files.Select(file => file.Path));
        Assert.Equal(["b/a.js", "b/z.js"], tree.Under("b/").ToArray().Select(file => file.Path));
        Assert.Equal(5, tree.Under("").Length);
        Assert.True(tree.Under("c").IsEmpty);
        Assert.NotNull(tree.Find("b/z.js"));
        Assert.Null(tree.Find("b/zz.js"));
    }

    [Fact]
    public void Lays_layers_under_opt_in_order_and_says_who_brought_what()
    {
        using var tree = PackageTree.WithLayers(
            Text(("index.js", "function")),
            [new("one", Text(("nodejs/a.js", "one"), ("nodejs/b.js", "one"), ("x", "1"))), new("two", Text(("nodejs/a.js", "two"), ("x", "2"))), new("three", Text(("x", "3")))],
            ScanLimits.Default);

        Assert.Equal(
            ["/opt/nodejs/a.js two two", "/opt/nodejs/b.js one one", "/opt/x three 3", "index.js  function"],
            tree.Files.Select(file => $"{file.Path} {file.Layer} {Encoding.UTF8.GetString(tree.ReadAll(file, 100))}"));
    }

    [Fact]
    public void Gives_gaps_of_a_layer_its_name_and_its_place()
    {
        var layer = new MemoryContainer([], [new(GapKind.Unread, new() { Evidence = Evidence.Package, Path = "bin/x" }, "encrypted entry", "…")]);
        using var tree = PackageTree.WithLayers(Text(("a.js", "")), [new("tools", layer)], ScanLimits.Default);

        Assert.Equal(new GapScope { Evidence = Evidence.Package, Path = "/opt/bin/x", Layer = "tools" }, Assert.Single(tree.Gaps).Scope);
    }

    [Fact]
    public void Counts_the_entries_of_all_layers_against_one_limit()
    {
        using var tree = PackageTree.WithLayers(Text(("a", ""), ("b", "")), [new("l", Text(("c", ""), ("d", "")))], new() { Entries = 3 });

        Assert.Equal(3, tree.Files.Length);
        Assert.Equal((GapKind.Limit, "l"), (Assert.Single(tree.Gaps).Kind, tree.Gaps[0].Scope.Layer));
    }

    [Fact]
    public void Closes_what_it_was_made_of()
    {
        var stream = new MemoryStream(Zips.Of(("a", "1")));
        new PackageTree(ZipContainer.Open(stream, ScanLimits.Default), ScanLimits.Default).Dispose();

        Assert.False(stream.CanRead);
    }

    [Fact]
    public void Refuses_files_of_another_tree()
    {
        using var tree = Zips.Tree(("a", "1"));

        Assert.Throws<ArgumentException>(() => tree.Open(new("b", 1, null)));
    }

    private static MemoryContainer Text(params (string Path, string Text)[] files) => new([.. files.Select(file => (file.Path, Encoding.UTF8.GetBytes(file.Text)))], []);
}
