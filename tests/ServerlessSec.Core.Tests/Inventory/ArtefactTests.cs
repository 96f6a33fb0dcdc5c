namespace ServerlessSec.Inventory;

public class ArtefactTests
{
    public static TheoryData<string> Names => [.. Artefact.All];

    public static TheoryData<string> Ecosystems => [.. Artefact.All.Select(EcosystemOf).Distinct()];

    [Theory, MemberData(nameof(Names))]
    public void Tells_exactly_what_the_tool_itself_lists(string name)
    {
        var label = Artefact.Label(name);

        var inventory = Artefact.Read(name);

        Assert.Equal(label.Components.Select(Line).Order(StringComparer.Ordinal), inventory.Components.Select(component => Line(component, label)).Order(StringComparer.Ordinal));
        // Of most artefacts only what catalogers read is kept, so that there is no code beside it.
        Assert.Empty(inventory.Gaps.Where(static gap => gap.Reason != PackageInventory.NoCode));
    }

    [Theory, MemberData(nameof(Ecosystems))]
    public void An_ecosystem_has_three_artefacts_at_least(string ecosystem)
    {
        var names = Artefact.All.Where(name => EcosystemOf(name) == ecosystem).ToArray();

        Assert.True(names.Length >= 3, string.Join(' ', names));
        Assert.All(names.Select(Artefact.Label), label => Assert.All([label.Tool, label.Made, label.Listed], text => Assert.NotEqual("", text)));
    }

    private static string EcosystemOf(string name) => name.Split('/')[0];

    private static string Line(ArtefactComponent it) => $"{it.Purl} {it.Name} {it.Version} {it.Source}";

    private static string Line(Component it, Artefact label)
    {
        // A package that is its own source need not say so.
        var source = it.Source is { } own ? $"{own.Name} {own.Version}" : $"{it.Name} {it.Version}";
        return $"{it.Purl} {it.Name} {it.Version} {(label.Components.Any(one => one.Source is not null) ? source : "")}";
    }
}
