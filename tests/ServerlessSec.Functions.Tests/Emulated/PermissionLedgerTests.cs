using System.Collections.Immutable;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using ServerlessSec.Emulation.Permissions;

namespace ServerlessSec.Functions.Emulated;

/// <summary>What the test of permissions rests on: that it would see a grant that is missing, too narrow, or not used.</summary>
public sealed class PermissionLedgerTests
{
    private const string Role = "arn:aws:iam::123456789012:role/worker";
    private const string Queue = "arn:aws:sqs:eu-central-1:123456789012:work";
    private const string Key = "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-4333-8444-555555555555";

    [Theory]
    [InlineData("sqs:SendMessage", Queue, true)]
    [InlineData("sqs:ReceiveMessage", Queue, false)]
    [InlineData("sqs:SendMessage", Queue + "-other", false)]
    [InlineData("s3:GetObject", "arn:aws:s3:::facts/v1/a", true)]
    [InlineData("s3:GetObject", "arn:aws:s3:::facts", false)]
    [InlineData("s3:GetObject", "arn:aws:s3:::facts-of-others/v1/a", false)]
    [InlineData("xray:PutTraceSegments", "*", true)]
    [InlineData("lambda:ListFunctions", "*", false)]
    [InlineData("dynamodb:GetItem", "arn:aws:dynamodb:eu-central-1:123456789012:table/state", false)]
    public void A_call_is_refused_unless_action_and_resource_are_allowed(string action, string resource, bool allowed)
    {
        var ledger = Note(Asked(action, resource));
        Assert.Equal(allowed ? 0 : 1, ledger.Refused.Count);
        Assert.Equal(allowed ? 1 : 0, ledger.Used.Count);
        if (!allowed) Assert.Contains(action, Assert.Single(ledger.Refused), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3.eu-central-1.amazonaws.com", true)]
    [InlineData("lambda.eu-central-1.amazonaws.com", false)]
    [InlineData(null, false)]
    public void A_call_is_refused_unless_the_conditions_hold(string? through, bool allowed) =>
        Assert.Equal(allowed, Note(Asked("kms:Decrypt", Key, through is null ? [] : [KeyValuePair.Create("kms:ViaService", ImmutableArray.Create(through))])).Refused.Count == 0);

    [Fact]
    public void What_nothing_used_is_left_over_and_what_is_optional_is_never_refused()
    {
        var ledger = Note(Asked("sqs:SendMessage", Queue), Asked("sqs:PurgeQueue", Queue) with { IsOptional = true });
        Assert.Empty(ledger.Refused);
        Assert.Equal(
            ["ListNothing: dynamodb:GetItem", "Read: s3:GetObject", "Trace: xray:PutTraceSegments", "UseKey: kms:Decrypt"],
            ledger.Granted.Except(ledger.Used).Select(static g => $"{g.Sid}: {g.Action}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_denial_and_a_boundary_count()
    {
        var denied = Note("""{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"},{"Effect":"Deny","Action":"sqs:SendMessage","Resource":"*"}]}""", null, [Asked("sqs:SendMessage", Queue)]);
        Assert.Single(denied.Refused);
        var bounded = Note(Policy, """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}""", [Asked("sqs:SendMessage", Queue), Asked("s3:GetObject", "arn:aws:s3:::facts/v1/a")]);
        Assert.Contains("sqs:SendMessage", Assert.Single(bounded.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public void Others_roles_are_of_no_interest()
    {
        var ledger = new PermissionLedger([]);
        ledger.Note(Role, [Asked("sqs:SendMessage", Queue)], "a test");
        Assert.Empty(ledger.Refused);
    }

    private const string Policy = $$"""
        {"Version":"2012-10-17","Statement":[
          {"Sid":"Send","Effect":"Allow","Action":["sqs:SendMessage"],"Resource":"{{Queue}}"},
          {"Sid":"Read","Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::facts/*"},
          {"Sid":"Trace","Effect":"Allow","Action":["xray:PutTraceSegments"],"Resource":"*"},
          {"Sid":"ListNothing","Effect":"Allow","Action":["dynamodb:GetItem"],"Resource":"arn:aws:dynamodb:eu-central-1:123456789012:table/other"},
          {"Sid":"UseKey","Effect":"Allow","Action":["kms:Decrypt"],"Resource":"{{Key}}","Condition":{ "StringLike":{"kms:ViaService":["s3.eu-central-1.amazonaws.com*"]} } }]}
        """;

    private static PermissionLedger Note(params Grant[] asked) => Note(Policy, null, asked);

    private static PermissionLedger Note(string policy, string? boundary, Grant[] asked)
    {
        var ledger = new PermissionLedger([KeyValuePair.Create(Role, RoleGrants.Read("Worker", Role, new JsonObject { ["policies"] = new JsonObject { ["inline"] = policy }, ["boundary"] = boundary }))]);
        ledger.Note(Role, asked, "a test");
        return ledger;
    }

    private static Grant Asked(string action, string resource, params KeyValuePair<string, ImmutableArray<string>>[] context) =>
        new(action, resource, context.ToImmutableSortedDictionary(StringComparer.Ordinal), false);
}
