using System.Collections.Immutable;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports.Sarif;

/// <summary>Finds for each finding and gap the file to show; code scanning wants one for every result.</summary>
internal sealed class SarifPlaces(ScanReport report)
{
    private readonly ILookup<string, SourceLocation> functions = report.Functions
        .Where(function => function.Location is not null)
        .ToLookup(function => function.Name, function => function.Location!, StringComparer.Ordinal);

    public LocationWire Of(Finding finding)
    {
        var near = finding.Location?.File is not null
            ? finding.Location
            : finding.Subject.Functions.SelectMany(name => functions[name]).FirstOrDefault();
        return new()
        {
            PhysicalLocation = Physical(near),
            LogicalLocations =
            [
                .. finding.Subject.Functions.Select(name => Logical(name, Shown.Line(name), "function")),
                .. Joint(finding),
                .. Property(finding.Location),
            ],
        };
    }

    public LocationWire? Of(FunctionReport? function, string? path)
    {
        ImmutableArray<LogicalWire> logical =
        [
            .. Functions(function),
            .. path is { Length: > 0 } ? [Logical(path, path, "member")] : Array.Empty<LogicalWire>(),
        ];
        return logical.IsEmpty && function?.Location is null
            ? null
            : new() { PhysicalLocation = Physical(function?.Location), LogicalLocations = logical.IsEmpty ? null : logical };
    }

    public LocationWire Of(SourceLocation location) => new() { PhysicalLocation = Physical(location) };

    private static IEnumerable<LogicalWire> Functions(FunctionReport? function) =>
        function is null ? [] : [Logical(function.Name, function.Name, "function")];

    private static IEnumerable<LogicalWire> Joint(Finding finding) =>
        finding.Subject.Functions.Contains(finding.Subject.Id) ? [] : [Logical(finding.Subject.Id, finding.Subject.Id, "resource")];

    private static IEnumerable<LogicalWire> Property(SourceLocation? location) =>
        location?.Property is { Length: > 0 } path ? [Logical(path[(path.LastIndexOf('.') + 1)..], path, "member")] : [];

    private static LogicalWire Logical(string name, string path, string kind) => new(Shown.Line(name), Shown.Line(path), kind);

    private PhysicalWire? Physical(SourceLocation? location)
    {
        if ((location?.File ?? report.Target) is not { Length: > 0 } file || file.StartsWith("arn:", StringComparison.Ordinal)) return null;
        var region = location is { File: not null, Line: > 0 }
            ? new RegionWire(location.Line, location.Column > 0 ? location.Column : null)
            : null;
        return new(new(Uri(Shown.Exact(file))), region);
    }

    /// <summary>A path as a URI reference (RFC 3986): relative stays relative, whatever is no plain character is escaped.</summary>
    private static string Uri(string path)
    {
        var slashed = path.Replace('\\', '/');
        while (slashed.StartsWith("./", StringComparison.Ordinal)) slashed = slashed[2..];
        var escaped = string.Join('/', slashed.Split('/').Select(System.Uri.EscapeDataString));
        if (escaped.Length == 0) return "./";
        if (escaped.StartsWith('/')) return $"file:///{escaped.TrimStart('/')}";
        return slashed is [>= 'A' and <= 'Z' or >= 'a' and <= 'z', ':', '/', ..] ? $"file:///{slashed[0]}:{escaped[4..]}" : escaped;
    }
}
