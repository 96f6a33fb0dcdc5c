using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Sam;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates;

/// <summary>A template taken in: which resources it has under its conditions, and their resolved properties.</summary>
internal sealed class Template
{
    private readonly Dictionary<string, TemplateResource> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TemplateResource> byRef = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TemplateResource> byArn = new(StringComparer.Ordinal);

    private Template(string file, Mapping root, TemplateOptions options)
    {
        (File, Root) = (file, root);
        Budget = new(options.Limits.Steps, $"'{file}'");
        Resolver = new(root, byId, options, Gaps, Budget);
    }

    public string File { get; }

    public Mapping Root { get; }

    public StepBudget Budget { get; }

    public GapList Gaps { get; } = new();

    public Resolver Resolver { get; }

    public List<TemplateResource> Resources { get; } = [];

    public ResourceNames Names => Resolver.Names;

    public static Template Load(string file, string text, TemplateOptions options)
    {
        var tree = TemplateText.Parse(text, options.Limits, file);
        if (tree.Root is not Mapping root)
        {
            throw new FormatException(tree.Root is null or Scalar { Kind: ScalarKind.Null }
                ? $"'{file}' is empty"
                : $"'{file}' is no template: not a mapping");
        }

        if (root["Resources"] is not Mapping resources) throw new FormatException($"'{file}' is no template: it has no Resources");
        var template = new Template(file, root, options);
        TemplateTransforms.Report(root, template.Gaps);
        template.Declare(resources);
        template.ReportDuplicates(tree.Duplicates, resources);
        if (tree.NextDocument is { } line)
        {
            template.Gaps.Add(
                GapKind.Unread,
                Collected.All,
                null,
                "second document",
                $"'{file}' holds a second document from line {line} on, which was not read.");
        }

        SamGenerated.Declare(template);
        foreach (var resource in template.Resources) template.Resolve(resource);
        ReferenceRings.Report(template.Resolver.Uses, template.Gaps);
        return template;
    }

    public TemplateResource? ById(string? id) => id is null ? null : byId.GetValueOrDefault(id);

    /// <summary>The resource that <c>Ref</c> gives this text for; of the given type prefix where several share a name.</summary>
    public TemplateResource? ByRef(string? text) => text is null ? null : byRef.GetValueOrDefault(text);

    public TemplateResource? ByArn(string? arn) => arn is null ? null : byArn.GetValueOrDefault(arn);

    public IEnumerable<TemplateResource> OfType(params string[] types) => Resources.Where(resource => types.Contains(resource.Type));

    /// <summary>A part of a resource beside its properties, resolved.</summary>
    public Item Part(TemplateResource resource, string key)
    {
        Resolver.Owner = null;
        return resource.Body.TryFind(key, out var entry)
            ? Item.Root(File, $"Resources.{resource.Id}.{key}", Resolver.Resolve(entry.Value), entry.Line, entry.Column)
            : Item.Root(File, $"Resources.{resource.Id}.{key}", null, resource.Location.Line, resource.Location.Column);
    }

    /// <summary>A section of Globals as properties of an API that SAM makes by itself.</summary>
    public Item Globals(string section) =>
        Item.Root(File, $"Globals.{section}", Resolver.Resolve((Root["Globals"] as Mapping)?[section]), 0, 0);

    private void Declare(Mapping resources)
    {
        var globals = Root["Globals"] as Mapping;
        foreach (var entry in resources.Entries)
        {
            if (Intrinsic.IsName(entry.Key)) Resolver.Inserted(entry);
            else if (entry.Value is not Mapping body || body["Type"] is not Scalar { Text.Length: > 0 } type) Malformed(entry);
            else Declare(entry, body, type.Text, globals);
        }
    }

    private void Declare(Entry entry, Mapping body, string type, Mapping? globals)
    {
        if (body[Intrinsic.Condition] is Scalar condition)
        {
            var truth = Resolver.Conditions.IsTrue(condition.Text);
            if (truth == false) return;
            if (truth is null)
            {
                Gaps.Unresolved(
                    $"Resources.{entry.Key}",
                    "unknown condition",
                    $"Whether '{entry.Key}' is deployed depends on condition '{condition.Text}', which is not "
                        + "known; it is judged as if it were.");
            }
        }

        var own = body["Properties"] as Mapping;
        var properties = SamGlobals.Merge(globals, type, own, body["IgnoreGlobals"]);
        var resource = new TemplateResource(
            entry.Key,
            type,
            body,
            properties,
            new(File, entry.Line, entry.Column, $"Resources.{entry.Key}"));
        byId[entry.Key] = resource;
        Resources.Add(resource);
    }

    private void Malformed(Entry entry) => Gaps.Add(
        GapKind.Unread,
        Evidence.None,
        $"Resources.{entry.Key}",
        "malformed resource",
        $"'{entry.Key}' (line {entry.Line}) has no Type and was not read.");

    private void Resolve(TemplateResource resource)
    {
        Resolver.Owner = resource.Id;
        var at = resource.Body.TryFind("Properties", out var entry)
            ? (entry.Line, entry.Column)
            : (resource.Location.Line, resource.Location.Column);
        resource.Properties = Item.Root(File, $"Resources.{resource.Id}.Properties", Resolved(resource), at.Item1, at.Item2);
        Resolver.Owner = null;
        var names = Names.Of(resource);
        byRef.TryAdd(names.Ref, resource);
        byArn.TryAdd(names.Arn, resource);
    }

    private Mapping? Resolved(TemplateResource resource)
    {
        if (!resource.IsSam || resource.RawProperties is not { } raw) return Resolver.Resolve(resource.RawProperties) as Mapping;
        var entries = new List<Entry>(raw.Entries.Count);
        foreach (var entry in raw.Entries)
        {
            // SAM makes resources of their own out of these, so what they name is no reference of the function itself.
            Resolver.Owner = entry.Key is "Events" or "DeploymentPreference" ? null : resource.Id;
            if (entry.Key.StartsWith("Fn::", StringComparison.Ordinal)) Resolver.Inserted(entry);
            else if (Resolver.Resolve(entry.Value) is { } value) entries.Add(entry with { Value = value });
        }

        return new(entries, raw.Line, raw.Column);
    }

    private void ReportDuplicates(IReadOnlyList<Entry> duplicates, Mapping resources)
    {
        foreach (var entry in duplicates)
        {
            var isResource = resources.TryFind(entry.Key, out var found) && ReferenceEquals(found.Value, entry.Value);
            Gaps.Add(GapKind.Unread, Evidence.None, isResource ? $"Resources.{entry.Key}" : null, "duplicate key", isResource
                ? $"Logical id '{entry.Key}' is given more than once (line {entry.Line}); only the last of them is read."
                : $"Key '{entry.Key}' is given twice in one mapping (line {entry.Line}); only the last value is read.");
        }
    }
}
