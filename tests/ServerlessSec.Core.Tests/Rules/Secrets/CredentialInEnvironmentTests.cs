using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Secrets;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Secrets;

public class CredentialInEnvironmentTests
{
    [Theory, InlineData(true, Severity.High), InlineData(false, Severity.Medium)]
    public void Weighs_a_credential_by_how_sure_it_is(bool certain, Severity expected) =>
        Assert.Equal(expected, Assert.Single(Check(Variable("KEY", new("AWS access key", "AKIA… (20)", "00", certain)))).Severity);

    [Fact]
    public void Shows_nothing_of_the_value()
    {
        var masked = string.Concat("zq", "7S… (40)");
        var finding = Assert.Single(Check(Variable("KEY", new("AWS secret key", masked, "f00d", true))));
        Assert.DoesNotContain(masked, finding.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("f00d", finding.Message + finding.Place, StringComparison.Ordinal);
        Assert.Equal("KEY: AWS secret key #1", finding.Place);
    }

    [Fact]
    public void Numbers_equals_and_leaves_the_rest_alone()
    {
        var hit = new SecretHit("token", "abcd…", "00", true);
        Assert.Equal(["KEY: token #1", "KEY: token #2"], Check(Variable("KEY", hit), Variable("STAGE", null), Variable("KEY", hit)).Select(f => f.Place));
    }

    private static VariableFacts Variable(string name, SecretHit? hit) => new(name, ValueOrigin.Literal, hit is not null, hit, null);

    private static Finding[] Check(params VariableFacts[] variables) =>
        [.. new CredentialInEnvironment().Check(Given.Function(Given.Posture() with { Environment = [.. variables] }))];
}
