namespace ServerlessSec.Advisories.Scoring;

/// <summary>CVSS 4.0, tables of §8.2 and §8.3: scores of MacroVectors, their highest severity vectors and their depths.</summary>
internal static class CvssV4Scores
{
    // Tenths. A line is EQ1, EQ2, EQ3 and EQ6; in it stand EQ4 = 0, 1, 2 with EQ5 = 0, 1, 2 each.
    private static ReadOnlySpan<byte> Tenths =>
    [
        100, 98, 95, 100, 93, 91, 93, 89, 81,   // 000··0
        99, 95, 92, 96, 87, 81, 90, 80, 68,   // 000··1
        98, 95, 90, 93, 89, 81, 88, 78, 69,   // 001··0
        95, 92, 84, 92, 81, 65, 80, 70, 48,   // 001··1
        92, 82, 72, 79, 69, 50, 69, 55, 27,   // 002··1
        99, 95, 92, 95, 90, 84, 92, 82, 72,   // 010··0
        97, 92, 85, 91, 83, 71, 81, 71, 53,   // 010··1
        95, 92, 85, 92, 80, 70, 84, 71, 50,   // 011··0
        93, 85, 73, 82, 72, 59, 70, 52, 30,   // 011··1
        86, 75, 52, 71, 52, 29, 63, 29, 17,   // 012··1
        98, 94, 91, 94, 86, 77, 87, 74, 63,   // 100··0
        95, 87, 81, 89, 74, 64, 75, 63, 49,   // 100··1
        94, 88, 76, 86, 74, 59, 72, 57, 52,   // 101··0
        89, 77, 67, 76, 58, 50, 57, 52, 25,   // 101··1
        83, 70, 54, 65, 58, 26, 53, 21, 13,   // 102··1
        95, 88, 76, 90, 75, 61, 77, 68, 52,   // 110··0
        90, 76, 70, 77, 62, 53, 66, 59, 30,   // 110··1
        89, 76, 62, 74, 57, 47, 61, 57, 24,   // 111··0
        78, 67, 58, 59, 57, 23, 52, 29, 16,   // 111··1
        71, 59, 30, 58, 26, 15, 23, 13, 6,   // 112··1
        93, 86, 75, 86, 74, 56, 70, 52, 40,   // 200··0
        87, 72, 58, 74, 61, 34, 54, 40, 22,   // 200··1
        85, 74, 62, 72, 55, 46, 53, 34, 19,   // 201··0
        75, 55, 51, 57, 41, 19, 36, 19, 8,   // 201··1
        64, 51, 20, 47, 21, 11, 24, 9, 4,   // 202··1
        88, 73, 60, 73, 59, 41, 54, 45, 20,   // 210··0
        75, 53, 50, 55, 40, 20, 43, 22, 11,   // 210··1
        75, 58, 40, 61, 48, 20, 46, 17, 8,   // 211··0
        55, 45, 21, 51, 18, 9, 18, 7, 2,   // 211··1
        53, 24, 14, 24, 12, 5, 10, 3, 1,   // 212··1
    ];

    /// <summary>Highest severity vectors as places of AV, PR, UI.</summary>
    public static readonly int[][][] Highest1 = [[[0, 0, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[3, 0, 0], [1, 1, 1]]];

    /// <summary>AC, AT.</summary>
    public static readonly int[][][] Highest2 = [[[0, 0]], [[1, 0], [0, 1]]];

    /// <summary>SC, SI, SA; a subsequent impact of Safety is place 0.</summary>
    public static readonly int[][][] Highest4 = [[[1, 0, 0]], [[1, 1, 1]], [[2, 2, 2]]];

    public static readonly int[] Depth1 = [1, 4, 5];

    public static readonly int[] Depth2 = [1, 2];

    public static readonly int[] Depth4 = [6, 5, 4];

    /// <summary>VC, VI, VA, CR, IR, AR.</summary>
    private static readonly int[][][] HighestImpacts =
    [
        [[0, 0, 0, 0, 0, 0]],
        [[0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 1, 1]],
        [[1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0]],
        [[1, 0, 1, 0, 1, 0], [1, 0, 0, 0, 1, 1], [0, 1, 0, 1, 0, 1], [0, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 1]],
        [[1, 1, 1, 0, 0, 0]],
    ];

    /// <summary>The score of a MacroVector; null where there is none.</summary>
    public static double? Of(int eq1, int eq2, int eq3, int eq4, int eq5, int eq6) =>
        eq1 > 2 || eq2 > 1 || eq3 > 2 || eq4 > 2 || eq5 > 2
            ? null
            : Tenths[((eq1 * 2 + eq2) * 5 + Pair(eq3, eq6)) * 9 + eq4 * 3 + eq5] / 10.0;

    public static int[][] Highest36(int eq3, int eq6) => HighestImpacts[Pair(eq3, eq6)];

    public static int Depth36(int eq3, int eq6) => Pair(eq3, eq6) switch { 0 => 7, 1 => 6, 2 => 8, 3 => 8, _ => 10 };

    // EQ3 and EQ6 go together: 00, 01, 10, 11, 21.
    private static int Pair(int eq3, int eq6) => eq3 == 2 ? 4 : eq3 * 2 + eq6;
}
