using System.Collections.Immutable;
using ServerlessSec.Advisories;

namespace ServerlessSec.Reports;

/// <summary>How old one ecosystem's advisories are, in every format that is JSON.</summary>
internal sealed record AdvisoryAgeWire(string Ecosystem, string? Newest, string? Checked, int? AgeHours)
{
    public static ImmutableArray<AdvisoryAgeWire> Of(ImmutableArray<AdvisoryAge> ages) => [.. ages.Select(Of)];

    public static AdvisoryAgeWire Of(AdvisoryAge age) => new(Shown.Exact(age.Ecosystem), Instant(age.Newest), Instant(age.Checked), Hours(age));

    /// <summary>Whole hours, rounded down.</summary>
    public static int? Hours(AdvisoryAge age) => age.Age is { } span ? (int)Math.Min(span.TotalHours, int.MaxValue) : null;

    private static string? Instant(DateTimeOffset? instant) => instant is { } known ? Wire.Instant(known) : null;
}
