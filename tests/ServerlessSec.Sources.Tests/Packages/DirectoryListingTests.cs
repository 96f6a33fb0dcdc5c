using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Sources.Packages;

public sealed class DirectoryListingTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Lists_every_file_but_version_control_and_build_output()
    {
        folder.Write("index.js", "1");
        folder.Write("a/b/c.js", "22");
        folder.Write(".env", "");
        folder.Write(".git/config", "");
        folder.Write("sub/.git/config", "");
        folder.Write(".aws-sam/build/x.js", "");

        using var tree = Tree();

        Assert.Equal([".env", "a/b/c.js", "index.js"], tree.Files.Select(file => file.Path));
        Assert.Equal("22", Encoding.UTF8.GetString(tree.ReadAll(tree.Find("a/b/c.js")!, 100)));
        Assert.Empty(tree.Gaps);
    }

    [Fact]
    public void Follows_links_to_files_inside_and_speaks_of_those_that_lead_out()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows: run on Linux or macOS");
        using var outside = new Folder();
        outside.Write("secret.js", "s");
        folder.Write("real/index.js", "1");
        folder.Link("index.js", "real/index.js");
        folder.Link("folder", "real");
        folder.Link("loop", ".");
        folder.Link("a", "b");
        folder.Link("b", "a");
        folder.Link("gone", "nowhere");
        folder.Link("file-out", outside.Path + "/secret.js");
        folder.Link("folder-out", outside.Path);
        folder.Link("hop", "folder-out/secret.js");

        using var tree = Tree();

        Assert.Equal(["index.js", "real/index.js"], tree.Files.Select(file => file.Path));
        Assert.Equal("1", Encoding.UTF8.GetString(tree.ReadAll(tree.Find("index.js")!, 100)));
        Assert.Equal(["file-out", "folder-out", "hop"], tree.Gaps.Select(gap => gap.Scope.Path).Order());
    }

    [Fact]
    public void A_root_that_is_a_link_is_what_the_user_pointed_at()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need a privilege on Windows: run on Linux or macOS");
        folder.Write("real/index.js", "1");
        folder.Write("real/x/y.js", "1");
        folder.Link("real/inner.js", "x/y.js");
        folder.Link("root", "real");

        var listing = DirectoryListing.Read(Path.Combine(folder.Path, "root"), ScanLimits.Default, TestContext.Current.CancellationToken);

        Assert.Equal(["index.js", "inner.js", "x/y.js"], listing.Files.Select(file => file.Path).Order(StringComparer.Ordinal));
        Assert.Empty(listing.Gaps);
    }

    [Fact]
    public void A_file_that_vanishes_is_a_gap_when_it_is_asked_for()
    {
        folder.Write("a.js", "1");
        folder.Write("b.js", "2");
        using var tree = Tree();
        File.Delete(Path.Combine(folder.Path, "a.js"));

        Assert.Throws<UnreadFileException>(() => tree.ReadAll(tree.Find("a.js")!, 100));
        var gap = Assert.Single(tree.Gaps);
        Assert.Equal("a.js", gap.Scope.Path);
        Assert.DoesNotContain(folder.Path, gap.Message, StringComparison.Ordinal);
        Assert.Equal("2"u8.ToArray(), tree.ReadAll(tree.Find("b.js")!, 100));
    }

    [Fact]
    public async Task A_pipe_holds_nothing_and_nobody_waits_for_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "pipes are made with mkfifo: run on Linux");
        using (var made = System.Diagnostics.Process.Start("mkfifo", Path.Combine(folder.Path, "pipe.js"))) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        using var tree = Tree();

        Assert.Empty(tree.ReadAll(tree.Find("pipe.js")!, 100));
    }

    [Fact]
    public void Stops_at_the_entry_and_path_limits()
    {
        for (var index = 0; index < 20; index++) folder.Write($"f{index}", "");
        folder.Write(string.Concat(Enumerable.Repeat(new string('d', 100) + "/", 4)) + "x.js", "");

        var few = DirectoryListing.Read(folder.Path, new() { Entries = 10 }, TestContext.Current.CancellationToken);
        var shallow = DirectoryListing.Read(folder.Path, new() { PathLength = 200 }, TestContext.Current.CancellationToken);

        // The folder is an entry too.
        Assert.InRange(few.Files.Length, 9, 10);
        Assert.Equal(GapKind.Limit, Assert.Single(few.Gaps).Kind);
        Assert.Equal((20, GapKind.Limit), (shallow.Files.Length, Assert.Single(shallow.Gaps).Kind));
    }

    private PackageTree Tree() => new(new DirectoryContainer(DirectoryListing.Read(folder.Path, ScanLimits.Default, TestContext.Current.CancellationToken)), ScanLimits.Default);

    [Fact]
    public void A_name_that_is_no_text_costs_the_other_files_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "other systems have no such names: run on Linux");
        folder.Write("a.js", "1");
        folder.Write("z.js", "1");
        Shell("touch \"$0/$(printf 'bad\\377.js')\"");
        try
        {
            using var tree = Tree();
            Assert.Equal(["a.js", "z.js"], tree.Files.Select(file => file.Path));
            Assert.Equal("unreadable file", Assert.Single(tree.Gaps).Reason);
        }
        finally
        {
            // Such a name cannot be deleted by it either.
            Shell("rm \"$0\"/bad*");
        }
    }

    private void Shell(string script)
    {
        using var shell = System.Diagnostics.Process.Start("sh", ["-c", script, folder.Path]);
        shell.WaitForExit();
        Assert.Equal(0, shell.ExitCode);
    }
}
