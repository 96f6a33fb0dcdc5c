using System.Text.RegularExpressions;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Facts.Graph;

/// <summary>Finds one key for every way in which a template or account writes the same resource.</summary>
internal sealed partial class ResourceNames
{
    private readonly Dictionary<string, ResourceSnapshot> byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ArnText> arns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> labels = new(StringComparer.Ordinal);

    public ResourceNames(ApplicationFacts application)
    {
        foreach (var resource in application.Resources)
        {
            byId.TryAdd(resource.Id, resource);
            labels.TryAdd(KeyOf(resource.Arn), resource.Id);
        }
    }

    [GeneratedRegex(@"(⟨[^⟩.]*)\.[^⟩]*⟩", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Attribute { get; }

    /// <summary>Holes name the resource, not the attribute of it that was asked for.</summary>
    public static string Canonical(string key) => key.Contains('.', StringComparison.Ordinal) ? Attribute.Replace(key, "$1⟩") : key;

    /// <summary>The key of an ARN, of a resource's id, or of a hole that stands for either.</summary>
    public string KeyOf(string text)
    {
        if (ArnText.Read(text) is null && Owner(text) is { } resource && resource.Arn != text) return KeyOf(resource.Arn);
        var key = Canonical(ArnText.Key(text));
        if (ArnText.Read(text) is { } arn) arns.TryAdd(key, arn with { Resource = Canonical(arn.Resource) });
        return key;
    }

    /// <summary>The first ARN by which a key was met.</summary>
    public ArnText Arn(string key) => arns.TryGetValue(key, out var arn) ? arn : Unmet(key);

    public string LabelOf(string key)
    {
        if (labels.TryGetValue(key, out var id)) return id;
        var name = Arn(key).Name;
        return Text.Show(name[(name.LastIndexOfAny(['/', ':']) + 1)..] is { Length: > 0 } last ? last : name);
    }

    private ResourceSnapshot? Owner(string text)
    {
        var id = text.Length > 2 && text[0] == Text.Open && text.IndexOf(Text.Close, StringComparison.Ordinal) == text.Length - 1
            ? text[1..^1]
            : text;
        return byId.GetValueOrDefault(id.Split('.')[0]);
    }

    private static ArnText Unmet(string key)
    {
        var parts = ArnText.Split(key, ':', 2);
        return parts.Length == 2 ? new(parts[0], "", "", parts[1]) : new("", "", "", key);
    }
}
