namespace ServerlessSec.Functions.Emulated;

/// <summary>A stack of two hundred functions comes at once. How quick that is, `ServerlessSec.Benchmarks drain` tells.</summary>
public sealed class ManyDeploymentsTests
{
    private const int Functions = 200;

    [Fact]
    public async Task Two_hundred_functions_deployed_at_once_are_all_told_of_and_no_message_is_left()
    {
        await using var cloud = await FaultyAccount.StartAsync(new() { Patience = TimeSpan.FromMinutes(8) });
        var names = Enumerable.Range(0, Functions).Select(static n => $"many-{n:d3}").ToList();
        var role = await cloud.CreateRoleAsync("many-role", Scenes.Wide);
        var zip = FaultyAccount.Npm(("lodash", "4.17.4"));
        foreach (var name in names) await cloud.CreateAsync(name, zip, role);

        await cloud.AfterAsync(names.Select(static name => Scenes.Event("CreateFunction20150331", name)));
        await cloud.LaterAsync(TimeSpan.FromSeconds(100));

        var told = (await cloud.FindingsAsync()).Where(static f => f["GeneratorId"]!.GetValue<string>() == "serverlesssec/SLS2001").Select(static f => f["Resources"]![0]!["Id"]!.GetValue<string>().Split(':')[^1]);
        Assert.Equal(names, told.Order(StringComparer.Ordinal));
        Assert.Contains(await cloud.FindingsAsync(), static f => f["Description"]!.GetValue<string>().StartsWith($"{Functions} functions share the role many-role", StringComparison.Ordinal));
        foreach (var (id, url) in cloud.Stack.Where(static r => r.Key.EndsWith("DeadLetters", StringComparison.Ordinal))) Assert.Equal((id, 0), (id, (await cloud.PeekAsync(url)).Count));
        Assert.DoesNotContain((await cloud.ShowAsync())["rows"]!.AsArray(), static r => r!["DirtyKey"]?["S"]?.GetValue<string>() == "JOIN" || r["SK"]!["S"]!.GetValue<string>().StartsWith("BULK#", StringComparison.Ordinal));
    }
}
