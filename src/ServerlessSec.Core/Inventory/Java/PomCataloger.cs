using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Java;

/// <summary>
/// <c>pom.xml</c> beside sources: what the project asks for at a version that the file itself settles. What that needs in
/// turn only Maven works out, and installed jars are the truth where they are there.
/// </summary>
internal sealed class PomCataloger : Cataloger
{
    public override string Name => "java-pom";

    public override string Ecosystem => MavenPackage.Ecosystem;

    public override bool Wants(string path) =>
        (path == "pom.xml" || path.EndsWith("/pom.xml", StringComparison.Ordinal))
            && !path.Contains(PomProperties.Folder, StringComparison.Ordinal)
            && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        if (sink.HasInstalled(Ecosystem)) return;

        var pom = Pom.Read(sink.Bytes(file), sink.Limits);
        var managed = new Dictionary<(string, string), PomDependency>();
        foreach (var it in pom.Managed) managed.TryAdd((pom.Resolve(it.Group), pom.Resolve(it.Artifact)), it);

        var unsettled = new List<string>();
        sink.Rooted(file.Path + "/");
        foreach (var asked in pom.Dependencies)
        {
            var (group, artifact) = (pom.Resolve(asked.Group), pom.Resolve(asked.Artifact));
            var ruled = managed.GetValueOrDefault((group, artifact));
            var scope = pom.Resolve(asked.Scope.Length > 0 ? asked.Scope : ruled?.Scope ?? "");
            if (scope is "test" or "provided" or "system" or "import") continue;

            var it = new Coordinates(group, artifact, pom.Resolve(asked.Version.Length > 0 ? asked.Version : ruled?.Version ?? ""));
            if (!MavenPackage.IsWhole(it))
            {
                unsettled.Add($"{group}:{artifact}");
                continue;
            }

            var key = $"{file.Path}/{group}:{artifact}";
            sink.Add(key, MavenPackage.Component(it, new Occurrence(file.Path, file.Layer, OccurrenceKind.Locked, Name)));
            sink.Direct(key);
        }

        Say(file, sink, pom, unsettled);
    }

    private void Say(PackageFile file, Sink sink, Pom pom, List<string> unsettled)
    {
        if (pom.Dependencies.Count > unsettled.Count)
        {
            sink.Gap(this, file, GapKind.Unread, "transitive packages not locked",
                $"'{file.Path}' says what the project asks for, not what that needs in turn: deploy the jars, or scan them.");
        }

        if (unsettled.Count == 0) return;
        var some = string.Join(", ", unsettled.Order(StringComparer.Ordinal).Take(5).Select(name => $"'{(name.Length > 120 ? name[..120] : name)}'"));
        sink.Gap(this, file, GapKind.Unread, "version not in project file",
            $"'{file.Path}' asks for {unsettled.Count} {(unsettled.Count == 1 ? "package" : "packages")} at a version that a parent, an "
                + $"import or a range settles: {some}{(unsettled.Count > 5 ? ", …" : "")}.");
    }
}
