using System.Text;
using CsCheck;

namespace ServerlessSec.Packages.Images;

/// <summary>Layers laid over each other, of the friendly and the hostile kind.</summary>
public sealed class ImageBuilderTests
{
    [Fact]
    public void A_later_layer_stands_over_an_earlier_one_and_is_named()
    {
        using var tree = Tree([new("app/a.py", "old"), new("app/b.py", "b")], [new("./app/a.py", "new")]);
        Assert.Equal(["app/a.py=new@layer2", "app/b.py=b@layer1"], Shown(tree));
        Assert.Empty(tree.Gaps);
    }

    [Fact]
    public void Whiteouts_hide_what_lies_below_and_nothing_of_their_own_layer()
    {
        using var tree = Tree(
            [new("a/x", "1"), new("a/y", "1"), new("b/deep/x", "1"), new("c/x", "1"), new("keep", "1"), new("gone", "1"), new("back/x", "1")],
            [
                new("a/.wh..wh..opq", ""), new("a/y", "2"), new("a/z", "2"), new(".wh.b", ""), new("b/fresh", "2"), new("c/own", "2"), new("c/.wh..wh..opq", ""),
                new(".wh.gone", ""), new(".wh..wh.plnk", ""), new(".wh.back", ""),
            ],
            [new("back/y", "3")]);
        Assert.Equal(["a/y=2@layer2", "a/z=2@layer2", "b/fresh=2@layer2", "back/y=3@layer3", "c/own=2@layer2", "keep=1@layer1"], Shown(tree));
    }

    [Fact]
    public void A_file_that_becomes_a_folder_and_a_folder_that_becomes_a_file_change_places()
    {
        using var tree = Tree([new("a", "file"), new("b/x", "x"), new("c", "file")], [new("a/x", "1"), new("b", "file"), new("c/")]);
        Assert.Equal(["a/x=1@layer2", "b=file@layer2"], Shown(tree));
    }

    [Fact]
    public void Folders_that_moved_lose_no_files()
    {
        using var tree = Tree(
            [new("usr/lib/a", "1"), new("lib", Symbolic: "usr/lib"), new("var/lib/rpm", Symbolic: "../../usr/lib/sysimage/rpm"), new("sbin", Symbolic: "/usr/sbin")],
            [new("lib/b", "2"), new("lib/.wh.a", ""), new("var/lib/rpm/db", "2"), new("sbin/tool", "2")]);
        Assert.Equal(["usr/lib/b=2@layer2", "usr/lib/sysimage/rpm/db=2@layer2", "usr/sbin/tool=2@layer2"], Shown(tree));
        Assert.Empty(tree.Gaps);
    }

    [Fact]
    public void Hard_links_are_files_of_their_own()
    {
        using var tree = Tree([new("a", "1"), new("b", Hard: "a")], [new("a", "2"), new("c", Hard: "/b"), new(".wh.b", "")]);
        Assert.Equal(["a=2@layer2", "c=1@layer2"], Shown(tree));
    }

    [Fact]
    public void A_link_is_listed_under_its_name_only_where_that_makes_it_worth_reading()
    {
        using var tree = Tree(
            static path => path.EndsWith(".lock", StringComparison.Ordinal) ? ImageKeep.Whole : path.EndsWith(".txt", StringComparison.Ordinal) ? ImageKeep.Mark : ImageKeep.Nothing,
            ScanLimits.Default,
            [new("a.lock", "x"), new("same.lock", Symbolic: "a.lock"), new("b.txt", "short"), new("b.lock", Symbolic: "b.txt"), new("long.txt", new string('x', 100)), new("c.lock", Symbolic: "long.txt"), new("d.lock", Symbolic: "nothing")]);
        Assert.Equal(["a.lock", "b.lock", "b.txt", "long.txt"], tree.Files.Select(static f => f.Path));
        Assert.Equal("c.lock", Assert.Single(tree.Gaps).Scope.Path);
    }

    [Fact]
    public void Links_and_names_that_lead_out_are_gaps()
    {
        using var tree = Tree(
            [
                new("../evil", "x"), new("a/../../evil", "x"), new("/absolute", "fine"), new("loop", Symbolic: "pool"), new("pool", Symbolic: "loop"), new("loop/x", "x"),
                new("out", Symbolic: "../../etc"), new("out/x", "x"), new("hard", Hard: "../../etc/shadow"),
            ]);
        Assert.Equal(["absolute=fine@layer1"], Shown(tree));
        Assert.Equal(["link out of the image", "path leads out of the package"], tree.Gaps.Select(static g => g.Reason).Distinct().Order());
        Assert.Contains(tree.Gaps, static g => g.Scope.Path == "hard");
        Assert.Contains(tree.Gaps, static g => g.Scope.Path == "loop/x");
        Assert.Contains(tree.Gaps, static g => g.Scope.Path == "out/x");
    }

    [Fact]
    public void Reading_past_what_was_kept_is_a_gap_and_reading_what_was_kept_is_none()
    {
        using var tree = Tree(static _ => ImageKeep.Mark, ScanLimits.Default, [new("big.so", new string('x', 1000))]);
        var file = tree.Find("big.so")!;
        Assert.Equal(1000, file.Size);
        using (var stream = tree.Open(file)) stream.ReadExactly(new byte[64]);
        Assert.Empty(tree.Gaps);
        Assert.Throws<UnreadFileException>(() => tree.ReadAll(file, 5000));
        Assert.Single(tree.Gaps);
    }

