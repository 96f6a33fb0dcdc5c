using ServerlessSec.Inventory.DotNet;
using ServerlessSec.Inventory.Go;
using ServerlessSec.Inventory.Rust;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Binaries;

/// <summary>Programs that carry a list of what went into them: Go's build info, Cargo's audit data, .NET's single-file bundles.</summary>
internal sealed class ProgramCataloger : Cataloger
{
    private const int Head = 64;
    private const int SmallestInPackages = 256 << 10;

    public override string Name => "program";

    public override string Ecosystem => "";

    /// <summary>In installed packages, and of names with an ending, only what lies where programs do: remote packages are
    /// fetched by this.</summary>
    public override bool Wants(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        var dot = name.LastIndexOf('.');
        if (dot < 0) return name.ContainsAnyInRange('a', 'z') && (IsForPrograms(path) || FirstParty.Owns(path));

        var isProgram = name[dot..] is ".exe" or ".bin" or ".elf" or ".amd64" or ".arm64" or ".x86_64"
            || (char.IsAsciiDigit(name[^1]) && !name.Contains(".so.", StringComparison.Ordinal));
        return isProgram && IsForPrograms(path);
    }

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        // Packages carry hundreds of small files without an ending; a program of these kinds is large.
        if (file.Size < Head || (!FirstParty.Owns(file.Path) && file.Size < SmallestInPackages)) return;

        using var source = tree.OpenSource(file);
        var head = new byte[Head];
        if (ProgramImage.FormatOf(head.AsSpan(0, source.ReadUpTo(0, head))) is not { } format) return;

        var image = ProgramImage.Open(source, format);
        var marks = ProgramMarks.Find(image);
        if (marks.GoBuildInfo is { } build) GoBuildInfo.Read(image, build, file, sink);
        else if (marks.Bundle is { } bundle) SingleFileBundle.Read(source, bundle, file, sink);
        else if (image.Section(CargoAuditable.Section) is { } audit) CargoAuditable.Read(source, audit, file, sink);
    }

    private static bool IsForPrograms(string path)
    {
        var folder = EntryPath.Folder(path);
        return folder.Length == 0 || folder == "bin/" || folder.EndsWith("/bin/", StringComparison.Ordinal);
    }
}
