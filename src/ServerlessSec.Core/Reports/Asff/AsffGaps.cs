using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Findings;

namespace ServerlessSec.Reports.Asff;

/// <summary>Gaps as findings whose compliance is not available: who reads Security Hub alone still learns what was not seen.</summary>
internal static class AsffGaps
{
    private static readonly ImmutableArray<string> Types = ["Software and Configuration Checks/Assessment Gap"];

    public static IEnumerable<AsffFinding> Encode(ScanReport report, AsffContext context, AsffResources resources) =>
        ReportOrder.Of(report.SharedGaps).Select(gap => Encode(gap, null, context, resources))
            .Concat(ReportOrder.Of(report.Functions)
                .SelectMany(function => ReportOrder.Of(function.Gaps).Select(gap => Encode(gap, function.Name, context, resources))));

    private static AsffFinding Encode(Gap gap, string? function, AsffContext context, AsffResources resources)
    {
        var fingerprint = Fingerprint.Of("gap/" + Wire.Name(gap.Kind), function ?? "", Place(gap));
        var severity = AsffReport.Severity(Severity.Informational);
        return new()
        {
            Id = $"{resources.Owner(function)}/gap/{fingerprint}",
            ProductArn = context.ProductArn,
            GeneratorId = $"{Tool.Name}/gap/{Wire.Name(gap.Kind)}",
            AwsAccountId = context.Account,
            Region = context.Region,
            Types = Types,
            CreatedAt = Wire.Instant(context.CreatedAt),
            UpdatedAt = Wire.Instant(context.UpdatedAt),
            Severity = severity,
            Title = AsffLimit.Required($"Not assessed: {gap.Reason}", AsffLimit.Title),
            Description = AsffLimit.Required(gap.Message, AsffLimit.Description, "A part was not assessed."),
            ProductFields = Fields(gap, fingerprint),
            Resources = [function is null ? resources.Application : resources.Function(function)],
            Compliance = new(
                "NOT_AVAILABLE",
                [new("GAP_" + gap.Kind.ToString().ToUpperInvariant(), AsffLimit.Required(gap.Reason, AsffLimit.Other))]),
            RecordState = "ACTIVE",
            FindingProviderFields = new(severity, Types),
        };
    }

    /// <summary>What is covered and why, but not the message: it may count or quote.</summary>
    private static string Place(Gap gap) => string.Join('\u001e',
        ((int)gap.Scope.Evidence).ToString(CultureInfo.InvariantCulture),
        gap.Scope.Layer, gap.Scope.Path, gap.Scope.Ecosystem, gap.Scope.Cataloger, gap.Scope.Rule, gap.Reason);

    private static ImmutableSortedDictionary<string, string> Fields(Gap gap, string fingerprint) => AsffFields.Of(
    [
        ("Gap", Wire.Name(gap.Kind)),
        ("Fingerprint", fingerprint),
        ("Evidence", string.Join(' ', ReportOrder.Of(gap.Scope.Evidence).Select(Wire.Name))),
        ("Layer", gap.Scope.Layer),
        ("Path", gap.Scope.Path),
        ("Ecosystem", gap.Scope.Ecosystem),
        ("Cataloger", gap.Scope.Cataloger),
        ("Rule", gap.Scope.Rule),
    ]);
}
