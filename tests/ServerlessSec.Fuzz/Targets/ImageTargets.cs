using System.Collections.Immutable;
using System.Formats.Tar;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Packages;
using ServerlessSec.Packages.Images;
using ServerlessSec.Sources.Packages;
using ServerlessSec.Sources.Packages.Images;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>Images, their parts, and what servers answer.</summary>
internal static class ImageTargets
{
    private static readonly ScanLimits Limits = ScanLimits.Default;
    private static readonly string[] Tar = ["ustar\0", "ustar  \0", "././@LongLink", "path=", "linkpath=", "size=", "GNU.sparse.major=1", "\n", ".wh.a", ".wh..wh..opq", "../", "00000000000\0", "77777777777", "\u0080\0\0\0\0\0\0\0\0\0\u0010\0"];
    private static readonly string[] Json = ["{", "}", "[", "]", "null", "\"\"", "\\ud800", "\"manifests\":", "\"layers\":", "\"config\":", "\"digest\":", "\"mediaType\":", "\"platform\":", "\"diff_ids\":", "\"rootfs\":", "\"Env\":", "\"Cmd\":", "sha256:", "sha512:", "\"Layers\":", "\"Config\":", "[["];

    private static TestImage Image { get; } = new("amd64", [("var/task/index.js", "require('a')"), ("app/a.py", "x")], [("var/task/node_modules/a/package.json", "{\"name\":\"a\",\"version\":\"1.0.0\"}"), ("app/.wh.a.py", "")]);

    public static ImmutableArray<Target> All { get; } =
    [
        Of("tar", ReadTar, Tars, Tar),
        Of("image-layer", Layer, Tars, [.. Tar, "var/task/index.js", "etc/os-release", "lib/apk/db/installed"]),
        Of("layer-stream", Inflate, static () => [.. new TestImage("amd64", [("a", "x")], [("b", "y")], [("c", "z")]).Blobs.Values], "\u001f\u008b", "\u0028\u00b5\u002f\u00fd", "\u0050\u002a\u004d\u0018"),
        Of("image-archive", Archive, static () => [Archived(Image.Saved()), Archived(TestImage.Layout(("amd64", Image)))], [.. Tar, .. Json, "manifest.json", "index.json", "oci-layout", "blobs/sha256/"]),
        Of("image-manifest", Manifest, static () => [Image.Manifest, Image.Config, TestImage.Index(("amd64", Image), ("arm64", Image))], Json),
        Of("image-reference", Reference, static () => Texts("registry.example.com:5000/team/app:1.0@sha256:" + new string('a', 64), "app", "realm=\"https://a.example/token\",service=\"b\",scope=\"repository:x:pull\""), "://", ":", "@", "/", "sha256:", "realm=", "service=", "scope=", "\"", ",", "localhost", "?", "#"),
        Of("registry-credentials", Credentials, static () => Texts("{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"YTpi\"},\"a.example\":{\"username\":\"u\",\"password\":\"p\"}},\"credHelpers\":{\"b.example\":\"x\"},\"credsStore\":\"desktop\"}"), Json),
        Of("ranged-file", Ranged, static () => [[1, 0, 4, 255, .. Zip], [2, 1, 0, 3, 7, .. Zip], [0, .. Zip], [3, 200, 1, 90, .. Zip]]),
    ];

    private static byte[] Zip => Zips.Of(("a.txt", "some text"), ("b.txt", "more"));

    private static Target Of(string name, Action<byte[]> run, Func<IEnumerable<byte[]>> seeds, params string[] words) =>
        new(name, TargetList.Refusing(run)) { Seeds = seeds, Words = [.. words.Select(Encoding.Latin1.GetBytes)] };

