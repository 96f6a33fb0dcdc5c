using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Python;

/// <summary><c>Pipfile.lock</c> of Pipenv: packages under <c>default</c>, tools under <c>develop</c>, each with its hashes.</summary>
internal sealed class PipfileLockCataloger : Cataloger
{
    public override string Name => "pipfile-lock";

    public override string Ecosystem => PythonPackage.Ecosystem;

    public override bool Wants(string path) => EntryPath.Name(path) == "Pipfile.lock" && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        if (!document.RootElement.TryGetProperty("_meta", out _)) throw new FormatException("no _meta");

        var graph = new LockedGraph();
        foreach (var (section, isDevelopment) in new[] { ("default", false), ("develop", true) })
        {
            foreach (var member in ManifestJson.Members(document.RootElement, section)) Keep(graph, member.Name, member.Value, isDevelopment);
        }

        graph.Tell(this, file, sink, sink.HasInstalled(Ecosystem), PythonPackage.Locked);
    }

    private static void Keep(LockedGraph graph, string name, JsonElement package, bool isDevelopment)
    {
        if (package.ValueKind != JsonValueKind.Object) return;
        var version = ManifestJson.Text(package, "version");
        graph.Add(Purl.PythonName(name), new()
        {
            Name = name,
            Version = version?.StartsWith("==", StringComparison.Ordinal) == true ? version.TrimStart('=').Trim() : null,
            Hashes = package.TryGetProperty("hashes", out var hashes) && hashes.ValueKind == JsonValueKind.Array
                ? PythonPackage.Hashes([.. hashes.EnumerateArray().Select(ManifestJson.Text)])
                : [],
            IsDevelopment = isDevelopment,
            IsFirstParty = package.TryGetProperty("path", out _) || ManifestJson.Is(package, "editable"),
        });
    }
}
