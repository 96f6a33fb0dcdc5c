using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Inventory.Java;
using ServerlessSec.Packages;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>Archives, and archives within archives.</summary>
internal static class PackageTargets
{
    private static readonly ScanLimits Limits = ScanLimits.Default;

    private static readonly byte[][] Marks =
    [
        [0x50, 0x4b, 1, 2], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [0x50, 0x4b, 6, 6], [0x50, 0x4b, 6, 7], [0x50, 0x4b, 7, 8], [1, 0, 24, 0], [0x75, 0x70], [0xff, 0xff, 0xff, 0xff], [0xff, 0xff],
    ];

    public static ImmutableArray<Target> All { get; } =
    [
        new("zip", TargetList.Refusing(Zip)) { Words = [.. Marks, .. TargetList.Words("../", "/", "\\", "C:")], Seeds = static () => Archives() },
        new("zip-package", TargetList.Refusing(static input => Tree.Inventory(ZipContainer.Open(new MemoryStream(input), Limits))))
        {
            Words = [.. Marks, .. TargetList.Words("node_modules/a/package.json", "package-lock.json", "a.jar", "index.js", "requirements.txt")],
            Seeds = static () => [Zips.Of(("node_modules/a/package.json", "{\"name\":\"a\",\"version\":\"1.0.0\"}"), ("index.js", "require('a')"), ("requirements.txt", "a==1.0\n")), .. Archives()],
        },
        new("python-archive", static input => Tree.Inventory(input, "lib/a.pyz")) { Words = [.. Marks, .. TargetList.Words("EGG-INFO/PKG-INFO", "a-1.0.dist-info/METADATA", "a.egg-info", "Name: ", "Version: ", "#!/usr/bin/python3\n")], Seeds = Archived },
        new("jar", static input => Tree.Inventory(input, "lib/a-1.0.jar")) { Words = [.. Marks, .. TargetList.Words("META-INF/MANIFEST.MF", "BOOT-INF/lib/", "WEB-INF/lib/", ".jar", "pom.properties")], Seeds = Archived },
    ];

    /// <summary>Every entry that is listed stays inside and is read to its end, or refused.</summary>
    private static void Zip(byte[] input)
    {
        using var container = ZipContainer.Open(new MemoryStream(input), Limits);
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var buffer = new byte[8192];
        for (var index = 0; index < container.Files.Length; index++)
        {
            var file = container.Files[index];
            if (!EntryPath.TryClean(file.Path, out var clean, out _) || clean != file.Path) throw new BrokenPromiseException($"'{file.Path}' leads out");
            if (!paths.Add(file.Path)) throw new BrokenPromiseException($"'{file.Path}' is listed twice");
            if (index < 64) Drain(container, index, buffer);
        }
    }

    private static void Drain(ZipContainer container, int index, byte[] buffer)
    {
        var size = container.Files[index].Size;
        long count = 0;
        try
        {
            using var stream = container.Open(index);
            for (int read; (read = stream.Read(buffer)) > 0;) count += read;
            if (count != size) throw new BrokenPromiseException($"{count} bytes were read of {size}");
            using var source = container.OpenSource(index);
            source.ReadUpTo(Math.Max(0, size - 100), buffer);
            source.ReadUpTo(0, buffer);
        }
        catch (FormatException)
        {
            if (count > size) throw new BrokenPromiseException($"{count} bytes were read of {size}");
        }
    }

    private static IEnumerable<byte[]> Archives()
    {
        yield return new Zips().Add("a.txt", "some text, some text, some text").Add("b/c.txt", "stored", stored: true).ToArray();
        yield return new Zips().Add("ü.txt", "x").AddLink("link", "a.txt").AddLink("out", "../../etc/passwd").Add("a.txt", "y").ToArray();
        yield return new Zips().Add("a.txt", Encoding.UTF8.GetBytes("wide"), zip64: true).ToArray(zip64: true);
        yield return new Zips().Prefix("#!/usr/bin/env python3\n"u8.ToArray(), adjusted: true).Add("__main__.py", "print()").ToArray();
        yield return new Zips().Add("a", "1").Add("a", "2").Add("../b", "3").Add("/c", "4").Add("d", [1, 2], flags: 1).Add("e", [1, 2], method: 12).ToArray();
    }

    private static IEnumerable<byte[]> Archived()
    {
        var inner = Jars.Maven("org.example", "inner", "2.0");
        yield return Jars.Maven("org.example", "a", "1.0");
        yield return Jars.Of(Jars.Manifest("Implementation-Title: a", "Implementation-Version: 1.0", "Implementation-Vendor-Id: g", "Bundle-SymbolicName: g.a;singleton:=true"));
        yield return Jars.Of(Jars.Properties("g", "a", "1"), Jars.Properties("g", "b", "2"), ("g/a/It.class", "x"), ("g/b/It.class", "y"));
        yield return new Zips().Add("META-INF/MANIFEST.MF", "Spring-Boot-Lib: BOOT-INF/lib/\r\n").Add("BOOT-INF/lib/inner-2.0.jar", inner, stored: true).Add("BOOT-INF/lib/other-1.jar", inner).ToArray();
    }
}
