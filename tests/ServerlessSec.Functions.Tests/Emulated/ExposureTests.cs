using ServerlessSec.Emulation;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Doors that are opened and closed, by whoever tells of it.</summary>
public sealed class ExposureTests(ScannedAccount account) : IClassFixture<ScannedAccount>
{
    [Fact]
    public async Task A_function_URL_that_is_opened_is_told_and_archived_when_it_is_closed()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("gate");
        await cloud.AfterAsync(Event("CreateFunction20150331", "gate"));
        var closed = await cloud.OpenAsync("gate");

        // Without a permission nobody gets in.
        await cloud.UrlAsync(HttpMethod.Post, "gate", "NONE");
        await cloud.AfterAsync(Event("CreateFunctionUrlConfig", "gate"));
        Assert.DoesNotContain("SLS1001", await cloud.OpenAsync("gate"));

        await cloud.OpenUrlAsync("gate");
        await cloud.AfterAsync(Event("AddPermission20150331v2", "gate"));
        var opened = await cloud.OpenAsync("gate");
        Assert.Contains("SLS1001", opened);
        Assert.Contains("SLS7001", opened);

        // Who signs has an account: another problem, and no longer this one.
        await cloud.UrlAsync(HttpMethod.Put, "gate", "AWS_IAM");
        await cloud.AfterAsync(Event("UpdateFunctionUrlConfig", "gate"));
        Assert.DoesNotContain("SLS1001", await cloud.OpenAsync("gate"));

        await cloud.UrlAsync(HttpMethod.Put, "gate", "NONE");
        await cloud.AfterAsync(Event("UpdateFunctionUrlConfig", "gate"));
        Assert.Equal(opened, await cloud.OpenAsync("gate"));
        await cloud.UrlAsync(HttpMethod.Delete, "gate");
        await cloud.ForbidAsync("gate", "url");
        await cloud.ForbidAsync("gate", "via");
        await cloud.AfterAsync(Event("DeleteFunctionUrlConfig", "gate"), Event("RemovePermission20150331v2", "gate"));
        Assert.Equal(closed, await cloud.OpenAsync("gate"));
    }

    [Fact]
    public async Task A_permission_for_everyone_is_told_and_archived_when_it_is_taken_back()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("fence");
        await cloud.AfterAsync(Event("CreateFunction20150331", "fence"));
        var closed = await cloud.OpenAsync("fence");
        await cloud.PermitAsync("fence", new() { ["StatementId"] = "all", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*" });
        await cloud.PermitAsync("fence", new() { ["StatementId"] = "own", ["Action"] = "lambda:InvokeFunction", ["Principal"] = EmulatedCloud.Account });
        await cloud.AfterAsync(Event("AddPermission20150331v2", "fence"));
        Assert.Equal(closed.Append("SLS1003").Order(StringComparer.Ordinal), await cloud.OpenAsync("fence"));
        await cloud.ForbidAsync("fence", "all");
        await cloud.AfterAsync(Event("RemovePermission20150331v2", "fence"));
        Assert.Equal(closed, await cloud.OpenAsync("fence"));
    }

    [Fact]
    public async Task An_alias_that_everyone_may_call_is_told_until_it_is_gone()
    {
        var cloud = await account.StartAsync();
        await cloud.CreateAsync("wicket");
        await cloud.AfterAsync(Event("CreateFunction20150331", "wicket"));
        var closed = await cloud.OpenAsync("wicket");
        await cloud.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions/wicket/versions", []);
        await cloud.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions/wicket/aliases", new() { ["Name"] = "live", ["FunctionVersion"] = "1" });
        await cloud.LambdaAsync(HttpMethod.Post, "/2015-03-31/functions/wicket/policy?Qualifier=live", new() { ["StatementId"] = "all", ["Action"] = "lambda:InvokeFunction", ["Principal"] = "*" });
        await cloud.AfterAsync(Event("PublishVersion20150331", "wicket"), Event("CreateAlias20150331", "wicket"), Event("AddPermission20150331v2", "wicket"));
        Assert.Equal(closed.Append("SLS1003").Order(StringComparer.Ordinal), await cloud.OpenAsync("wicket"));
        await cloud.LambdaAsync(HttpMethod.Delete, "/2015-03-31/functions/wicket/aliases/live");
        await cloud.AfterAsync(Event("DeleteAlias20150331", "wicket"));
        Assert.Equal(closed, await cloud.OpenAsync("wicket"));
    }

    [Fact]
    public async Task What_CloudFormation_tells_leads_to_the_same_as_what_a_trail_tells()
    {
        var cloud = await account.StartAsync();
        string[] both = ["trail", "stack"];
        foreach (var function in both) await cloud.CreateAsync(function, Wide);
        await cloud.AfterAsync(
            Event("CreateFunction20150331", "trail"), StackEvent("AWS::IAM::Role", "stack-role", "CREATE_COMPLETE"), StackEvent("AWS::Lambda::Function", "stack", "CREATE_COMPLETE"));
        Assert.Contains("SLS2001", await SameAsync());

        foreach (var function in both)
        {
            await cloud.UrlAsync(HttpMethod.Post, function, "NONE");
            await cloud.OpenUrlAsync(function);
        }

        await cloud.AfterAsync(
            Event("CreateFunctionUrlConfig", "trail"), Event("AddPermission20150331v2", "trail"),
            StackEvent("AWS::Lambda::Url", cloud.Arn("stack"), "CREATE_COMPLETE"), StackEvent("AWS::Lambda::Permission", "stack|shop-Permission-1X2Y3Z", "CREATE_COMPLETE"));
        Assert.Contains("SLS1001", await SameAsync());

        foreach (var function in both) await cloud.PutRolePolicyAsync($"{function}-role", "inline", Narrow);
        await cloud.AfterAsync(Event("PutRolePolicy", "trail"), StackEvent("AWS::IAM::RolePolicy", "inline|stack-role"));
        Assert.DoesNotContain("SLS2001", await SameAsync());

        foreach (var function in both) await cloud.ForbidAsync(function, "url");
        await cloud.AfterAsync(Event("RemovePermission20150331v2", "trail"), StackEvent("AWS::Lambda::Permission", "stack|shop-Permission-1X2Y3Z", "DELETE_COMPLETE"));
        Assert.DoesNotContain("SLS1001", await SameAsync());

        foreach (var function in both) await cloud.DeleteFunctionAsync(function);
        await cloud.AfterAsync(Event("DeleteFunction20150331", "trail"), StackEvent("AWS::Lambda::Function", "stack", "DELETE_COMPLETE"));
        await cloud.PassAsync();
        Assert.Empty(await SameAsync());
        Assert.Empty(await cloud.DeadLettersAsync());

        async Task<List<string>> SameAsync()
        {
            var trail = await cloud.OpenAsync("trail");
            Assert.Equal(trail, await cloud.OpenAsync("stack"));
            Assert.Equal(await cloud.GapsAsync("trail"), (await cloud.GapsAsync("stack")).Select(static g => g.Replace("stack", "trail", StringComparison.Ordinal)));
            return trail;
        }
    }
}
