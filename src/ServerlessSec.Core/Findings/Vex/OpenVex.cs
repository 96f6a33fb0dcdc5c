using System.Collections.Immutable;
using ServerlessSec.Inventory;

namespace ServerlessSec.Findings.Vex;

/// <summary>An OpenVEX document; products and vulnerabilities may be plain texts, as before 0.2.0.</summary>
internal static class OpenVex
{
    private static readonly ImmutableArray<string> Justifications =
    [
        "component_not_present", "vulnerable_code_not_present", "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary", "inline_mitigations_already_exist",
    ];

    public static ImmutableArray<VexStatement> Read(VexNode root)
    {
        var author = root.NeedText("author");
        var time = root.Time("timestamp");
        if (root.Member("statements") is not { } statements) throw root.Wrong("there is no list 'statements'");
        return [.. statements.AsItems().Select((statement, i) => Read(statement, i + 1, author, time))];
    }

    private static VexStatement Read(VexNode node, int ordinal, string author, DateTimeOffset? time)
    {
        var word = node.NeedText("status");
        var status = word switch
        {
            "not_affected" => VexStatus.NotAffected,
            "fixed" => VexStatus.Fixed,
            "affected" => VexStatus.Affected,
            "under_investigation" => VexStatus.UnderInvestigation,
            _ => throw node.Wrong($"'{word}' is no status; known are 'not_affected', 'affected', 'fixed' and 'under_investigation'"),
        };
        var justification = node.Text("justification");
        if (justification is not null && !Justifications.Contains(justification))
            throw node.Wrong($"'{justification}' is no justification; known are '{string.Join("', '", Justifications)}'");
        var impact = node.Text("impact_statement");
        if (status == VexStatus.NotAffected && justification is null && impact is null)
            throw node.Wrong("'not_affected' needs a 'justification' or an 'impact_statement'");
        var parts = node.Items("subcomponents").Select(part => Product(part, [])).ToImmutableArray();
        ImmutableArray<VexProduct> products = [.. node.Items("products").Select(product => Product(product, parts))];
        return new()
        {
            Vulnerabilities = Vulnerabilities(node),
            Status = status,
            Word = word,
            Justification = status == VexStatus.NotAffected ? justification : null,
            Detail = impact ?? node.Text("status_notes") ?? node.Text("action_statement"),
            Author = author,
            Time = node.Time("last_updated") ?? node.Time("timestamp") ?? time,
            Products = products.IsEmpty ? throw node.Wrong("there is no product in 'products'") : products,
            Ordinal = ordinal,
            Location = new(node.File, 0, 0, node.Path),
        };
    }

    private static ImmutableArray<string> Vulnerabilities(VexNode statement)
    {
        if (statement.Member("vulnerability") is not { } node) throw statement.Wrong("there is no 'vulnerability'");
        if (!node.IsObject) return [node.AsText() is { Length: > 0 } text ? text : throw node.Wrong("the vulnerability has no name")];
        var id = node.Text("@id");
        // The id is often an address that ends in the name.
        ImmutableArray<string> named = id is null ? [] : [id, id[(id.LastIndexOf('/') + 1)..]];
        ImmutableArray<string> all = [.. new[] { node.Text("name") }.Concat(named.Reverse()).Concat(node.Items("aliases").Select(alias => alias.AsText()))
            .OfType<string>().Where(name => name.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase)];
        return all.IsEmpty ? throw node.Wrong("the vulnerability has no name") : all;
    }

    private static VexProduct Product(VexNode node, ImmutableArray<VexProduct> parts)
    {
        if (!node.IsObject) return Of([node.AsText()], parts);
        var identifiers = node.Member("identifiers");
        ImmutableArray<VexProduct> own = [.. node.Items("subcomponents").Select(part => Product(part, []))];
        return Of([node.Text("@id"), identifiers?.Text("purl")], own.IsEmpty ? parts : own);
    }

    private static VexProduct Of(ReadOnlySpan<string?> ids, ImmutableArray<VexProduct> parts)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var purls = ImmutableArray.CreateBuilder<Purl>();
        foreach (var id in ids)
        {
            if (string.IsNullOrEmpty(id)) continue;
            if (VexIds.Purl(id) is { } purl) purls.Add(purl);
            else names.Add(id);
        }

        return new() { Names = names.ToImmutable(), Purls = purls.ToImmutable(), Parts = parts };
    }
}

/// <summary>Ids as they stand in VEX documents.</summary>
internal static class VexIds
{
    /// <summary>Null for what is no package URL.</summary>
    public static Purl? Purl(string text)
    {
        if (!text.StartsWith("pkg:", StringComparison.OrdinalIgnoreCase)) return null;
        try
        {
            return Inventory.Purl.Parse(text);
        }
        catch (FormatException)
        {
            // Names nothing that we know; the statement then matches nothing, and that is told.
            return null;
        }
    }
}
