using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

/// <summary>Decides which findings a waiver is about; whether it still holds is another question.</summary>
public sealed class WaiverMatcher(Waiver waiver)
{
    private readonly Pattern function = new(waiver.Function);

    // A person copies places from a report, where holes are shown as ${Name}.
    private readonly Pattern place = new(Text.Show(waiver.Place));

    public Waiver Waiver => waiver;

    public bool Matches(Finding finding) =>
        finding.Rule.Id == waiver.Rule
        && (waiver.Resource is { } resource ? StandsIn(finding, resource) : IsAbout(finding.Subject))
        && place.Matches(Text.Show(finding.Place));

    private bool IsAbout(Subject subject) => function.Matches(subject.Id) || subject.Functions.Any(function.Matches);

    private bool StandsIn(Finding finding, string resource)
    {
        var place = TemplateResource.Of(finding.Location);
        // Another template may have a resource of the same name.
        if (place is not null && waiver.Location?.File is { } file && finding.Location?.File != file) return false;
        return place == resource || finding.Subject.Id == resource || finding.Subject.Functions.Contains(resource);
    }
}

/// <summary>The resource of a template that a property path lies in.</summary>
internal static class TemplateResource
{
    private const string Prefix = "Resources.";

    public static string? Of(SourceLocation? location)
    {
        if (location?.Property is not { } path || !path.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var end = path.IndexOf('.', Prefix.Length);
        return end < 0 ? path[Prefix.Length..] : path[Prefix.Length..end];
    }
}
