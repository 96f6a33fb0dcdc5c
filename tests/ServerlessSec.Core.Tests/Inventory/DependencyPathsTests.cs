using System.Collections.Immutable;
using CsCheck;

namespace ServerlessSec.Inventory;

public class DependencyPathsTests
{
    [Fact]
    public void Takes_the_shortest_way_from_any_direct_dependency()
    {
        var paths = Paths(Direct("a", "b"), Direct("z", "d"), Other("b", "c"), Other("c", "d"), Other("d"));
        Assert.Equal("z d", Names(paths, "d"));
        Assert.Equal("a b c", Names(paths, "c"));
        Assert.Equal("a", Names(paths, "a"));
        Assert.True(paths.To(Purl.Npm("a", "1").ToString())!.IsDirect);
        Assert.False(paths.To(Purl.Npm("d", "1").ToString())!.IsDirect);
    }

    [Fact]
    public void A_direct_dependency_that_others_need_too_is_direct() => Assert.Equal("b", Names(Paths(Direct("a", "b"), Direct("b")), "b"));

    [Fact]
    public void What_nobody_is_known_to_ask_for_has_no_path()
    {
        var paths = Paths(Direct("a"), Other("b", "c"), Other("c"));
        Assert.Null(paths.To(Purl.Npm("c", "1").ToString()));
        Assert.Null(paths.To("pkg:npm/unheard@1"));
    }

    [Fact]
    public void Edges_to_what_is_not_there_lead_nowhere() => Assert.Null(Paths(Direct("a", "gone")).To("pkg:npm/gone@1"));

    [Fact]
    public void A_circle_ends() => Assert.Equal("a b c", Names(Paths(Direct("a", "b"), Other("b", "c"), Other("c", "a", "b", "c")), "c"));

    [Fact]
    public void A_path_is_never_longer_than_its_bound()
    {
        ImmutableArray<Component> chain = [Direct("n0", "n1"), .. Enumerable.Range(1, 50_000).Select(i => Other($"n{i}", $"n{i + 1}"))];
        var paths = new DependencyPaths(chain);
        Assert.Equal(DependencyPaths.Longest, paths.To($"pkg:npm/n{DependencyPaths.Longest - 1}@1")!.Purls.Length);
        Assert.Null(paths.To($"pkg:npm/n{DependencyPaths.Longest}@1"));
    }

    [Fact]
    public void The_order_of_components_does_not_show_and_every_step_is_an_edge() =>
        Gen.Int[0, 11].List[0, 4].Array[12].Select(Gen.Int[0, 11].HashSet[1, 3]).Sample((edges, roots) =>
        {
            ImmutableArray<Component> components = [.. edges.Select((to, i) => (roots.Contains(i) ? Direct($"n{i}") : Other($"n{i}")) with { DependsOn = [.. to.Distinct().Select(t => $"pkg:npm/n{t}@1").Order(StringComparer.Ordinal)] })];
            var paths = new DependencyPaths(components);
            var turned = new DependencyPaths([.. components.Reverse()]);
            foreach (var component in components)
            {
                var purl = component.Purl.ToString();
                var path = paths.To(purl)?.Purls;
                Assert.Equal(path, turned.To(purl)?.Purls);
                if (path is not { } steps) continue;
                Assert.Equal(purl, steps[^1]);
                foreach (var (from, to) in steps.Zip(steps.Skip(1)))
                    Assert.Contains(to, components.Single(c => c.Purl.ToString() == from).DependsOn);
            }
        });

    private static DependencyPaths Paths(params ImmutableArray<Component> components) => new(components);

    private static string Names(DependencyPaths paths, string name) =>
        string.Join(' ', paths.To($"pkg:npm/{name}@1")!.Purls.Select(purl => Purl.Parse(purl).Name));

    private static Component Direct(string name, params string[] needs) => Other(name, needs) with { Relation = Relation.Direct };

    private static Component Other(string name, params string[] needs) => new()
    {
        Purl = Purl.Npm(name, "1"),
        Ecosystem = "npm",
        Name = name,
        Version = "1",
        Relation = Relation.Transitive,
        DependsOn = [.. needs.Select(need => Purl.Npm(need, "1").ToString()).Order(StringComparer.Ordinal)],
    };
}
