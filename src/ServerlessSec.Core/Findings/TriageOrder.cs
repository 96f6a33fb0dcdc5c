using ServerlessSec.Snapshots;

namespace ServerlessSec.Findings;

/// <summary>What a person should do first: new before known before waived, then as <see cref="FindingOrder"/> says.</summary>
public sealed class TriageOrder : IComparer<TriagedFinding>
{
    public static TriageOrder Instance { get; } = new();

    public int Compare(TriagedFinding? x, TriagedFinding? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var order = x.State.CompareTo(y.State);
        return order != 0 ? order : FindingOrder.Instance.Compare(x.Finding, y.Finding);
    }
}

/// <summary>Grave before light, attacked before attackable, open doors before loose screws; then by name, so that the
/// order is total.</summary>
public sealed class FindingOrder : IComparer<Finding>
{
    public static FindingOrder Instance { get; } = new();

    public int Compare(Finding? x, Finding? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var order = y.Severity.CompareTo(x.Severity);
        if (order == 0) order = Threat(x).CompareTo(Threat(y));
        if (order == 0) order = Nearness(x.Rule.Id).CompareTo(Nearness(y.Rule.Id));
        if (order == 0) order = Compare(x.Subject, y.Subject);
        if (order == 0) order = string.CompareOrdinal(x.Rule.Id, y.Rule.Id);
        if (order == 0) order = string.CompareOrdinal(x.Place, y.Place);
        if (order == 0) order = LocationOrder.Instance.Compare(x.Location, y.Location);
        if (order == 0) order = string.CompareOrdinal(x.Message, y.Message);
        if (order == 0) order = string.CompareOrdinal(x.Fix, y.Fix);
        if (order == 0) order = string.CompareOrdinal(x.Advisory?.Purl, y.Advisory?.Purl);
        return order != 0 ? order : string.CompareOrdinal(x.Role, y.Role);
    }

    private static int Threat(Finding finding) => finding.Advisory switch
    {
        { Malicious: true } => 0,
        { KnownExploited: true } => 1,
        _ => 2,
    };

    /// <summary>How near a stranger already is, by the rule's category: the thousands of its id.</summary>
    private static int Nearness(string rule) => rule is [_, _, _, var category, ..]
        ? category switch
        {
            '1' => 0, // exposure
            '4' => 1, // secrets
            '2' => 2, // permissions
            '5' => 3, // code
            '6' => 4, // dependencies
            '7' => 5, // cost
            _ => 6, // configuration
        }
        : 7;

    private static int Compare(Subject x, Subject y)
    {
        for (var i = 0; i < Math.Min(x.Functions.Length, y.Functions.Length); i++)
        {
            var order = string.CompareOrdinal(x.Functions[i], y.Functions[i]);
            if (order != 0) return order;
        }

        var length = x.Functions.Length.CompareTo(y.Functions.Length);
        return length != 0 ? length : string.CompareOrdinal(x.Id, y.Id);
    }
}

internal sealed class LocationOrder : IComparer<SourceLocation?>
{
    public static LocationOrder Instance { get; } = new();

    public int Compare(SourceLocation? x, SourceLocation? y)
    {
        if (x is null || y is null) return (x is null ? 1 : 0) - (y is null ? 1 : 0);
        var order = string.CompareOrdinal(x.File, y.File);
        if (order == 0) order = x.Line.CompareTo(y.Line);
        if (order == 0) order = x.Column.CompareTo(y.Column);
        return order != 0 ? order : string.CompareOrdinal(x.Property, y.Property);
    }
}
