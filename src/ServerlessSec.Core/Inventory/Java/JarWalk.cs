using ServerlessSec.Inventory.Sboms;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Java;

/// <summary>Reads one archive and those in it. One that is broken hides nothing but itself.</summary>
internal sealed class JarWalk(Cataloger cataloger, PackageFile file, Sink sink)
{
    private const int MetadataBytes = 4 << 20;
    private const string Manifest = "META-INF/MANIFEST.MF";

    private long bytes;
    private long entries;

    /// <param name="path">In the package, each archive on the way followed by <c>!</c>.</param>
    public void Read(ByteSource source, string path, int depth)
    {
        using var jar = new ZipContainer(source, ZipDirectory.Read(source, sink.Limits), sink.Limits);
        if ((entries += jar.Files.Length) > sink.Limits.Entries)
            throw new LimitReachedException($"more than {sink.Limits.Entries} entries in archives within one file");

        foreach (var gap in jar.Gaps)
            sink.Gap(gap with { Scope = gap.Scope with { Layer = file.Layer, Path = gap.Scope.Path is { } within ? $"{path}!/{within}" : path } });

        var named = new List<(string Group, string Artifact)>();
        var archives = new List<int>();
        ReadPackages(jar, path, named, archives);
        Identify(jar, path, named, archives.Count > 0);
        foreach (var index in archives) ReadInner(jar, index, path, depth);
    }

    private void ReadPackages(ZipContainer jar, string path, List<(string Group, string Artifact)> named, List<int> archives)
    {
        var stated = new HashSet<string>(StringComparer.Ordinal);
        var models = new List<int>();
        for (var index = 0; index < jar.Files.Length; index++)
        {
            var inner = jar.Files[index].Path;
            if (PomProperties.Is(inner, "pom.properties"))
            {
                stated.Add(EntryPath.Folder(inner));
                Try($"{path}!/{inner}", () => Add(PomProperties.Read(Bytes(jar, index), inner), $"{path}!/{inner}", named));
            }
            else if (PomProperties.Is(inner, "pom.xml"))
            {
                models.Add(index);
            }
            else if (SbomCataloger.IsSbom(inner))
            {
                var place = $"{path}!/{inner}";
                var content = index;
                Try(place, () => SbomCataloger.Read(Bytes(jar, content), file with { Path = place }, sink));
            }
            else if (JarCataloger.IsArchive(inner))
            {
                archives.Add(index);
            }
        }

        foreach (var index in models)
        {
            var inner = jar.Files[index].Path;
            if (!stated.Contains(EntryPath.Folder(inner)))
                Try($"{path}!/{inner}", () => Add(FromModel(Bytes(jar, index), path), $"{path}!/{inner}", named));
        }
    }

    /// <summary>A version that only the parent knows is in the file name too, where the model is the jar's own.</summary>
    private Coordinates FromModel(byte[] model, string path)
    {
        var it = Pom.Read(model, sink.Limits).Coordinates;
        if (!MavenPackage.IsPart(it.Version) && JarName.Of(path) is { Version.Length: > 0 } name && name.Artifact == it.Artifact)
            it = it with { Version = name.Version };
        return MavenPackage.IsWhole(it) ? it : throw new FormatException("no group, artifact and version");
    }

    private void Identify(ZipContainer jar, string path, List<(string Group, string Artifact)> named, bool isContainer)
    {
        var files = new JarFiles(jar.Files.Select(inner => inner.Path));
        var name = JarName.Of(path);
        if (named.Count == 0)
        {
            if (files.HasClasses) Guess(jar, path, files, named, isContainer);
        }
        else if (!named.Exists(it => it.Artifact == name.Artifact) && JarIdentity.Known(name, files) is { } own && MavenPackage.IsWhole(own))
        {
            Add(own, path, named);
        }

        if (named.Count == 0) return;

        foreach (var known in files.Nameless(named)) Shaded.Say(sink, known, $"{path}!/", file.Layer);
    }

    private void Guess(ZipContainer jar, string path, JarFiles files, List<(string Group, string Artifact)> named, bool isContainer)
    {
        var manifest = JarManifest.Empty;
        var evidence = path;
        var index = jar.Files.IndexOf(jar.Files.FirstOrDefault(inner => inner.Path.Equals(Manifest, StringComparison.OrdinalIgnoreCase)));
        if (index >= 0)
        {
            evidence = $"{path}!/{jar.Files[index].Path}";
            Try(evidence, () => manifest = JarManifest.Read(Bytes(jar, index)));
        }

        var it = JarIdentity.Of(JarName.Of(path), manifest, files);
        if (MavenPackage.IsWhole(it))
        {
            Add(it, manifest == JarManifest.Empty ? path : evidence, named);
        }
        else if (!isContainer)
        {
            sink.Opaque(
                path,
                file.Layer,
                "unnamed archive",
                it.Version.Length > 0
                    ? $"'{path}' is '{it.Artifact}' {it.Version} by its name, but of which group is unknown."
                    : $"'{path}' does not say which package it is.",
                cataloger.Ecosystem);
            foreach (var known in files.Nameless(named)) Shaded.Say(sink, known, $"{path}!/", file.Layer);
        }
    }

    private void ReadInner(ZipContainer jar, int index, string path, int depth)
    {
        var inner = jar.Files[index];
        var place = $"{path}!/{inner.Path}";
        Try(place, () =>
        {
            if (depth == sink.Limits.ArchiveDepth) throw new LimitReachedException($"more than {sink.Limits.ArchiveDepth} archives within each other");
            if (place.Length > sink.Limits.PathLength * 2) throw new LimitReachedException($"a path of more than {sink.Limits.PathLength * 2} characters");
            Spend(inner.Size);
            using var source = jar.OpenSource(index);
            Read(source, place, depth + 1);
        });
    }

    private byte[] Bytes(ZipContainer jar, int index)
    {
        var length = jar.Files[index].Size;
        if (length > MetadataBytes) throw new LimitReachedException($"more than {MetadataBytes} bytes");

        Spend(length);
        using var stream = jar.Open(index);
        var content = new byte[length];
        var count = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return count == content.Length ? content : throw new FormatException("the file ends early");
    }

    /// <summary>An entry never inflates to more than it declares.</summary>
    private void Spend(long length)
    {
        if (length > sink.Limits.FileBytes) throw new LimitReachedException($"more than {sink.Limits.FileBytes} bytes");
        if ((bytes += length) > sink.Limits.TotalBytes) throw new LimitReachedException($"more than {sink.Limits.TotalBytes} bytes in archives within one file");
        sink.Unpack(length);
    }

    private void Add(Coordinates it, string evidence, List<(string Group, string Artifact)> named)
    {
        named.Add((it.Group, it.Artifact));
        sink.Add(evidence, MavenPackage.Component(it, new Occurrence(evidence, file.Layer, OccurrenceKind.Installed, cataloger.Name)));
    }

    private void Try(string place, Action read)
    {
        var at = file with { Path = place };
        try
        {
            read();
        }
        catch (UnreadFileException)
        {
            // The outermost file itself cannot be read on; the tree has the gap.
            throw;
        }
        catch (LimitReachedException limit)
        {
            sink.Gap(cataloger, at, GapKind.Limit, "archive limit", $"'{place}' was not read to its end: {limit.Message}.");
        }
        catch (FormatException malformed)
        {
            sink.Gap(cataloger, at, GapKind.Unread, "unreadable archive", $"'{place}' was not understood: {malformed.Message}.");
        }
    }
}
