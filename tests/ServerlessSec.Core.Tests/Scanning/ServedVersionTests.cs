using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>What several versions of one function have is one finding, and what one of them was not seen of is not mended.</summary>
public class ServedVersionTests
{
    private static readonly ServedVersion Live = new("3", ["live"]);

    [Theory]
    [InlineData("nodejs22.x", "nodejs14.x", "not in $LATEST, but in version 3, served by alias live", "3", "live")]
    [InlineData("nodejs14.x", "nodejs14.x", "also by alias live", "$LATEST", "live")]
    [InlineData("nodejs14.x", "nodejs22.x", null)]
    public void A_finding_says_where_it_stands_and_is_the_same_wherever_that_is(string latest, string served, string? says, params string[] qualifiers)
    {
        var alone = Assert.Single(Judge(Running("nodejs14.x")), IsOld);
        var finding = Assert.Single(Judge(Running(latest) with { Versions = [new(ServedVersion.Latest, [])], Served = [Running(served) with { Versions = [Live] }] }), IsOld);
        Assert.Equal(alone.Fingerprint, finding.Fingerprint);
        Assert.Equal(says is null ? alone.Message : $"{alone.Message.TrimEnd('.')} ({says}).", finding.Message);
        Assert.Equal(says is null ? null : qualifiers, finding.Qualifiers?.ToArray());
    }

    [Fact]
    public void Where_one_qualifier_was_asked_for_nothing_is_said_of_the_rest()
    {
        var finding = Assert.Single(Judge(Running("nodejs14.x") with { Versions = [Live] }), IsOld);
        Assert.EndsWith("(in version 3, served by alias live).", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_not_seen_of_one_version_was_not_seen()
    {
        var refused = Running("nodejs22.x") with { Versions = [Live] };
        refused = refused with { Posture = refused.Posture! with { Missing = refused.Posture.Missing.Add(Evidence.ExecutionRole, "iam:GetRole was refused") } };
        var whole = FunctionFacts.Of(new() { Id = "Checkout", Posture = Given.Posture(), Served = [refused] }, default);
        Assert.True(whole.Seen.HasFlag(Evidence.ExecutionRole));
        Assert.False(whole.SeenOfAll.HasFlag(Evidence.ExecutionRole));
        Assert.True(whole.SeenOfAll.HasFlag(Evidence.Configuration));
    }

    [Fact]
    public void An_inventory_holds_what_any_version_has()
    {
        var record = Holding("1.0.0", "a") with { Served = [Holding("2.0.0", "a"), Holding("1.0.0", "b")] };
        Assert.Equal(["pkg:npm/a@1.0.0", "pkg:npm/a@2.0.0", "pkg:npm/b@1.0.0"], record.Inventory!.Components.Select(static c => c.Purl.ToString()));
    }

    [Fact]
    public void Facts_of_served_versions_are_kept()
    {
        var record = Running("nodejs22.x") with { Versions = [new(ServedVersion.Latest, ["next"])], Served = [Running("nodejs14.x") with { Versions = [Live] }] };
        using var json = new MemoryStream();
        FactsJson.WriteFunction(record, json);
        Assert.DoesNotContain("Inventory", System.Text.Encoding.UTF8.GetString(json.ToArray()), StringComparison.Ordinal);
        json.Position = 0;
        var read = FactsJson.ReadFunction(json);
        Assert.Equal(["next"], Assert.Single(read.Versions).Aliases);
        Assert.Equal(("3", "nodejs14.x"), (Assert.Single(read.Served).Versions[0].Number, read.Served[0].Posture!.Configuration.Runtime.Value));
    }

    [Fact]
    public void Versions_close_loops_and_share_roles_for_their_function()
    {
        var box = Given.Bucket("box");
        var looping = Given.Posture("Grind") with
        {
            Triggers = [new() { Kind = TriggerKind.S3, Name = "Change", Source = box, Events = ["s3:ObjectCreated:*"] }],
            Role = Given.Role("GrindRole", Given.Allow("s3:PutObject", $"{box}/*")),
        };
        var grind = Given.Function(Given.Posture("Grind")) with { Served = [Given.Function(looping)] };
        var other = Given.Function(Given.Posture("Other") with { Role = Given.Role("GrindRole", Given.Allow("s3:GetObject", $"{box}/*")) });
        var found = new Scanner(RuleCatalog.All, ScanLimits.Default, Given.Today).JudgeApplication(new() { Name = "shop", Today = Given.Today, Functions = [grind, other] }).Findings;
        Assert.Equal(["Grind"], Assert.Single(found, static f => f.Rule.Id == "SLS7002").Subject.Functions);
        Assert.Equal(["Grind", "Other"], Assert.Single(found, static f => f.Rule.Id == "SLS2004").Subject.Functions);
    }

    private static FunctionRecord Running(string runtime) =>
        new() { Id = "Checkout", Posture = Given.Posture() with { Configuration = new() { Runtime = Setting.Known(runtime) } } };

    private static FunctionRecord Holding(string version, string name) => new()
    {
        Id = "Checkout",
        Package = new()
        {
            Id = "Checkout",
            Inventory = new() { Components = [new() { Purl = Purl.Parse($"pkg:npm/{name}@{version}"), Name = name, Version = version, Ecosystem = "npm" }] },
        },
    };

    private static Finding[] Judge(FunctionRecord record) =>
        [.. new Scanner(RuleCatalog.All, ScanLimits.Default, Given.Today).JudgeFunction(ScanKind.Posture, FunctionFacts.Of(record, Given.Today)).Findings];

    private static bool IsOld(Finding finding) => finding.Rule.Id == "SLS3001";
}