    [Fact]
    public void Only_programs_are_kept_whole_where_programs_are_looked_for()
    {
        using var tree = Tree(static _ => ImageKeep.Program, ScanLimits.Default, [new("program", "\u007fELF" + new string('x', 1000)), new("script", "#!/bin/sh" + new string('x', 1000))]);
        Assert.Equal(1004, tree.ReadAll(tree.Find("program")!, 5000).Length);
        Assert.Throws<UnreadFileException>(() => tree.ReadAll(tree.Find("script")!, 5000));
    }

    [Fact]
    public void A_damaged_layer_is_a_gap_of_its_own_and_the_others_are_read()
    {
        var cut = Tars.Of(new("a", "1"), new("b", new string('x', 2000)));
        using var tree = Raw(static _ => ImageKeep.Whole, ScanLimits.Default, cut[..2100], Tars.Of(new Entry("c", "3")), [1, 2, 3]);
        Assert.Equal(["a", "c"], tree.Files.Select(static f => f.Path));
        Assert.Equal(["layer1", "layer3"], tree.Gaps.Select(static g => g.Scope.Layer));
    }

    [Fact]
    public void Every_limit_is_a_gap()
    {
        Entry[] entries = [.. Enumerable.Range(0, 50).Select(static i => new Entry($"f{i}", new string('x', 1000)))];
        foreach (var limits in new[]
        {
            ScanLimits.Default with { ImageBytes = 20_000 }, ScanLimits.Default with { ImageEntries = 20 }, ScanLimits.Default with { ImageStoreBytes = 20_000 },
            ScanLimits.Default with { Entries = 10 },
        })
        {
            using var tree = Raw(static _ => ImageKeep.Whole, limits, Tars.Of(entries));
            Assert.Contains(tree.Gaps, static g => g.Kind == GapKind.Limit);
            Assert.InRange(tree.Files.Length, 1, 49);
        }
    }

    [Fact]
    public void A_sparse_file_is_a_gap_where_it_is_asked_for()
    {
        using var tree = Raw(static _ => ImageKeep.Whole, ScanLimits.Default, [.. TarReaderTests.Header('S', "00000000000"), .. Tars.Of(new Entry("a", "1"))]);
        Assert.Equal(["a"], tree.Files.Select(static f => f.Path));
        Assert.Equal("sparse file", Assert.Single(tree.Gaps).Reason);
    }

    /// <summary>Against a plain set of paths.</summary>
    [Fact]
    public void Files_folders_and_whiteouts_give_what_a_file_system_gives()
    {
        string[] names = ["a", "b", "a/a", "a/b", "b/a", "a/b/a", "b/b"];
        var action = Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, 3], (name, kind) => (Name: names[name], Kind: kind));
        action.Array[0, 6].Array[1, 4].Sample(layers =>
        {
            var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var tars = new List<byte[]>();
            for (var i = 0; i < layers.Length; i++)
            {
                // A whiteout comes first, as it means the layers below, and no name twice.
                var chosen = layers[i].DistinctBy(static a => a.Name).OrderBy(static a => a.Kind <= 1 ? 0 : 1).ToArray();
                foreach (var (name, kind) in chosen)
                {
                    if (kind == 0) Remove(model, name, withItself: true);
                    else if (kind == 1) Remove(model, name, withItself: false);
                    else
                    {
                        foreach (var above in model.Keys.Where(k => name.StartsWith(k + "/", StringComparison.Ordinal)).ToArray()) model.Remove(above);
                        Remove(model, name, withItself: true);
                        model[name] = $"{i}";
                    }
                }

                tars.Add(Tars.Of([.. chosen.Select(a => a.Kind switch
                {
                    0 => new Entry(a.Name.Contains('/', StringComparison.Ordinal) ? a.Name.Insert(a.Name.LastIndexOf('/') + 1, ".wh.") : ".wh." + a.Name, ""),
                    1 => new Entry(a.Name + "/.wh..wh..opq", ""),
                    _ => new Entry(a.Name, $"{i}"),
                })]));
            }

            using var tree = Raw(static _ => ImageKeep.Whole, ScanLimits.Default, [.. tars]);
            return tree.Gaps.IsEmpty && model.Select(static p => $"{p.Key}={p.Value}").SequenceEqual(tree.Files.Select(f => $"{f.Path}={Encoding.UTF8.GetString(tree.ReadAll(f, 10))}"));
        });
    }

    private static void Remove(SortedDictionary<string, string> model, string name, bool withItself)
    {
        foreach (var path in model.Keys.Where(k => (withItself && k == name) || k.StartsWith(name + "/", StringComparison.Ordinal)).ToArray()) model.Remove(path);
    }

    private static IEnumerable<string> Shown(PackageTree tree) => tree.Files.Select(f => $"{f.Path}={Encoding.UTF8.GetString(tree.ReadAll(f, 1000))}@{f.Layer}");

    private static PackageTree Tree(Entry[] first, Entry[]? second = null, Entry[]? third = null) =>
        Raw(static _ => ImageKeep.Whole, ScanLimits.Default, [.. ((Entry[]?[])[first, second, third]).OfType<Entry[]>().Select(static l => Tars.Of(l))]);

    private static PackageTree Tree(Func<string, ImageKeep> choose, ScanLimits limits, Entry[] layer) => Raw(choose, limits, Tars.Of(layer));

    private static PackageTree Raw(Func<string, ImageKeep> choose, ScanLimits limits, params byte[][] layers)
    {
        var builder = new ImageBuilder(choose, new MemoryStream(), limits);
        for (var i = 0; i < layers.Length; i++) builder.Apply(new TarReaderTests.Forward(layers[i]), $"layer{i + 1}");
        return new PackageTree(builder.ToContainer(null), limits);
    }
}
