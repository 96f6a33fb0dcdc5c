using System.Collections.Immutable;

namespace ServerlessSec.Templates;

/// <summary>Collects what could not be read, each thing once.</summary>
internal sealed class GapList
{
    private readonly List<Gap> gaps = [];
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    public ImmutableArray<Gap> Gaps => [.. gaps];

    public bool Has(string reason, string path) => gaps.Exists(gap => gap.Reason == reason && gap.Scope.Path == path);

    public void Add(GapKind kind, Evidence evidence, string? path, string reason, string message)
    {
        if (seen.Add(message)) gaps.Add(new(kind, new GapScope { Evidence = evidence, Path = path }, reason, message));
    }

    public void Unresolved(string? path, string reason, string message) =>
        Add(
            GapKind.Unresolved,
            Evidence.Configuration | Evidence.ResourcePolicy | Evidence.ExecutionRole | Evidence.Triggers | Evidence.Logs,
            path,
            reason,
            message);
}
