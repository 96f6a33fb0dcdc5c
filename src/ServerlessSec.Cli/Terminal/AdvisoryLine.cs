using System.Globalization;
using ServerlessSec.Advisories;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Which advisories were used, and how old they are, in one sentence.</summary>
internal static class AdvisoryLine
{
    public static string Of(AdvisorySet set, DateOnly today)
    {
        var kind = set.IsBuiltin ? "the built-in set" : "";
        if (set.Newest is not { } newest) return kind.Length > 0 ? $"Advisories: {kind}." : "Advisories: none that has a date.";
        var day = DateOnly.FromDateTime(newest.UtcDateTime);
        var age = Math.Max(0, today.DayNumber - day.DayNumber);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Advisories: {kind}{(kind.Length > 0 ? ", " : "")}newest of {day:yyyy-MM-dd} ({Count.Of(age, "day")} old).");
    }
}
