using CsCheck;
using ServerlessSec.Advisories.Versions;

namespace ServerlessSec.Advisories;

public class VersionOrderingTests
{
    [Theory]
    [InlineData("1.0.0-alpha.9", "1.0.0-alpha.10")]
    [InlineData("15.6.0-canary.9", "15.6.0-canary.61")]
    [InlineData("1.0.0-rc.1", "1.0.0")]
    [InlineData("1.0.0-1", "1.0.0-a")]
    [InlineData("1.0.0-a", "1.0.0-a.0")]
    [InlineData("1.0.0-A", "1.0.0-a")]
    [InlineData("1.2", "1.2.1")]
    [InlineData("9007199254740993.0.0", "9007199254740994.0.0")]
    [InlineData("latest", "0.0.0-0")]
    public void Npm_puts_the_left_first(string left, string right) => Assert.True(VersionOrderings.For("npm")!.Compare(left, right) < 0);

    [Theory]
    [InlineData("1.2.3", "=v1.2.3")]
    [InlineData("1.2.3", " v 1.2.3 ")]
    [InlineData("1.2.3+linux", "1.2.3+mac")]
    [InlineData("1.2.3-beta", "1.2.3beta")]
    [InlineData("1.2", "1.2.0")]
    [InlineData("01.2.3", "1.2.3")]
    public void Npm_takes_both_as_one(string left, string right) => Assert.Equal(0, VersionOrderings.For("npm")!.Compare(left, right));

    [Theory]
    [InlineData("1.0.dev1", "1.0a1")]
    [InlineData("1.0a1.dev1", "1.0a1")]
    [InlineData("1.0a1", "1.0a1.post1")]
    [InlineData("1.0rc1", "1.0")]
    [InlineData("1.0", "1.0+local")]
    [InlineData("1.0+local", "1.0+1")]
    [InlineData("1.0+1", "1.0.post1.dev1")]
    [InlineData("1.0.post1.dev1", "1.0.post1")]
    [InlineData("99.0", "1!0.1")]
    [InlineData("2004d", "0.0.dev0")]
    public void PyPI_puts_the_left_first(string left, string right) => Assert.True(VersionOrderings.For("PyPI")!.Compare(left, right) < 0);

    [Theory]
    [InlineData("1.0", "1")]
    [InlineData("1.0", "v1.0.0")]
    [InlineData("1.0alpha1", "1.0_A-1")]
    [InlineData("1.0-1", "1.0.post1")]
    [InlineData("1.0.rev", "1.0post0")]
    [InlineData("1.0c3", "1.0-preview_3")]
    [InlineData("1.0+ubuntu-1", "1.0+ubuntu.1")]
    [InlineData(" 1.0dev ", "1.0.dev0")]
    public void PyPI_takes_both_as_one(string left, string right) => Assert.Equal(0, VersionOrderings.For("PyPI")!.Compare(left, right));

    [Theory, MemberData(nameof(Ordered))]
    public void The_order_is_total(string ecosystem)
    {
        var ordering = VersionOrderings.ForRanges(ecosystem)!;
        IsTotal(VersionOrderings.For(ecosystem)!);
        if (ordering != VersionOrderings.For(ecosystem)) IsTotal(ordering);

        static void IsTotal(IVersionOrdering ordering) => Gen.Select(AnyVersion, AnyVersion, AnyVersion).Sample((a, b, c) =>
        {
            var ab = Math.Sign(ordering.Compare(a, b));
            var bc = Math.Sign(ordering.Compare(b, c));
            var ac = Math.Sign(ordering.Compare(a, c));
            // Where the first two steps go one way, or one of them stands still, the sum of both is known.
            var transitive = ab != bc && ab != 0 && bc != 0 || ac == (ab == 0 ? bc : ab);
            return ab == -Math.Sign(ordering.Compare(b, a)) && ordering.Compare(a, a) == 0 && transitive;
        }, iter: 30_000);
    }

