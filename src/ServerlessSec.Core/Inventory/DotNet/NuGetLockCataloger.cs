using System.Text.Json;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.DotNet;

/// <summary><c>packages.lock.json</c>: every package of every target framework. Published assemblies are the truth where they are there.</summary>
internal sealed class NuGetLockCataloger : Cataloger
{
    private const string Lock = "packages.lock.json";

    public override string Name => "dotnet-lock";

    public override string Ecosystem => NuGetPackage.Ecosystem;

    public override bool Wants(string path) => (path == Lock || path.EndsWith("/" + Lock, StringComparison.Ordinal)) && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (sink.HasInstalled(Ecosystem)) return;

        using var document = ManifestJson.Object(sink.Bytes(file), sink.Limits);
        if (!document.RootElement.TryGetProperty("dependencies", out var frameworks) || frameworks.ValueKind != JsonValueKind.Object)
            throw new FormatException("no dependencies");

        sink.Rooted(file.Path + "/");
        foreach (var framework in frameworks.EnumerateObject())
        {
            var prefix = $"{file.Path}/{framework.Name}/";
            foreach (var entry in ManifestJson.Members(frameworks, framework.Name)) Add(file, sink, prefix, entry);
        }
    }

    private void Add(PackageFile file, Sink sink, string prefix, JsonProperty entry)
    {
        if (entry.Value.ValueKind != JsonValueKind.Object) throw new FormatException("a package that is no object");

        var name = entry.Name;
        var type = ManifestJson.Text(entry.Value, "type");
        var needs = ManifestJson.Members(entry.Value, "dependencies").Select(static member => member.Name);
        if (type == "Project")
        {
            // What a project of the same solution asks for is asked for by the application.
            foreach (var need in needs) sink.Direct(Key(prefix, need));
            return;
        }

        var component = NuGetPackage.Component(
            name,
            ManifestJson.Text(entry.Value, "resolved") ?? "",
            new Occurrence(file.Path, file.Layer, OccurrenceKind.Locked, Name));
        sink.Add(Key(prefix, name), component with { Hashes = Integrity.Parse("sha512-" + ManifestJson.Text(entry.Value, "contentHash")) });
        if (type == "Direct") sink.Direct(Key(prefix, name));
        foreach (var need in needs) sink.Edge(Key(prefix, name), Key(prefix, need));
    }

    // NuGet names packages in any case.
    private static string Key(string prefix, string name) => prefix + name.ToUpperInvariant();
}
