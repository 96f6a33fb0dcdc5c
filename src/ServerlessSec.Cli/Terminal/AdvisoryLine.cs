using System.Globalization;
using ServerlessSec.Advisories;

namespace ServerlessSec.Cli.Terminal;

/// <summary>Which advisories were used, and how old they are, in one sentence.</summary>
internal static class AdvisoryLine
{
    public static string Of(AdvisorySet set, DateOnly today)
    {
        var kind = set.IsBuiltin ? "the built-in set" : "";
        if (set.Newest is not { } newest) return (kind.Length > 0 ? $"Advisories: {kind}" : "Advisories: none that has a date") + Ages(set) + ".";
        var day = DateOnly.FromDateTime(newest.UtcDateTime);
        var age = Math.Max(0, today.DayNumber - day.DayNumber);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Advisories: {kind}{(kind.Length > 0 ? ", " : "")}newest of {day:yyyy-MM-dd} ({Count.Of(age, "day")} old){Ages(set)}.");
    }

    /// <summary>Since their source was asked, or since the newest of them where nobody can be asked.</summary>
    private static string Ages(AdvisorySet set)
    {
        var known = set.Ages.Where(static age => age.Age is not null).Select(static age => $"{age.Ecosystem} {Span(age.Age!.Value)}").ToList();
        return known.Count == 0 ? "" : $"; age: {Count.Names(known)}";
    }

    /// <summary>In hours, from two days on in days.</summary>
    public static string Span(TimeSpan age) =>
        age < TimeSpan.FromDays(2) ? Count.Of((int)age.TotalHours, "hour") : Count.Of((int)age.TotalDays, "day");
}
