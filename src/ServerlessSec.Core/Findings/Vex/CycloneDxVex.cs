using System.Collections.Immutable;

namespace ServerlessSec.Findings.Vex;

/// <summary>
/// The <c>vulnerabilities</c> of a CycloneDX document. One without an <c>analysis</c>, as a VDR has them, says nothing that counts
/// here, but for versions that it lists as unaffected.
/// </summary>
internal static class CycloneDxVex
{
    private static readonly ImmutableArray<string> Justifications =
    [
        "code_not_present", "code_not_reachable", "requires_configuration", "requires_dependency", "requires_environment",
        "protected_by_compiler", "protected_at_runtime", "protected_at_perimeter", "protected_by_mitigating_control",
    ];

    private static readonly ImmutableArray<string> Versions = ["1.4", "1.5", "1.6", "1.7"];

    /// <param name="Status">Of the product's versions, as the document has it: <c>affected</c>, <c>unaffected</c> or <c>unknown</c>.</param>
    private readonly record struct Entry(VexProduct Product, string Status);

    public static ImmutableArray<VexStatement> Read(VexNode root)
    {
        var version = root.NeedText("specVersion");
        if (!Versions.Contains(version)) throw root.Wrong($"CycloneDX {version} is not read here; known are {string.Join(", ", Versions)}");
        var components = Components(root);
        var author = Author(root);
        var time = root.Member("metadata")?.Time("timestamp");
        return [.. root.Items("vulnerabilities").SelectMany((node, i) => Read(node, i + 1, components, author, time))];
    }

    private static IEnumerable<VexStatement> Read(
        VexNode node, int ordinal, Dictionary<string, VexProduct> components, string author, DateTimeOffset? time)
    {
        var analysis = node.Member("analysis");
        var state = analysis?.Text("state");
        var justification = analysis?.Text("justification");
        if (justification is not null && !Justifications.Contains(justification))
            throw analysis!.Value.Wrong($"'{justification}' is no justification; known are '{string.Join("', '", Justifications)}'");
        var status = state is null ? (VexStatus?)null : Status(analysis!.Value, state);
        ImmutableArray<string> names = [.. Names(node)];
        var entries = node.Items("affects").SelectMany(affected => Entries(affected, components)).ToLookup(entry => entry.Status, entry => entry.Product);
        if (names.IsEmpty) throw node.Wrong("the vulnerability has no 'id'");
        var statement = new VexStatement
        {
            Vulnerabilities = names,
            Status = VexStatus.Affected,
            Word = "",
            Detail = analysis?.Text("detail"),
            Author = author,
            Time = analysis?.Time("lastUpdated") ?? analysis?.Time("firstIssued") ?? node.Time("updated") ?? time,
            Products = [],
            Ordinal = ordinal,
            Location = new(node.File, 0, 0, node.Path),
        };
        if (status is { } known && entries["affected"].Any())
        {
            yield return statement with
            {
                Status = known,
                Word = state!,
                Justification = known == VexStatus.NotAffected ? justification : null,
                Products = [.. entries["affected"]],
            };
        }

        if (entries["unaffected"].Any())
            yield return statement with { Status = VexStatus.NotAffected, Word = "unaffected", Products = [.. entries["unaffected"]] };
        if (entries["unknown"].Any())
            yield return statement with { Status = VexStatus.UnderInvestigation, Word = "unknown", Products = [.. entries["unknown"]] };
    }

    private static VexStatus Status(VexNode analysis, string state) => state switch
    {
        "not_affected" or "false_positive" => VexStatus.NotAffected,
        "resolved" or "resolved_with_pedigree" => VexStatus.Fixed,
        "exploitable" => VexStatus.Affected,
        "in_triage" => VexStatus.UnderInvestigation,
        _ => throw analysis.Wrong(
            $"'{state}' is no state; known are 'resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive' and 'not_affected'"),
    };

    private static IEnumerable<string> Names(VexNode node) => new[] { node.Text("id") }
        .Concat(node.Items("references").Select(reference => reference.Text("id")))
        .OfType<string>()
        .Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>One for each status that the versions of an affected component have.</summary>
    private static IEnumerable<Entry> Entries(VexNode affected, Dictionary<string, VexProduct> components)
    {
        var product = Product(affected.NeedText("ref"), components);
        var versions = affected.Items("versions").ToLookup(entry => entry.Text("status") ?? "affected", Version);
        if (versions.Count == 0) yield return new(product, "affected");
        foreach (var group in versions)
        {
            if (group.Key is not ("affected" or "unaffected" or "unknown"))
                throw affected.Wrong($"'{group.Key}' is no status of a version; known are 'affected', 'unaffected' and 'unknown'");
            yield return new(product with { Versions = [.. group] }, group.Key);
        }
    }

    private static VexVersions Version(VexNode entry)
    {
        if (entry.Text("version") is { } version) return VexVersions.One(version);
        var range = entry.Text("range") ?? throw entry.Wrong("neither 'version' nor 'range' is there");
        try
        {
            return VexVersions.Range(range);
        }
        catch (FormatException e)
        {
            throw entry.Wrong(e.Message);
        }
    }

    /// <summary>A component of the document, or of another by its BOM-Link (<c>urn:cdx:serial/version#ref</c>).</summary>
    private static VexProduct Product(string reference, Dictionary<string, VexProduct> components)
    {
        if (components.TryGetValue(reference, out var known)) return known;
        var cut = reference.IndexOf('#', StringComparison.Ordinal);
        var name = reference.StartsWith("urn:cdx:", StringComparison.OrdinalIgnoreCase) && cut > 0
            ? Uri.UnescapeDataString(reference[(cut + 1)..])
            : reference;
        if (components.TryGetValue(name, out known)) return known;
        return VexIds.Purl(name) is { } purl ? new() { Purls = [purl] } : new() { Names = [name] };
    }

    /// <summary>By reference, those within others included.</summary>
    private static Dictionary<string, VexProduct> Components(VexNode root)
    {
        Dictionary<string, VexProduct> known = new(StringComparer.Ordinal);
        Stack<VexNode> open = new(root.Items("components").Concat(root.Items("services")));
        if (root.Member("metadata")?.Member("component") is { } own) open.Push(own);
        while (open.TryPop(out var node))
        {
            foreach (var part in node.Items("components")) open.Push(part);
            if (node.Text("bom-ref") is { } reference) known.TryAdd(reference, Component(node));
        }

        return known;
    }

    private static VexProduct Component(VexNode node)
    {
        if (node.Text("purl") is { } text && VexIds.Purl(text) is { } purl) return new() { Purls = [purl] };
        return new() { Names = node.Text("name") is { } name ? [name] : [] };
    }

    private static string Author(VexNode root)
    {
        var metadata = root.Member("metadata");
        var named = metadata?.Items("authors").Select(author => author.Text("name") ?? author.Text("email")).FirstOrDefault(name => name is not null)
            ?? metadata?.Member("manufacturer")?.Text("name")
            ?? metadata?.Member("supplier")?.Text("name")
            ?? metadata?.Member("component")?.Member("supplier")?.Text("name");
        return named ?? "an unnamed author";
    }
}
