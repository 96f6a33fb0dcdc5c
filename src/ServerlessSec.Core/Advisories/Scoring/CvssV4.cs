namespace ServerlessSec.Advisories.Scoring;

/// <summary>
/// CVSS 4.0, §8: a vector falls into a MacroVector, whose score is the table's; within it the score falls by the share of the
/// way from its highest severity vectors to the next lower MacroVector, averaged over the equivalence classes.
/// </summary>
internal sealed class CvssV4
{
    // Values in order of falling severity; a place is a distance of one step.
    private const string Av = "NALP", Pr = "NLH", Ui = "NPA", Ac = "LH", At = "NP";
    private const string Impact = "HLN", Subsequent = "SHLN", Requirement = "HML", Exploit = "APU";

    private readonly int av, pr, ui, ac, at, vc, vi, va, sc, si, sa, cr, ir, ar, e;

    private CvssV4(CvssVector vector)
    {
        av = Read(vector, "AV", Av);
        pr = Read(vector, "PR", Pr);
        ui = Read(vector, "UI", Ui);
        ac = Read(vector, "AC", Ac);
        at = Read(vector, "AT", At);
        vc = Read(vector, "VC", Impact);
        vi = Read(vector, "VI", Impact);
        va = Read(vector, "VA", Impact);
        sc = 1 + Read(vector, "SC", Impact);
        si = ReadSubsequent(vector, "SI");
        sa = ReadSubsequent(vector, "SA");
        cr = Requirement.IndexOf(vector.Optional("CR", Requirement, 'H'), StringComparison.Ordinal);
        ir = Requirement.IndexOf(vector.Optional("IR", Requirement, 'H'), StringComparison.Ordinal);
        ar = Requirement.IndexOf(vector.Optional("AR", Requirement, 'H'), StringComparison.Ordinal);
        e = Exploit.IndexOf(vector.Optional("E", Exploit, 'A'), StringComparison.Ordinal);
    }

    public static double Score(CvssVector vector) => new CvssV4(vector).Score();

    private double Score()
    {
        if (vc == 2 && vi == 2 && va == 2 && sc == 3 && si == 3 && sa == 3) return 0;
        var eq1 = av == 0 && pr == 0 && ui == 0 ? 0 : av != 3 && (av == 0 || pr == 0 || ui == 0) ? 1 : 2;
        var eq2 = ac == 0 && at == 0 ? 0 : 1;
        var eq3 = vc == 0 && vi == 0 ? 0 : vc == 0 || vi == 0 || va == 0 ? 1 : 2;
        var eq4 = si == 0 || sa == 0 ? 0 : sc == 1 || si == 1 || sa == 1 ? 1 : 2;
        var eq6 = (cr == 0 && vc == 0) || (ir == 0 && vi == 0) || (ar == 0 && va == 0) ? 0 : 1;

        var score = CvssV4Scores.Of(eq1, eq2, eq3, eq4, e, eq6)!.Value;
        var next = eq3 == 0 && eq6 == 0
            ? Math.Max(CvssV4Scores.Of(eq1, eq2, 0, eq4, e, 1)!.Value, CvssV4Scores.Of(eq1, eq2, 1, eq4, e, 0)!.Value)
            : eq6 == 0 ? CvssV4Scores.Of(eq1, eq2, eq3, eq4, e, 1) : CvssV4Scores.Of(eq1, eq2, eq3 + 1, eq4, e, 1);

        double fall = 0;
        var classes = 0;
        Add(CvssV4Scores.Of(eq1 + 1, eq2, eq3, eq4, e, eq6), Distance1(eq1), CvssV4Scores.Depth1[eq1]);
        Add(CvssV4Scores.Of(eq1, eq2 + 1, eq3, eq4, e, eq6), Distance2(eq2), CvssV4Scores.Depth2[eq2]);
        Add(next, Distance36(eq3, eq6), CvssV4Scores.Depth36(eq3, eq6));
        Add(CvssV4Scores.Of(eq1, eq2, eq3, eq4 + 1, e, eq6), Distance4(eq4), CvssV4Scores.Depth4[eq4]);
        Add(CvssV4Scores.Of(eq1, eq2, eq3, eq4, e + 1, eq6), 0, 1);
        if (classes > 0) score -= fall / classes;
        return Math.Round(Math.Clamp(score, 0, 10) + 1e-6, 1, MidpointRounding.AwayFromZero);

        void Add(double? lower, int distance, int depth)
        {
            if (lower is null) return;
            classes++;
            fall += (score - lower.Value) * distance / depth;
        }
    }

    private int Distance1(int eq1) => First(CvssV4Scores.Highest1[eq1], [av, pr, ui]);

    private int Distance2(int eq2) => First(CvssV4Scores.Highest2[eq2], [ac, at]);

    private int Distance36(int eq3, int eq6) => First(CvssV4Scores.Highest36(eq3, eq6), [vc, vi, va, cr, ir, ar]);

    private int Distance4(int eq4) => First(CvssV4Scores.Highest4[eq4], [sc, si, sa]);

    /// <summary>Steps down from the first highest vector that is nowhere below the given one.</summary>
    private static int First(int[][] highest, ReadOnlySpan<int> given)
    {
        foreach (var candidate in highest)
        {
            var distance = 0;
            var above = true;
            for (var i = 0; i < candidate.Length; i++)
            {
                above &= given[i] >= candidate[i];
                distance += given[i] - candidate[i];
            }

            if (above) return distance;
        }

        return 0;
    }

    private static int Read(CvssVector vector, string metric, string values)
    {
        var own = values[vector.Index(metric, values)];
        return values.IndexOf(vector.Optional("M" + metric, values, own), StringComparison.Ordinal);
    }

    // Safety is a value of the modified metric only.
    private static int ReadSubsequent(CvssVector vector, string metric)
    {
        var own = Impact[vector.Index(metric, Impact)];
        return Subsequent.IndexOf(vector.Optional("M" + metric, Subsequent, own), StringComparison.Ordinal);
    }
}