    [Theory, InlineData("npm"), InlineData("PyPI")]
    public void Versions_that_are_equal_have_the_same_place(string ecosystem)
    {
        var ordering = VersionOrderings.For(ecosystem)!;
        Gen.Select(Versions, Versions).Sample((a, b) =>
        {
            // The same version spelled another way.
            var twin = " v" + a.ToUpperInvariant() + (ecosystem == "npm" && !a.Contains('+', StringComparison.Ordinal) ? "+build" : "");
            if (ecosystem == "npm") twin = twin.Replace(a.ToUpperInvariant(), a, StringComparison.Ordinal);
            if (!ordering.Understands(a) || !ordering.Understands(twin) || a.StartsWith('+') || a.Length == 0 || !char.IsAsciiDigit(a[0])) return true;
            if (ecosystem == "PyPI" && Pep440Version.TryParse(a) is null) return true;
            return ordering.Compare(a, twin) == 0 && Math.Sign(ordering.Compare(a, b)) == Math.Sign(ordering.Compare(twin, b));
        }, iter: 20_000);
    }

    [Theory, MemberData(nameof(Ordered))]
    public void Any_text_has_a_place(string ecosystem)
    {
        var ordering = VersionOrderings.ForRanges(ecosystem)!;
        Gen.Select(Gen.String, Gen.String).Sample((a, b) =>
        {
            ordering.Understands(a);
            return Math.Sign(ordering.Compare(a, b)) == -Math.Sign(ordering.Compare(b, a)) && ordering.Compare(a, a) == 0;
        }, iter: 20_000);
    }

    /// <summary>A megabyte: what took more than a few steps a character would not end.</summary>
    [Theory, MemberData(nameof(Ordered))]
    public void A_hostile_length_costs_only_its_length(string ecosystem)
    {
        var ordering = VersionOrderings.ForRanges(ecosystem)!;
        foreach (var piece in (string[])["0", "9", ".", ".0", "-", "-0", "-a", "a", "a1", "~", "^", "_p1", ".a.0", "0a", "+", "1-"])
        {
            var text = "1" + string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
            Assert.Equal(0, ordering.Compare(text, text));
            Assert.Equal(Math.Sign(ordering.Compare(text, text + "1")), -Math.Sign(ordering.Compare(text + "1", text)));
            ordering.Understands(text);
        }
    }

    [Theory]
    [InlineData("Maven", "1.0-rc1", "1.0-rc2")]
    [InlineData("Maven", "2.9.10", "2.9.10.1")]
    [InlineData("Maven", "2.9.10.8", "2.12.0-rc1")]
    [InlineData("Maven", "4.1.99.Final", "4.1.100.Final")]
    [InlineData("Maven", "5.3.0.RC1", "5.3.0.RELEASE")]
    [InlineData("Maven", "r03", "r09")]
    [InlineData("Maven", "31.1-android", "31.1-jre")]
    [InlineData("Maven", "1.0_a", "1.0b")]
    [InlineData("NuGet", "1.0.0-RC.9", "1.0.0-rc.10")]
    [InlineData("NuGet", "4.3.0", "4.3.0.1")]
    [InlineData("NuGet", "1.0.0-alpha1", "1.0.0-Beta")]
    [InlineData("Go", "v0.0.0-20200921180117-858c6e7e6b7e", "0.0.0-20220112180741-5e0467b6c7ce")]
    [InlineData("Go", "v1.0.1-0.20060102150405-000000000000", "v1.0.1")]
    [InlineData("Go", "go1.22rc1", "1.22.0")]
    [InlineData("Go", "1.22.0-rc.1", "go1.22rc2")]
    [InlineData("Go", "go1.22rc9", "go1.22rc10")]
    [InlineData("Go", "go1.22beta2", "go1.22rc1")]
    [InlineData("Go", "1.22.0-0", "go1.22rc1")]
    [InlineData("Go", "go1.9.7", "go1.10")]
    [InlineData("Go", "1.25.0-X:nodwarf5", "1.25.1")]
    [InlineData("RubyGems", "1.0.0.pre1", "1.0.0.rc1")]
    [InlineData("RubyGems", "6.1.7.rc1", "6.1.7")]
    [InlineData("RubyGems", "1.0.a.b", "1.0.a.0.b")]
    [InlineData("Packagist", "2.0.0-alpha1", "2.0.0-beta1")]
    [InlineData("Packagist", "1.0.0-RC1", "1.0.0")]
    [InlineData("Packagist", "1.0.0", "1.0.0-patch1")]
    [InlineData("Packagist", "1.0.0-dev", "1.0.0-alpha1")]
    [InlineData("Packagist", "1.0.1-pl1", "1.0.2")]
    [InlineData("crates.io", "1.0.0-alpha.1", "1.0.0-alpha.beta")]
    [InlineData("Hex", "1.0.0-dev", "1.0.0")]
    [InlineData("Debian", "2:1.0-1", "3:0.1-1")]
    [InlineData("Debian", "1.0~rc1-1", "1.0-1")]
    [InlineData("Debian", "7.88.1-10+deb12u5", "7.88.1-10+deb12u6")]
    [InlineData("Debian", "1.1.1n-0+deb11u3", "1.1.1n-0+deb11u10")]
    [InlineData("Debian", "1.0-1ubuntu1", "1.0-1ubuntu2")]
    [InlineData("Ubuntu:22.04:LTS", "3.0.2-0ubuntu1.9", "3.0.2-0ubuntu1.10")]
    [InlineData("Alpine:v3.18", "3.1.0-r9", "3.1.0-r10")]
    [InlineData("Alpine:v3.18", "1.2_rc1", "1.2")]
    [InlineData("Alpine:v3.18", "1.2_alpha1_p1", "1.2_alpha1_p2")]
    [InlineData("Alpine:v3.18", "1.2", "1.2_git20230101")]
    [InlineData("Alpine:v3.18", "1.2_git20230101", "1.2_p1")]
    [InlineData("Wolfi", "1.2.3-r0", "1.2.3a-r0")]
    [InlineData("Red Hat", "1.0.0~rc1-1.el9", "1.0.0-1.el9")]
    [InlineData("Rocky Linux:9", "3.0.7-6.el9_2", "3.0.7-18.el9_2")]
    [InlineData("AlmaLinux:9", "1:3.0.7-6.el9", "2:1.0-1.el9")]
    [InlineData("SUSE", "1.0^git1-1", "1.0.1-1")]
    [InlineData("CRAN", "1.2-9", "1.2-10")]
    [InlineData("Hackage", "1.2", "1.2.0")]
    [InlineData("Pub", "1.0.0+1", "1.0.0+2")]
    public void The_left_comes_first(string ecosystem, string left, string right)
    {
        Assert.True(VersionOrderings.For(ecosystem)!.Compare(left, right) < 0);
        Assert.True(VersionOrderings.ForRanges(ecosystem)!.Compare(right, left) > 0);
    }

