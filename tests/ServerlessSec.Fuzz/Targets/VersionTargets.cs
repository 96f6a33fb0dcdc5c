using System.Collections.Immutable;
using ServerlessSec.Advisories.Versions;
using ServerlessSec.Fuzz.Engine;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>Version orderings: of any texts, one a line, each has one place.</summary>
internal static class VersionTargets
{
    private const int Most = 5;

    private static readonly string[] Words =
    [
        "\n", ".", "-", "+", "~", "^", "_", ":", "!", "0", "00", "1.0", "-alpha", "-rc.1", "a1", "b", "rc", ".dev0", ".post1", "+local", "-SNAPSHOT", ".Final", "-0.20200101000000-abcdefabcdef", "+incompatible",
        "1:", "-1", "~rc1", "_p1", "_alpha", "-r0", "el9", "dev-main", "v", " ", "99999999999999999999", "-x86_64-linux", "go1.21", "ga", "sp", "\u00e9", "\ud83d\ude00", "9999999-dev", ".x-dev",
    ];

    public static ImmutableArray<Target> All { get; } =
    [
        Of("npm", "1.0.0\n1.0.0-rc.1\nv2.0.0+build\n"),
        Of("PyPI", "1.0\n1.0rc1\n1!2.0.post1.dev3+local.1\n"),
        Of("Maven", "1.0\n1.0-alpha-1\n1.0.0.Final\n1-SNAPSHOT\n"),
        Of("NuGet", "1.0.0\n1.0.0.1\n1.0.0-beta.1+sha\n"),
        Of("Go", "v1.2.3\nv0.0.0-20200101000000-abcdefabcdef\nv2.0.0+incompatible\n"),
        Of("RubyGems", "1.0\n1.0.a\n1.0-x86_64-linux\n"),
        Of("Packagist", "1.0\ndev-main\n1.0.x-dev\nv1.0.0-RC1\n"),
        Of("Pub", "1.0.0\n1.0.0-dev.1+2\n"),
        Of("Debian", "1.0-1\n1:1.0~rc1-1+b2\n"),
        Of("Alpine", "1.0-r0\n1.0_rc1\n1.0a_p2-r3\n"),
        Of("Red Hat", "1.0-1.el9\n2:1.0~rc1-1\n1.0^git1-1\n"),
        Of("CRAN", "1.0-1\n1.0.2\n"),
        Of("Hackage", "1.0.1\n1.0\n"),
    ];

    private static Target Of(string ecosystem, string seed) => new("version-" + ecosystem.ToLowerInvariant().Replace(' ', '-'), input =>
    {
        var texts = TargetList.Text(input).Split('\n').Take(Most).ToArray();
        Check(texts, VersionOrderings.For(ecosystem)!);
        if (VersionOrderings.ForRanges(ecosystem) is { } other && other != VersionOrderings.For(ecosystem)) Check(texts, other);
    })
    {
        Words = TargetList.Words(Words),
        Seeds = () => [System.Text.Encoding.UTF8.GetBytes(seed)],
    };

    private static void Check(string[] texts, IVersionOrdering ordering)
    {
        foreach (var text in texts) ordering.Understands(text);
        var signs = new int[texts.Length, texts.Length];
        for (var a = 0; a < texts.Length; a++)
        {
            for (var b = 0; b < texts.Length; b++) signs[a, b] = Math.Sign(ordering.Compare(texts[a], texts[b]));
        }

        for (var a = 0; a < texts.Length; a++)
        {
            if (signs[a, a] != 0) throw new BrokenPromiseException($"'{texts[a]}' is not equal to itself");
            for (var b = 0; b < texts.Length; b++)
            {
                if (signs[a, b] != -signs[b, a]) throw new BrokenPromiseException($"'{texts[a]}' and '{texts[b]}' stand both before or both behind each other");
                for (var c = 0; c < texts.Length; c++)
                {
                    if (signs[a, b] <= 0 && signs[b, c] <= 0 && signs[a, c] > 0) throw new BrokenPromiseException($"'{texts[a]}', '{texts[b]}' and '{texts[c]}' go in a circle");
                }
            }
        }
    }
}
