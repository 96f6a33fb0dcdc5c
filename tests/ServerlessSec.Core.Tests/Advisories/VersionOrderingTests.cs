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

    [Theory, InlineData("npm"), InlineData("PyPI"), InlineData("Go"), InlineData("crates.io")]
    public void The_order_is_total(string ecosystem)
    {
        var ordering = VersionOrderings.For(ecosystem)!;
        Gen.Select(Versions, Versions, Versions).Sample((a, b, c) =>
        {
            var ab = Math.Sign(ordering.Compare(a, b));
            var bc = Math.Sign(ordering.Compare(b, c));
            var ac = Math.Sign(ordering.Compare(a, c));
            var transitive = ab != bc && ab != 0 && bc != 0 || ac == (ab == 0 ? bc : ab);
            return ab == -Math.Sign(ordering.Compare(b, a)) && ordering.Compare(a, a) == 0 && transitive;
        }, iter: 20_000);
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

    [Theory, InlineData("npm"), InlineData("PyPI")]
    public void Any_text_has_a_place(string ecosystem) =>
        Gen.Select(Gen.String, Gen.String).Sample((a, b) => Math.Sign(VersionOrderings.For(ecosystem)!.Compare(a, b)) == -Math.Sign(VersionOrderings.For(ecosystem)!.Compare(b, a)), iter: 20_000);

    [Fact]
    public void An_ecosystem_without_an_order_says_so() => Assert.Null(VersionOrderings.For("Maven"));

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
