using ServerlessSec.Shared;
using ServerlessSec.Sources.Packages;

namespace ServerlessSec.Sources.Files;

public sealed class SmallFileTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_pipe_or_device_is_empty_and_is_not_waited_for()
    {
        var pipe = Pipe.At(Path.Combine(folder.Path, "pipe"));
        folder.Link("to-pipe", "pipe");
        folder.Link("to-device", "/dev/zero");
        foreach (var path in (string[])[pipe, Path.Combine(folder.Path, "to-pipe"), Path.Combine(folder.Path, "to-device"), "/dev/zero"])
        {
            Assert.Equal(0, SmallFile.LengthOf(path));
            Assert.Empty(SmallFile.Read(path, 100));
        }
    }

    [Theory, InlineData(0), InlineData(1), InlineData(5_000), InlineData(100_000)]
    public void A_file_and_a_link_to_it_are_read_whole(int length)
    {
        var path = folder.Write("real", new string('x', length));
        folder.Link("link", "real");
        Assert.Equal(length, SmallFile.Read(path, 100_000).Length);
        Assert.Equal(length, SmallFile.Read(Path.Combine(folder.Path, "link"), 100_000).Length);
        Assert.Equal(length, SmallFile.ReadNamed(path, 100_000).Length);
    }

    [Fact]
    public void What_is_larger_than_the_bound_is_refused_by_name()
    {
        var path = folder.Write("large", new string('x', 101));
        Assert.Contains("large", Assert.Throws<LimitReachedException>(() => SmallFile.Read(path, 100)).Message, StringComparison.Ordinal);
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no endless file on Windows: run on Linux or macOS");
        Assert.Throws<LimitReachedException>(() => SmallFile.ReadNamed("/dev/zero", 10_000));
    }

    [Fact]
    public void What_is_not_there_is_not_empty() =>
        Assert.Throws<FileNotFoundException>(() => SmallFile.Read(Path.Combine(folder.Path, "nowhere"), 100));
}
