using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Ruby;

/// <summary>
/// <c>Gemfile.lock</c> and <c>gems.locked</c> of Bundler: below <c>specs:</c>, gems stand four spaces in, and what they
/// need six.
/// </summary>
internal sealed class GemLockCataloger : Cataloger
{
    private static readonly ImmutableArray<string> Sources = ["GEM", "GIT", "PATH", "PLUGIN SOURCE"];

    public override string Name => "gem-lock";

    public override string Ecosystem => Gem.Ecosystem;

    public override bool Wants(string path) => EntryPath.Name(path) is "Gemfile.lock" or "gems.locked" && FirstParty.Owns(path);

    public override void Read(PackageTree tree, PackageFile file, Sink sink)
    {
        var reading = new Reading(sink.Limits);
        foreach (var line in Encoding.UTF8.GetString(sink.Bytes(file)).Split('\n')) reading.Take(line.TrimEnd());
        if (!reading.IsLock) throw new FormatException("no section of a Gemfile.lock");
        reading.ToGraph().Tell(this, file, sink, sink.HasInstalled(Ecosystem), static (gem, version) => Gem.Component(gem.Name, version));
    }

    private sealed class Reading(ScanLimits limits)
    {
        private readonly List<(string Name, string Version, bool IsFirstParty, List<string> Needs)> gems = [];
        private readonly List<string> wishes = [];
        private string section = "";

        public bool IsLock { get; private set; }

        public void Take(string line)
        {
            if (line.Length == 0) return;
            if (line.StartsWith("<<<<<<<", StringComparison.Ordinal)) throw new FormatException("an unresolved merge");
            var words = line.TrimStart();
            switch (line.Length - words.Length)
            {
                case 0:
                    section = line;
                    IsLock |= Sources.Contains(section) || section == "DEPENDENCIES";
                    break;
                case 2 when section == "DEPENDENCIES":
                    wishes.Add(NameOf(words));
                    break;
                case 4 when Sources.Contains(section):
                    if (gems.Count == limits.Components) throw new LimitReachedException($"more than {limits.Components} gems");
                    gems.Add((NameOf(words), VersionOf(words), section == "PATH", []));
                    break;
                case 6 when Sources.Contains(section) && gems.Count > 0:
                    gems[^1].Needs.Add(NameOf(words));
                    break;
            }
        }

        public LockedGraph ToGraph()
        {
            var graph = new LockedGraph();
            foreach (var gem in gems)
            {
                // The same version for several platforms is one gem.
                graph.Add(gem.Name, new()
                {
                    Name = gem.Name,
                    Version = gem.Version.Length == 0 ? null : gem.Version,
                    IsFirstParty = gem.IsFirstParty,
                    Needs = [.. gem.Needs.Select(static need => ImmutableArray.Create(need))],
                });
            }

            foreach (var wish in wishes) graph.Wish(false, wish);
            return graph;
        }

        private static string NameOf(string words) => words.Split(' ')[0].TrimEnd('!');

        private static string VersionOf(string words) =>
            words.IndexOf('(', StringComparison.Ordinal) is var start and > 0 && words.EndsWith(')') ? words[(start + 1)..^1] : "";
    }
}
