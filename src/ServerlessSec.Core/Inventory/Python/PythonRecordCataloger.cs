using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

/// <summary>Which files an installed distribution brought, by its <c>RECORD</c>; where that was left out, by the names of its modules.</summary>
internal sealed class PythonRecordCataloger : Cataloger
{
    internal const string Record = ".dist-info/RECORD";

    private const string Metadata = ".dist-info/METADATA";
    private const string EggInfo = ".egg-info/PKG-INFO";
    private const string EggInfoFile = ".egg-info";
    private const string Egg = ".egg/EGG-INFO/PKG-INFO";
    private const string Modules = "top_level.txt";

    public override string Name => "python-record";

    public override string Ecosystem => PythonPackage.Ecosystem;

    public override bool Wants(string path) =>
        path.EndsWith(Record, StringComparison.Ordinal) || path.EndsWith(Metadata, StringComparison.Ordinal)
        || path.EndsWith(EggInfo, StringComparison.Ordinal) || path.EndsWith(EggInfoFile, StringComparison.Ordinal)
        || path.EndsWith(Egg, StringComparison.Ordinal)
        || path.EndsWith("-info/" + Modules, StringComparison.Ordinal);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        // Only ever read beside a distribution's metadata.
        if (file.Path.EndsWith(Modules, StringComparison.Ordinal)) return;
        var info = file.Path.EndsWith(EggInfoFile, StringComparison.Ordinal) ? file.Path + "/" : EntryPath.Folder(file.Path);
        var root = EntryPath.Folder(info[..^1]);
        if (!file.Path.EndsWith(Record, StringComparison.Ordinal))
        {
            if (file.Path.EndsWith(Egg, StringComparison.Ordinal) && sink.Has(file.Path)) sink.OwnFolder(root);
            else if (sink.Has(file.Path) && tree.Find(info + "RECORD") is null) OwnModules(tree, info, root, sink);
            return;
        }

        if ((sink.PurlAt(info + "METADATA") ?? sink.PurlAt(file.Path)) is not { } purl) return;
        foreach (var row in RecordFile.Read(sink.Bytes(file)))
        {
            if (tree.Find(EntryPath.Join(root, row.Path)) is not { } there) continue;
            sink.Own(there.Path);
            // Of what another layer laid over it the record says nothing.
            if (row.Digest is { } digest && there.Layer == file.Layer) sink.Recorded(there, new(purl, digest, row.Size));
        }
    }

    /// <summary>
    /// The folders and modules at the top: those that <c>top_level.txt</c> names, else the one of the distribution's name; and where
    /// auditwheel puts the libraries that they need.
    /// </summary>
    private static void OwnModules(PackageTree tree, string info, string root, Sink sink)
    {
        sink.OwnFolder($"{root}{Distribution(info)}.libs/");
        var listed = tree.Find(info + Modules) is { } list
            ? Encoding.UTF8.GetString(sink.Bytes(list)).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [Distribution(info).Replace('-', '_')];
        foreach (var module in listed.Where(static module => !module.Contains('.', StringComparison.Ordinal)).Distinct())
        {
            sink.OwnFolder($"{root}{module}/");
            // `six.py`, `_cffi_backend.cpython-312-x86_64-linux-gnu.so`
            foreach (var file in tree.Under($"{root}{module}."))
            {
                if (EntryPath.Folder(file.Path) == root) sink.Own(file.Path);
            }
        }
    }

    private static string Distribution(string info)
    {
        var name = EntryPath.Name(info[..^1]);
        return name.IndexOf('-', StringComparison.Ordinal) is var dash and > 0 ? name[..dash] : name[..name.LastIndexOf('.')];
    }
}
