namespace ServerlessSec.Advisories.Scoring;

/// <summary>Scores of CVSS vectors, as FIRST's specifications of versions 2.0, 3.0, 3.1 and 4.0 define them.</summary>
public static class Cvss
{
    /// <summary>
    /// The base score, 0.0 to 10.0; of a version 4.0 vector the score of all its metrics, as that version has one formula.
    /// Throws <see cref="FormatException"/> where the text is no complete vector.
    /// </summary>
    public static double Score(string vector)
    {
        var text = vector.Trim();
        if (text.StartsWith("CVSS:4.0/", StringComparison.Ordinal)) return CvssV4.Score(new(text, text[9..]));
        if (text.StartsWith("CVSS:3.1/", StringComparison.Ordinal)) return CvssV3.BaseScore(new(text, text[9..]));
        if (text.StartsWith("CVSS:3.0/", StringComparison.Ordinal)) return CvssV3.BaseScore(new(text, text[9..]));
        if (text.StartsWith("CVSS:2.0/", StringComparison.Ordinal)) return CvssV2.BaseScore(new(text, text[9..]));
        if (text.StartsWith("CVSS:", StringComparison.Ordinal))
            throw new FormatException($"the version of the vector '{text}' is not known");
        return CvssV2.BaseScore(new(text, text.TrimStart('(').TrimEnd(')')));
    }

    /// <summary>The version a vector is written in: 2, 3 or 4.</summary>
    internal static int Version(string vector) =>
        vector.AsSpan().TrimStart() switch
        {
            ['C', 'V', 'S', 'S', ':', '4', ..] => 4,
            ['C', 'V', 'S', 'S', ':', '3', ..] => 3,
            _ => 2,
        };
}

/// <summary>CVSS 2.0, §3.2.1.</summary>
internal static class CvssV2
{
    public static double BaseScore(CvssVector vector)
    {
        ReadOnlySpan<double> impacts = [0, 0.275, 0.660];
        var c = vector.Weight("C", "NPC", impacts);
        var i = vector.Weight("I", "NPC", impacts);
        var a = vector.Weight("A", "NPC", impacts);
        var impact = 10.41 * (1 - (1 - c) * (1 - i) * (1 - a));
        var exploitability = 20 * vector.Weight("AV", "LAN", [0.395, 0.646, 1.0])
            * vector.Weight("AC", "HML", [0.35, 0.61, 0.71])
            * vector.Weight("Au", "MSN", [0.45, 0.56, 0.704]);
        var score = (0.6 * impact + 0.4 * exploitability - 1.5) * (impact == 0 ? 0 : 1.176);
        return Math.Max(0, Math.Round(score + 1e-9, 1, MidpointRounding.AwayFromZero));
    }
}

/// <summary>CVSS 3.0 and 3.1, §7.1; the two differ in metrics other than the base ones.</summary>
internal static class CvssV3
{
    public static double BaseScore(CvssVector vector)
    {
        ReadOnlySpan<double> impacts = [0, 0.22, 0.56];
        var changed = vector.Index("S", "UC") == 1;
        var iss = 1 - (1 - vector.Weight("C", "NLH", impacts))
            * (1 - vector.Weight("I", "NLH", impacts))
            * (1 - vector.Weight("A", "NLH", impacts));
        var impact = changed ? 7.52 * (iss - 0.029) - 3.25 * Math.Pow(iss - 0.02, 15) : 6.42 * iss;
        var exploitability = 8.22 * vector.Weight("AV", "NALP", [0.85, 0.62, 0.55, 0.2])
            * vector.Weight("AC", "LH", [0.77, 0.44])
            * vector.Weight("PR", "NLH", changed ? [0.85, 0.68, 0.5] : [0.85, 0.62, 0.27])
            * vector.Weight("UI", "NR", [0.85, 0.62]);
        if (impact <= 0) return 0;
        return RoundUp(Math.Min(changed ? 1.08 * (impact + exploitability) : impact + exploitability, 10));
    }

    // CVSS 3.1, appendix A: in whole numbers, so that a binary fraction adds no tenth.
    private static double RoundUp(double value)
    {
        var scaled = (long)Math.Round(value * 100_000, MidpointRounding.AwayFromZero);
        return scaled % 10_000 == 0 ? scaled / 100_000.0 : (scaled / 10_000 + 1) / 10.0;
    }
}
