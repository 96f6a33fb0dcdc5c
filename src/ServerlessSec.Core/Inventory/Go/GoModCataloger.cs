using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Go;

/// <summary>
/// <c>go.mod</c> beside sources: the modules it requires, replacements in their place; <c>go.sum</c> where that is alone. A
/// program that was built says more, and is the truth where it is there.
/// </summary>
internal sealed class GoModCataloger : Cataloger
{
    private const string Sums = "go.sum";

    public override string Name => "go-mod";

    public override string Ecosystem => GoModule.Ecosystem;

    public override bool Wants(string path) => (Is(path, "go.mod") || Is(path, Sums)) && FirstParty.Owns(path) && !IsVendored(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (sink.HasInstalled(Ecosystem)) return;

        var isSums = Is(file.Path, Sums);
        if (isSums && tree.Find(EntryPath.Folder(file.Path) + "go.mod") is not null) return;

        var text = Encoding.UTF8.GetString(sink.Bytes(file));
        if (isSums) ReadSums(text, file, sink);
        else ReadModule(GoMod.Read(text), file, sink);
    }

    private static bool Is(string path, string name) =>
        path.EndsWith(name, StringComparison.Ordinal) && (path.Length == name.Length || path[^(name.Length + 1)] == '/');

    /// <summary>Modules that were copied in carry files of their own.</summary>
    private static bool IsVendored(string path) =>
        path.StartsWith("vendor/", StringComparison.Ordinal) || path.Contains("/vendor/", StringComparison.Ordinal);

    private void ReadModule(GoMod module, PackageFile file, Sink sink)
    {
        sink.Rooted(file.Path + "/");
        foreach (var (path, version, isIndirect) in module.Requires)
        {
            var (name, at) = module.Replaced(path, version);
            if (!GoModule.IsPath(name) || !GoModule.IsVersion(at))
            {
                sink.Gap(this, file, GapKind.Unread, "module without version", $"'{file.Path}' takes '{path}' from a folder, which has no released version.");
                continue;
            }

            var key = $"{file.Path}/{path}";
            sink.Add(key, GoModule.Component(name, at, new(file.Path, file.Layer, OccurrenceKind.Locked, Name)));
            if (!isIndirect) sink.Direct(key);
        }
    }

    /// <summary>Lines for a module's <c>go.mod</c> alone are of versions that were looked at and not taken.</summary>
    private void ReadSums(string text, PackageFile file, Sink sink)
    {
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (words.Length == 0) continue;
            if (words.Length != 3 || !GoModule.IsPath(words[0]) || !GoModule.IsVersion(words[1])) throw new FormatException("a line without module, version and hash");
            if (words[1].EndsWith("/go.mod", StringComparison.Ordinal)) continue;

            sink.Add($"{file.Path}/{words[0]}@{words[1]}", GoModule.Component(words[0], words[1], new(file.Path, file.Layer, OccurrenceKind.Locked, Name)));
        }
    }
}
