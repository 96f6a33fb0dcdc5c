using System.Text.Json.Nodes;
using ServerlessSec.Emulation;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Roles and policies that change under functions that stay as they are. IAM's events come from its own Region.</summary>
public sealed class RoleTests(ForwardedAccount account) : IClassFixture<ForwardedAccount>
{
    private const string Iam = "us-east-1";
    private const string Administrator = "arn:aws:iam::aws:policy/AdministratorAccess";

    [Fact]
    public async Task A_role_that_is_weakened_is_told_of_a_function_that_was_not_deployed_again()
    {
        var cloud = await account.ForwardAsync();
        await cloud.CreateAsync("till");
        await cloud.AfterAsync(Event("CreateFunction20150331", "till"));
        var strong = await cloud.OpenAsync("till");
        Assert.DoesNotContain("SLS2001", strong);

        await cloud.PutRolePolicyAsync("till-role", "inline", Wide);
        await TellAsync(cloud, Event("PutRolePolicy", "till"));
        Assert.Contains("SLS2001", await cloud.OpenAsync("till"));

        await cloud.IamAsync("DeleteRolePolicy", new("RoleName", "till-role"), new("PolicyName", "inline"));
        await TellAsync(cloud, Event("DeleteRolePolicy", "till"));
        Assert.Equal(strong, await cloud.OpenAsync("till"));

        await cloud.IamAsync("AttachRolePolicy", new("RoleName", "till-role"), new("PolicyArn", Administrator));
        await TellAsync(cloud, Event("AttachRolePolicy", "till"));
        Assert.Contains("SLS2001", await cloud.OpenAsync("till"));

        await cloud.IamAsync("DetachRolePolicy", new("RoleName", "till-role"), new("PolicyArn", Administrator));
        await TellAsync(cloud, Event("DetachRolePolicy", "till"));
        Assert.Equal(strong, await cloud.OpenAsync("till"));
    }

    [Fact]
    public async Task A_change_that_IAM_does_not_show_at_once_is_seen_at_the_second_look()
    {
        var cloud = await account.ForwardAsync();
        await cloud.CreateAsync("vault");
        await cloud.AfterAsync(Event("CreateFunction20150331", "vault"));
        await TellAsync(cloud, Event("PutRolePolicy", "vault"));
        Assert.DoesNotContain("SLS2001", await cloud.OpenAsync("vault"));
        await cloud.PutRolePolicyAsync("vault-role", "inline", Wide);
        await cloud.PassAsync();
        Assert.Contains("SLS2001", await cloud.OpenAsync("vault"));
    }

    [Fact]
    public async Task A_managed_policy_that_changes_reaches_every_function_of_its_roles()
    {
        var cloud = await account.ForwardAsync();
        var made = await cloud.IamAsync("CreatePolicy", new("PolicyName", "orders"), new("Path", "/team/"), new("PolicyDocument", Narrow));
        var arn = made.Descendants("Arn").First().Value;
        string[] functions = ["north", "south", "west"];
        var shared = await cloud.CreateRoleAsync("coast-role");
        await cloud.IamAsync("AttachRolePolicy", new("RoleName", "coast-role"), new("PolicyArn", arn));
        await cloud.CreateAsync("north", role: shared);
        await cloud.CreateAsync("south", role: shared);
        await cloud.CreateAsync("west");
        await cloud.IamAsync("AttachRolePolicy", new("RoleName", "west-role"), new("PolicyArn", arn));
        await cloud.AfterAsync([.. functions.Select(static f => Event("CreateFunction20150331", f))]);
        foreach (var function in functions) Assert.DoesNotContain("SLS2001", await cloud.OpenAsync(function));

        await cloud.IamAsync("CreatePolicyVersion", new("PolicyArn", arn), new("PolicyDocument", Wide), new("SetAsDefault", "true"));
        await TellAsync(cloud, Event("CreatePolicyVersion"));
        foreach (var function in functions) Assert.Contains("SLS2001", await cloud.OpenAsync(function));

        await cloud.IamAsync("SetDefaultPolicyVersion", new("PolicyArn", arn), new("VersionId", "v1"));
        await TellAsync(cloud, Event("SetDefaultPolicyVersion"));
        foreach (var function in functions) Assert.DoesNotContain("SLS2001", await cloud.OpenAsync(function));
    }

