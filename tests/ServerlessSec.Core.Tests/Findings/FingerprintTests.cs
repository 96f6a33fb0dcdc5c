namespace ServerlessSec.Findings;

public class FingerprintTests
{
    [Fact]
    public void Is_the_head_of_a_digest_over_version_rule_subject_and_place() =>
        Assert.Equal("40ba907e3abab777731c469117ff4a57", Fingerprint.Of("SLS1001", "Checkout", "FunctionUrlConfig.AuthType"));
}
