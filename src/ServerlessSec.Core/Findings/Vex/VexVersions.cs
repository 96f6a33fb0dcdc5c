using System.Collections.Immutable;
using ServerlessSec.Advisories.Versions;

namespace ServerlessSec.Findings.Vex;

/// <summary>
/// One version, or a range as the VERS specification writes it: <c>vers:npm/&gt;=1.0.0|&lt;2.0.0|!=1.5.0</c>.
/// </summary>
public sealed class VexVersions
{
    private readonly record struct Bound(char Sign, bool OrEqual, string Version);

    private readonly ImmutableArray<Bound> bounds;

    private VexVersions(ImmutableArray<Bound> bounds) => this.bounds = bounds;

    public static VexVersions One(string version) => new([new('=', true, version)]);

    /// <exception cref="FormatException">The text is no such range.</exception>
    public static VexVersions Range(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!text.StartsWith("vers:", StringComparison.OrdinalIgnoreCase) || slash < 6)
            throw new FormatException($"'{text}' is no version range such as 'vers:npm/>=1.0.0|<2.0.0'");
        var bounds = ImmutableArray.CreateBuilder<Bound>();
        foreach (var part in text[(slash + 1)..].Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var sign = part[0] is '<' or '>' or '!' or '*' ? part[0] : '=';
            var version = Uri.UnescapeDataString(part.TrimStart('<', '>', '!', '=', '*').Trim());
            if (version.Length == 0 != (sign == '*')) throw new FormatException($"'{part}' in '{text}' bounds no version");
            bounds.Add(new(sign, sign is '=' || part.Contains('='), version));
        }

        return bounds.Count > 0 ? new(bounds.ToImmutable()) : throw new FormatException($"'{text}' bounds no version");
    }

    /// <param name="ordering">The ecosystem's; where there is none, only versions that are named are held.</param>
    public bool Hold(string version, IVersionOrdering? ordering)
    {
        // VERS, "checking if a version is contained within a range"
        if (bounds.Any(bound => bound.Sign == '*')) return true;
        if (bounds.Any(bound => bound.Sign == '!' && Same(bound.Version, version, ordering))) return false;
        if (bounds.Any(bound => bound.Sign != '!' && bound.OrEqual && Same(bound.Version, version, ordering))) return true;
        if (ordering is null || !ordering.Understands(version)) return false;
        var ends = bounds.Where(bound => bound.Sign is '<' or '>').OrderBy(bound => bound.Version, Comparer<string>.Create(ordering.Compare)).ToList();
        for (var i = 0; i < ends.Count; i++)
        {
            var order = ordering.Compare(version, ends[i].Version);
            if (ends[i].Sign == '<' && order < 0)
                return i == 0 || (ends[i - 1].Sign == '>' && ordering.Compare(version, ends[i - 1].Version) > 0);
            if (ends[i].Sign == '>' && order > 0 && i == ends.Count - 1) return true;
        }

        return false;
    }

    private static bool Same(string one, string other, IVersionOrdering? ordering) =>
        one == other || (ordering is not null && ordering.Understands(one) && ordering.Understands(other) && ordering.Compare(one, other) == 0);
}
