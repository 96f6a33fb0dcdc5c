using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports.Sarif;

/// <summary>What was not seen, as errors of the tool's run; what a person should know, as notes.</summary>
internal static class SarifNotifications
{
    private const string LeftOut = "report/limit";

    public static ImmutableArray<DescriptorWire> Descriptors { get; } =
    [
        .. Enum.GetValues<GapKind>().Select(kind => Descriptor(Id(kind), Words(kind))),
        .. Enum.GetValues<NoteKind>().Select(kind => Descriptor(Id(kind), Words(kind))),
        Descriptor(LeftOut, "The report could not take every finding."),
    ];

    public static ImmutableArray<NotificationWire> Of(ScanReport report, SarifPlaces places) =>
    [
        .. ReportOrder.Of(report.SharedGaps).Select(gap => Map(gap, null, places)),
        .. ReportOrder.Of(report.Functions).SelectMany(function => ReportOrder.Of(function.Gaps).Select(gap => Map(gap, function, places))),
        .. Omitted(report.Findings.Length - SarifReport.MostResults),
        .. ReportOrder.Of(report.Notes).Select(note => Map(note, places)),
    ];

    private static NotificationWire Map(Gap gap, FunctionReport? function, SarifPlaces places) => new()
    {
        Descriptor = new(Id(gap.Kind), (int)gap.Kind),
        Level = "error",
        Message = new(SarifReport.Plain(gap.Message)),
        AssociatedRule = gap.Scope.Rule is { } rule ? new(rule) : null,
        Locations = places.Of(function, gap.Scope.Path) is { } place ? [place] : null,
        Properties = new()
        {
            Reason = Shown.Exact(gap.Reason),
            Evidence = [.. ReportOrder.Of(gap.Scope.Evidence).Select(Wire.Name)],
            Layer = Shown.Exact(gap.Scope.Layer),
            Path = Shown.Exact(gap.Scope.Path),
            Ecosystem = Shown.Exact(gap.Scope.Ecosystem),
            Cataloger = Shown.Exact(gap.Scope.Cataloger),
        },
    };

    private static NotificationWire Map(Note note, SarifPlaces places) => new()
    {
        Descriptor = new(Id(note.Kind)),
        Level = note.Kind == NoteKind.ExpiredWaiver ? "warning" : "note",
        Message = new(SarifReport.Plain(note.Message)),
        Locations = note.Location is { } location ? [places.Of(location)] : null,
    };

    private static IEnumerable<NotificationWire> Omitted(int count) => count <= 0
        ? []
        :
        [
            new()
            {
                Descriptor = new(LeftOut),
                Level = "error",
                Message = new(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count} findings, the least urgent, are left out: code scanning takes {SarifReport.MostResults} of one run.")),
            },
        ];

    private static DescriptorWire Descriptor(string id, string text) => new() { Id = id, ShortDescription = new(text) };

    private static string Id(GapKind kind) => $"gap/{Wire.Name(kind)}";

    private static string Id(NoteKind kind) => $"note/{Wire.Name(kind)}";

    private static string Words(NoteKind kind) => kind switch
    {
        NoteKind.ExpiredWaiver => "A waiver has expired.",
        NoteKind.UnusedWaiver => "A waiver matches no finding.",
        NoteKind.PartOnly => "The scan was asked to look at a part only.",
        NoteKind.Advisories => "Scores or marks of advisories were not at hand, or are old.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static string Words(GapKind kind) => kind switch
    {
        GapKind.Missing => "Evidence could not be collected.",
        GapKind.Unread => "Input could not be read.",
        GapKind.Limit => "A limit was reached.",
        GapKind.Unresolved => "A value is only known at deployment.",
        GapKind.Advisories => "The advisories are reduced, old, or absent.",
        GapKind.Fault => "A part of the scanner failed.",
        GapKind.Stopped => "The scan was stopped before it was done.",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
