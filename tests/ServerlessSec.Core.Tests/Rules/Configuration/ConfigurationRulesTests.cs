using ServerlessSec.Findings;
using ServerlessSec.Secrets;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Configuration;

public class ConfigurationRulesTests
{
    [Theory]
    [InlineData(true, ValueOrigin.Literal, SettingState.Absent, Severity.Low)]
    [InlineData(true, ValueOrigin.NoEcho, SettingState.Absent, Severity.Medium)]
    [InlineData(true, ValueOrigin.NoEcho, SettingState.Known, null)]
    [InlineData(true, ValueOrigin.NoEcho, SettingState.Unknown, null)]
    [InlineData(false, ValueOrigin.Literal, SettingState.Absent, null)]
    public void Sensitive_variables_want_a_customer_key(bool sensitive, ValueOrigin origin, SettingState key, Severity? expected)
    {
        var posture = Given.Posture() with
        {
            Configuration = new() { KmsKeyArn = new(key, "arn:aws:kms:eu-west-1:123456789012:key/1", null) },
            Environment = [new("STAGE", ValueOrigin.Literal, false, null, null), new("PAYMENT_API_TOKEN", origin, sensitive, null, null)],
        };
        var finding = new SensitiveEnvironmentWithoutCustomerKey().Check(Given.Function(posture)).SingleOrDefault();
        Assert.Equal(expected, finding?.Severity);
        if (finding is not null) Assert.DoesNotContain("STAGE", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TriggerKind.S3, Severity.Medium)]
    [InlineData(TriggerKind.Sns, Severity.Medium)]
    [InlineData(TriggerKind.EventBridge, Severity.Medium)]
    [InlineData(TriggerKind.Logs, Severity.Medium)]
    [InlineData(TriggerKind.Iot, Severity.Medium)]
    [InlineData(TriggerKind.Schedule, Severity.Low)]
    [InlineData(TriggerKind.Sqs, null)]
    [InlineData(TriggerKind.DynamoDb, null)]
    [InlineData(TriggerKind.Kinesis, null)]
    [InlineData(TriggerKind.Kafka, null)]
    [InlineData(TriggerKind.HttpApi, null)]
    [InlineData(TriggerKind.Cognito, null)]
    [InlineData(TriggerKind.Alexa, null)]
    [InlineData(TriggerKind.Other, null)]
    public void Only_asynchronous_triggers_lose_events(TriggerKind kind, Severity? expected) =>
        Assert.Equal(expected, Lost(new(), new Trigger { Kind = kind, Name = "Change" })?.Severity);

    [Theory, InlineData(SettingState.Known), InlineData(SettingState.Unknown)]
    public void Any_place_for_what_failed_is_enough_known_or_not(SettingState state)
    {
        var target = new Setting<string>(state, "arn:aws:sqs:eu-west-1:123456789012:spare", null);
        var trigger = new Trigger { Kind = TriggerKind.S3, Name = "Change" };
        Assert.Null(Lost(new() { DeadLetterTarget = target }, trigger));
        Assert.Null(Lost(new() { OnFailure = target }, trigger));
        Assert.Null(Lost(new(), trigger with { Enabled = false }));
        Assert.NotNull(Lost(new() { OnSuccess = target }, trigger));
    }

    [Theory, InlineData(TriggerKind.EventBridge), InlineData(TriggerKind.Sns), InlineData(TriggerKind.Schedule)]
    public void What_a_trigger_keeps_is_only_what_it_could_not_hand_over(TriggerKind kind)
    {
        var trigger = new Trigger { Kind = kind, Name = "Change", OnFailure = Setting.Known("arn:aws:sqs:eu-west-1:123456789012:spare") };
        Assert.Contains("never reached Lambda", Lost(new(), trigger)?.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("never reached Lambda", Lost(new(), trigger with { OnFailure = default })?.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, SettingState.Known, SettingState.Absent, true)]
    [InlineData(true, SettingState.Known, SettingState.Known, false)]
    [InlineData(true, SettingState.Known, SettingState.Unknown, false)]
    [InlineData(false, SettingState.Absent, SettingState.Absent, true)]
    [InlineData(false, SettingState.Known, SettingState.Absent, false)]
    [InlineData(false, SettingState.Unknown, SettingState.Absent, false)]
    public void Logs_are_kept_for_ever_where_nothing_known_ends_them(bool declared, SettingState name, SettingState days, bool flagged)
    {
        var logs = new LogGroup { IsDeclared = declared, Name = new(name, "/shop/lines", null), RetentionDays = new(days, 14, null) };
        Assert.Equal(flagged, new EndlessLogRetention().Check(Given.Function(Given.Posture() with { Logs = logs })).Any());
    }

    [Theory]
    [InlineData(SettingState.Absent, null, true)]
    [InlineData(SettingState.Known, "PassThrough", true)]
    [InlineData(SettingState.Known, "Active", false)]
    [InlineData(SettingState.Unknown, null, false)]
    public void Tracing_is_on_or_off_or_unknown(SettingState state, string? mode, bool flagged) =>
        Assert.Equal(flagged, new UntracedFunction().Check(Given.Configured(new() { Tracing = new(state, mode, null) })).Any());

    [Fact]
    public void A_credential_in_the_environment_weighs_on_the_key_too()
    {
        var posture = Given.Posture() with { Environment = [new("TOKEN", ValueOrigin.Literal, true, new SecretHit("token", "abcd…", "00", true), null)] };
        Assert.Equal(Severity.Medium, Assert.Single(new SensitiveEnvironmentWithoutCustomerKey().Check(Given.Function(posture))).Severity);
    }

    private static Finding? Lost(FunctionConfiguration configuration, params Trigger[] triggers) =>
        new LostAsynchronousEvents().Check(Given.Function(Given.Posture() with { Configuration = configuration, Triggers = [.. triggers] })).SingleOrDefault();
}