    [Fact]
    public async Task A_role_of_two_functions_is_one_finding_of_the_application_until_one_moves_out()
    {
        var cloud = await account.ForwardAsync();
        var role = await cloud.CreateRoleAsync("pair-role", Narrow);
        await cloud.CreateAsync("left", role: role);
        await cloud.AfterAsync(Event("CreateFunction20150331", "left"));
        Assert.Empty(await SharedAsync());
        await cloud.CreateAsync("right", role: role);
        await cloud.AfterAsync(Event("CreateFunction20150331", "right"));
        var shared = Assert.Single(await SharedAsync());
        Assert.True(IsActive(shared));
        Assert.DoesNotContain("SLS2004", await cloud.OpenAsync("left"));
        Assert.DoesNotContain("SLS2004", await cloud.OpenAsync("right"));

        await cloud.UpdateConfigurationAsync("right", new() { ["Role"] = await cloud.CreateRoleAsync("right-role", Narrow) });
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "right"));
        Assert.False(IsActive(Assert.Single(await SharedAsync())));

        async Task<List<JsonObject>> SharedAsync() => [.. (await cloud.ToldAsync(null)).Where(static f => Rule(f) == "SLS2004" && f.ToJsonString().Contains("pair-role", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task A_boundary_that_narrows_a_role_archives_what_it_takes_away_and_its_removal_brings_that_back()
    {
        var cloud = await account.ForwardAsync();
        var made = await cloud.IamAsync("CreatePolicy", new("PolicyName", "boundary"), new("PolicyDocument", Narrow));
        await cloud.CreateAsync("cell", Wide);
        await cloud.AfterAsync(Event("CreateFunction20150331", "cell"));
        var wide = await cloud.OpenAsync("cell");
        Assert.Contains("SLS2001", wide);
        await cloud.IamAsync("PutRolePermissionsBoundary", new("RoleName", "cell-role"), new("PermissionsBoundary", made.Descendants("Arn").First().Value));
        await TellAsync(cloud, Event("PutRolePermissionsBoundary", "cell"));
        Assert.DoesNotContain("SLS2001", await cloud.OpenAsync("cell"));
        await cloud.IamAsync("DeleteRolePermissionsBoundary", new KeyValuePair<string, string>("RoleName", "cell-role"));
        await TellAsync(cloud, Event("DeleteRolePermissionsBoundary", "cell"));
        Assert.Equal(wide, await cloud.OpenAsync("cell"));
    }

    [Fact]
    public async Task An_event_that_comes_from_two_Regions_is_one_set_of_findings()
    {
        var cloud = await account.ForwardAsync();
        await cloud.CreateAsync("twin");
        await cloud.AfterAsync(Event("CreateFunction20150331", "twin"));
        await cloud.PutRolePolicyAsync("twin-role", "inline", Wide);
        var one = Event("PutRolePolicy", "twin");
        var same = one.DeepClone().AsObject();
        var other = Event("PutRolePolicy", "twin");
        await cloud.PutEventAsync(one, Iam);
        await cloud.AfterAsync(same, other);
        await cloud.PassAsync();
        var told = await cloud.ToldAsync("twin");
        Assert.Single(told, static f => Rule(f) == "SLS2001");
        Assert.Equal(told.Count, told.DistinctBy(static f => Text(f, "Id")).Count());
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    private static async Task TellAsync(EmulatedCloud cloud, JsonObject @event)
    {
        await cloud.PutEventAsync(@event, Iam);
        await cloud.SettleAsync();
    }
}