    private static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);

    private static IEnumerable<byte[]> Tars()
    {
        var name = string.Join('/', Enumerable.Repeat("folder", 20)) + "/file";
        foreach (var format in (TarEntryFormat[])[TarEntryFormat.V7, TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu])
        {
            yield return Packages.Images.Tars.As(
                format, new("var/task/"), new("var/task/index.js", "x"), new("link", Symbolic: "var/task"), new("hard", Hard: "var/task/index.js"),
                new(format is TarEntryFormat.Pax or TarEntryFormat.Gnu ? name : "file", "y"), new("var/.wh.task", ""), new("etc/os-release", "ID=alpine\n"));
        }
    }

    private static byte[] Archived(Dictionary<string, byte[]> files)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, content) in files) writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
        }

        return bytes.ToArray();
    }

    private static void ReadTar(byte[] input)
    {
        var reader = new Packages.Images.TarReader(new MemoryStream(input), 1 << 24);
        var buffer = new byte[512];
        while (reader.Next() is { } entry)
        {
            long count = 0;
            for (int read; (read = reader.Read(buffer)) > 0;) count += read;
            if (count > entry.Size) throw new BrokenPromiseException($"{count} bytes were read of {entry.Size}");
        }
    }

    private static void Layer(byte[] input)
    {
        var store = new MemoryStream();
        var builder = new ImageBuilder(static _ => ImageKeep.Whole, store, Limits);
        var half = input.Length / 1024 * 512;
        builder.Apply(new MemoryStream(input), "sha256:one");
        builder.Apply(new MemoryStream(input, half, input.Length - half), "sha256:two");
        var container = builder.ToContainer(null);
        foreach (var file in container.Files)
        {
            if (!EntryPath.TryClean(file.Path, out var clean, out _) || clean != file.Path) throw new BrokenPromiseException($"'{file.Path}' leads out");
        }

        Tree.Inventory(container);
    }

    private static void Inflate(byte[] input)
    {
        using var layer = new InflatedLayer(new MemoryStream(input), ScanLimits.Default.LayerRatio);
        var buffer = new byte[8192];
        for (var total = 0; total < 64 << 20 && layer.Read(buffer) is > 0 and var count;) total += count;
    }

    private static void Archive(byte[] input)
    {
        var path = Path.Combine(Scratch.Folder, "image.tar");
        File.WriteAllBytes(path, input);
        using (var stream = File.OpenRead(path)) ImageArchive.IsArchive(stream);
        var reader = new ImageReader(Scratch.Folder, Limits);
        using var container = ImageArchive.ReadAsync(path, null, reader, CancellationToken.None).GetAwaiter().GetResult();
        foreach (var file in container.Files)
        {
            if (!EntryPath.TryClean(file.Path, out var clean, out _) || clean != file.Path) throw new BrokenPromiseException($"'{file.Path}' leads out");
        }
    }

    private static void Manifest(byte[] input)
    {
        TargetList.Refusing(static input => ImageConfig.Parse(input))(input);
        var manifest = ImageManifest.Parse(input);
        TargetList.Refusing(_ => manifest.Choose("arm64"))(input);
        manifest.Choose(null);
    }

    private static void Reference(byte[] input)
    {
        var text = TargetList.Text(input);
        RegistryChallenge.Parse(text).Address(new Uri("https://registry.example"), text);
        TargetList.Refusing(_ => ImageDigest.Check(text))(input);
        ImageReference.Parse(text);
    }

    private static void Credentials(byte[] input)
    {
        var path = Path.Combine(Scratch.Folder, "config.json");
        File.WriteAllBytes(path, input);
        var credentials = RegistryCredentials.Read(path);
        credentials.For("a.example");
        credentials.For("docker.io");
    }

    /// <summary>A server of whose answers the first bytes of the input decide: whole, ranges, wrong ranges, short ones.</summary>
    private static void Ranged(byte[] input)
    {
        if (input.Length < 8) return;
        using var http = new HttpClient(new Server(input[0], input[1..5], input[5..]));
        var path = Path.Combine(Scratch.Folder, "ranged");
        var kept = File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite);
        try
        {
            using var file = RangedFile.OpenAsync(http, new("https://a.example/x.zip"), kept, 1 << 20, CancellationToken.None).GetAwaiter().GetResult();
            if (file is null) return;
            using var container = RangedZip.OpenAsync(file, null, withCode: false, Limits, CancellationToken.None).GetAwaiter().GetResult();
            for (var index = 0; index < Math.Min(8, container.Files.Length); index++)
            {
                var at = index;
                TargetList.Refusing(_ => container.Open(at).CopyTo(Stream.Null))(input);
            }
        }
        catch (HttpRequestException)
        {
            // The port's own way to say that the server failed.
        }
    }

    private sealed class Server(byte mode, byte[] moods, byte[] content) : HttpMessageHandler
    {
        private int requests;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(Send(request, cancellationToken));

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var mood = moods[Interlocked.Increment(ref requests) % moods.Length];
            if (mood == 255) return new((HttpStatusCode)(400 + (mode % 120)));
            if (mode % 4 == 0 || request.Headers.Range?.Ranges.Single() is not { } range) return new(HttpStatusCode.OK) { Content = new ByteArrayContent(content) };
            var from = range.From is { } start ? start : Math.Max(0, content.Length - (range.To ?? 0));
            var to = range.From is null ? content.Length - 1 : Math.Min(range.To ?? 0, content.Length - 1);
            if (from > to) return new(HttpStatusCode.RequestedRangeNotSatisfiable);
            var given = content[(int)from..(int)(to + 1 - (mood % 4 == 1 ? Math.Min(mood, to - from) : 0))];
            var answer = new HttpResponseMessage(mood % 8 == 7 ? HttpStatusCode.OK : HttpStatusCode.PartialContent) { Content = new ByteArrayContent(given) };
            answer.Content.Headers.ContentRange = (mood % 16) switch
            {
                2 => null,
                3 => new ContentRangeHeaderValue(from, to),
                6 => new ContentRangeHeaderValue(Math.Max(0, from - 1), to, content.Length),
                10 => new ContentRangeHeaderValue(from, to, long.MaxValue),
                _ => new ContentRangeHeaderValue(from, to, content.Length),
            };
            return answer;
        }
    }
}