    [Theory]
    [InlineData("Maven", "1.0.RELEASE", "1")]
    [InlineData("Maven", "1.0-CR1", "1-rc-1")]
    [InlineData("Maven", "1.0.0.Final", "1.0")]
    [InlineData("NuGet", "1.0.0-Beta+abc", "1.0-beta")]
    [InlineData("NuGet", "13.0.1.0", "13.0.1")]
    [InlineData("Go", "v2.0.0+incompatible", "2.0.0")]
    [InlineData("Go", "go1.22", "1.22.0")]
    [InlineData("Go", "go1.22rc1", "v1.22.0-rc.1")]
    [InlineData("Go", "1.22rc1", "v1.22.0-rc.1")]
    [InlineData("Go", "go1.25.0-X:nodwarf5", "1.25.0")]
    [InlineData("Go", "1.25.0-X:nodwarf5,synctest", "1.25.0")]
    [InlineData("Go", "go1.21.3 X:boringcrypto", "1.21.3")]
    [InlineData("Go", "go1.21.5-corp+patched", "1.21.5")]
    [InlineData("RubyGems", "1.0.0", "1")]
    [InlineData("RubyGems", "1-1", "1.pre.1")]
    [InlineData("RubyGems", "2.0.0.rc0", "2.rc")]
    [InlineData("Debian", "0:1.0-0", "1.0")]
    [InlineData("Packagist", "v1.0b2", "1.0-beta2")]
    public void Both_are_one(string ecosystem, string left, string right)
    {
        Assert.Equal(0, VersionOrderings.For(ecosystem)!.Compare(left, right));
        Assert.Equal(0, VersionOrderings.ForRanges(ecosystem)!.Compare(right, left));
    }

