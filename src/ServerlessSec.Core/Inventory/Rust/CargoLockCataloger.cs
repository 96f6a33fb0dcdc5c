using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Rust;

/// <summary><c>Cargo.lock</c>: every crate that has a source; those without one are the workspace's own.</summary>
internal sealed class CargoLockCataloger : Cataloger
{
    private const string Lock = "Cargo.lock";

    public override string Name => "cargo-lock";

    public override string Ecosystem => Crate.Ecosystem;

    public override bool Wants(string path) => (path == Lock || path.EndsWith("/" + Lock, StringComparison.Ordinal)) && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (sink.HasInstalled(Ecosystem)) return;

        var packages = CargoLock.Read(Encoding.UTF8.GetString(sink.Bytes(file)));
        sink.Rooted(file.Path + "/");
        foreach (var package in packages)
        {
            var key = Key(file, package.Name, package.Version);
            if (package.IsLocal) continue;

            var component = Crate.Component(package.Name, package.Version, new(file.Path, file.Layer, OccurrenceKind.Locked, Name));
            var isDigest = package.Checksum.Length == 64 && package.Checksum.All(char.IsAsciiHexDigitLower);
            sink.Add(key, isDigest ? component with { Hashes = [new("SHA-256", package.Checksum)] } : component);
            sink.Alias(Key(file, package.Name, ""), key);
        }

        foreach (var package in packages)
        {
            foreach (var need in package.Needs)
            {
                // "name", or "name version" where there are several, or that and the source.
                var words = need.Split(' ');
                var target = Key(file, words[0], words.ElementAtOrDefault(1) ?? "");
                if (package.IsLocal) sink.Direct(target);
                else sink.Edge(Key(file, package.Name, package.Version), target);
            }
        }
    }

    private static string Key(PackageFile file, string name, string version) => $"{file.Path}/{name}@{version}";
}