    [Theory]
    [InlineData("RubyGems", "1.13.6-x86_64-linux", "1.13.6")]
    [InlineData("RubyGems", "1.13.6-arm64-darwin-22", "1.13.6")]
    [InlineData("RubyGems", "9.2.0.0-java", "9.2")]
    [InlineData("RubyGems", "1.16.0.rc1-x64-mingw-ucrt", "1.16.0.rc1")]
    [InlineData("NuGet", "6.8.0.11012235604.824068adaeb7b158df2b36d8787f689646e715e0", "6.8.0")]
    [InlineData("NuGet", "1.2.3.4.5", "1.2.3.4")]
    [InlineData("NuGet", "4.700.19.56404+abc", "4.700.19.56404")]
    [InlineData("Packagist", "v5.4", "5.4.0.0")]
    [InlineData("Packagist", "1.0.0-BETA1", "1.0b1")]
    [InlineData("Packagist", "1.0.0-stable", "1.0.0")]
    [InlineData("Packagist", "1.0.0-alpha.2", "1.0.0alpha2")]
    [InlineData("Packagist", "1.0.0+build.5", "1.0.0")]
    [InlineData("Packagist", "2.x-dev", "2.9999999.9999999.9999999-dev")]
    [InlineData("Packagist", "2.1.x-dev", "2.1.9999999.9999999-dev")]
    public void A_range_takes_both_as_one(string ecosystem, string left, string right) => Assert.Equal(0, VersionOrderings.ForRanges(ecosystem)!.Compare(left, right));

    [Theory]
    [InlineData("Maven", "${project.version}")]
    [InlineData("Maven", "[1.0,2.0)")]
    [InlineData("Maven", "")]
    [InlineData("NuGet", "1.2.3.4 beta")]
    [InlineData("NuGet", "1.34.2Alpha")]
    [InlineData("NuGet", "1.3000000000.0")]
    [InlineData("NuGet", "1.0-")]
    [InlineData("NuGet", "*")]
    [InlineData("Go", "(devel)")]
    [InlineData("Go", "devel go1.23-abcdef0123 linux/amd64")]
    [InlineData("Go", "v1.01.0")]
    [InlineData("RubyGems", "1..2")]
    [InlineData("RubyGems", "latest")]
    [InlineData("Packagist", "dev-main")]
    [InlineData("Debian", "1.0 beta")]
    [InlineData("Alpine", "_p1")]
    [InlineData("Red Hat", "")]
    [InlineData("CRAN", "1.2-")]
    [InlineData("Hackage", "1.2-3")]
    [InlineData("Pub", "any")]
    public void What_is_no_version_is_not_understood(string ecosystem, string version) => Assert.False(VersionOrderings.ForRanges(ecosystem)!.Understands(version));

    [Fact]
    public void An_ecosystem_without_an_order_says_so() => Assert.Null(VersionOrderings.For("Android"));

    public static TheoryData<string> Ordered { get; } = ["npm", "PyPI", "Maven", "NuGet", "Go", "RubyGems", "Packagist", "crates.io", "Pub", "CRAN", "Hackage", "Debian", "Alpine", "Red Hat"];

    /// <summary>Versions of every manner, so that each order also meets those of the others.</summary>
    private static Gen<string> AnyVersion => Gen.OneOf(Versions, Pieced, Pieced);

    private static Gen<string> Pieced { get; } = Pieces("", "0", "1", "1.", "1.0", "1.00", "01", "2", "10", ".", "-", "_", "~", "^", "+", ":", "#", "0:", "1:", "a", "A", "b", "m", "p", "rc", "RC", "cr", "alpha", "beta", "dev", "ga", "final",
        "sp", "snapshot", "pre", "foo", "x", "-r", "-r1", "_p1", "_rc", "_git2", "~ab", "-x86-linux", "-dev", "go", "v", "rc1", "é", "ß", " ").Array[1, 7].Select(string.Concat);

    /// <summary>Pieces of versions, put together well and badly.</summary>
    private static Gen<string> Versions { get; } =
        Gen.Select(
            Pieces("", "", "1!", "v", "="),
            Pieces("0", "1", "1.0", "1.0.0", "1.2.3", "1.10.0", "2.0.00", "01.2", "1..2", "x", "10000000000000000000000"),
            Pieces("", "", "-alpha", "-alpha.1", "-alpha.10", "-1", "-0", "a1", "b2", ".rc1", "-rc.1", "c1", "-A"),
            Pieces("", "", ".post1", "-2", ".post", "r3"),
            Pieces("", "", ".dev1", "dev", ".dev10"),
            Pieces("", "", "+a", "+a.1", "+1", "+1.a", "+10"))
        .Select((epoch, release, pre, post, dev, local) => epoch + release + pre + post + dev + local);

    private static Gen<string> Pieces(params string[] pieces) => Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]);
}
