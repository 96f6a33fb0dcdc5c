using ServerlessSec.Emulation;
using ServerlessSec.Sources.Packages.Images;
using static ServerlessSec.Functions.Emulated.Scenes;

namespace ServerlessSec.Functions.Emulated;

/// <summary>Functions whose code is a container image: read from the account's registry, layer by layer.</summary>
public sealed class ImageFunctionTests(ImageAccount account) : IClassFixture<ImageAccount>
{
    private const string Debian = "Package: libssl3\nStatus: install ok installed\nSource: openssl\nVersion: 3.0.11-1~deb12u2\n";

    private static readonly (string, string)[] System = [("etc/os-release", "ID=debian\nVERSION_ID=12\n"), ("var/lib/dpkg/status", Debian)];

    [Fact]
    public async Task A_vulnerable_dependency_of_an_image_is_told_until_an_image_without_it_is_deployed()
    {
        var cloud = await account.ReadyAsync();
        await cloud.CreateRepositoryAsync("team/told");
        await PushAsync(cloud, "team/told", "1", Shop("1.0.0"));
        await CreateAsync(cloud, "told", cloud.ImageUri("team/told", "1"));
        var since = cloud.Logs.Count;
        await cloud.AfterAsync(Event("CreateFunction20150331", "told"));
        var told = Assert.Single(await cloud.ToldAsync("told"), static f => Rule(f) == "SLS6001");
        Assert.True(IsActive(told));
        Assert.Contains("keelson", told.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty(cloud.Said(since, "message failed"));
        var gaps = await cloud.GapsAsync("told");
        Assert.Contains("Debian", Assert.Single(gaps), StringComparison.Ordinal);

        // A tag that moves changes nothing of what runs.
        await PushAsync(cloud, "team/told", "1", Shop("2.0.0"));
        await cloud.AfterAsync(Event("UpdateFunctionConfiguration20150331v2", "told"));
        Assert.Contains("SLS6001", await cloud.OpenAsync("told"));

        await cloud.UpdateImageAsync("told", cloud.ImageUri("team/told", "1"));
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "told"));
        Assert.DoesNotContain("SLS6001", await cloud.OpenAsync("told"));
        Assert.Equal("ARCHIVED", Text(Assert.Single(await cloud.ToldAsync("told"), static f => Rule(f) == "SLS6001"), "RecordState"));
    }

    [Fact]
    public async Task Only_what_the_function_deploys_is_fetched_and_by_no_more_than_the_two_permissions()
    {
        var cloud = await account.ReadyAsync();
        await cloud.CreateRepositoryAsync("team/two");
        var image = Shop("1.0.0");
        await PushAsync(cloud, "team/two", "1", image);
        await CreateAsync(cloud, "two", cloud.ImageUri("team/two", "1"));
        var before = cloud.Calls().Count();
        await cloud.AfterAsync(Event("CreateFunction20150331", "two"));
        var calls = cloud.Calls().Skip(before).Where(static c => c.Service == "ecr").ToList();
        Assert.All(calls, static c => Assert.Contains("ScanPackage", c.Caller, StringComparison.Ordinal));
        Assert.Equal(["BatchGetImage", .. Enumerable.Repeat("GetDownloadUrlForLayer", 1 + image.Layers.Length)], calls.Select(static c => c.Operation));
        Assert.All(calls.SelectMany(static c => c.Grants), static g => Assert.EndsWith(":repository/team/two", g.Resource, StringComparison.Ordinal));

        // The same image again is known by its digest.
        before = cloud.Calls().Count();
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", "two"));
        Assert.DoesNotContain(cloud.Calls().Skip(before), static c => c.Service == "ecr");
    }

    [Fact]
    public async Task An_image_of_another_account_is_a_gap_that_names_the_permissions()
    {
        var cloud = await account.ReadyAsync();
        await CreateAsync(cloud, "foreign", cloud.ImageUri("team/shop", "1", "210987654321"));
        await cloud.AfterAsync(Event("CreateFunction20150331", "foreign"));
        var gap = Assert.Single(await cloud.GapsAsync("foreign"), static g => g.Contains("210987654321", StringComparison.Ordinal));
        Assert.Contains("ecr:BatchGetImage and ecr:GetDownloadUrlForLayer", gap, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BatchGetImage", "ecr:BatchGetImage")]
    [InlineData("GetDownloadUrlForLayer", "ecr:GetDownloadUrlForLayer")]
    public async Task What_a_repository_refuses_is_a_gap_that_mends_nothing_until_it_is_permitted(string operation, string permission)
    {
        var cloud = await account.ReadyAsync();
        var name = $"refused-{operation.ToLowerInvariant()}";
        await cloud.CreateRepositoryAsync(name);
        await PushAsync(cloud, name, "1", Shop("1.0.0"));
        await CreateAsync(cloud, name, cloud.ImageUri(name, "1"));
        await cloud.AfterAsync(Event("CreateFunction20150331", name));
        Assert.Contains("SLS6001", await cloud.OpenAsync(name));
        var calm = await cloud.GapsAsync(name);

        await PushAsync(cloud, name, "2", Shop("2.0.0"));
        await cloud.UpdateImageAsync(name, cloud.ImageUri(name, "2"));
        await cloud.FaultsAsync(new Fault { Service = "ecr", Operation = operation, Resource = name, Code = "AccessDeniedException", Status = 400, Times = 99 });
        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", name));
        await cloud.FaultsAsync();
        Assert.Contains(await cloud.GapsAsync(name), g => g.Contains($"{permission} on the repository {name} was refused", StringComparison.Ordinal));
        Assert.Contains("SLS6001", await cloud.OpenAsync(name));

        await cloud.AfterAsync(Event("UpdateFunctionCode20150331v2", name));
        Assert.Equal(calm, await cloud.GapsAsync(name));
        Assert.DoesNotContain("SLS6001", await cloud.OpenAsync(name));
    }

    [Fact]
    public async Task An_image_that_was_deleted_before_it_was_read_is_a_gap()
    {
        var cloud = await account.ReadyAsync();
        await cloud.CreateRepositoryAsync("team/lost");
        var digest = await PushAsync(cloud, "team/lost", "1", Shop("1.0.0"));
        await CreateAsync(cloud, "lost", cloud.ImageUri("team/lost", "1"));
        await cloud.DeleteImageAsync("team/lost", digest);
        await cloud.AfterAsync(Event("CreateFunction20150331", "lost"));
        Assert.Contains(await cloud.GapsAsync("lost"), static g => g.Contains("the image was deleted from the repository team/lost", StringComparison.Ordinal));
        Assert.Empty(await cloud.DeadLettersAsync());
    }

    private static TestImage Shop(string keelson) => new(
        "amd64", System,
        [("var/task/index.js", "exports.handler = async () => 'ok'"), ("var/task/node_modules/keelson/package.json", $$"""{"name":"keelson","version":"{{keelson}}"}""")]);

    private static Task<string> PushAsync(EmulatedCloud cloud, string repository, string tag, TestImage image) =>
        cloud.PushImageAsync(repository, tag, image.Manifest, image.Blobs.Where(b => b.Value != image.Manifest).Select(static b => b.Value));

    private static async Task CreateAsync(EmulatedCloud cloud, string name, string image) =>
        await cloud.CreateImageFunctionAsync(name, image, await cloud.CreateRoleAsync($"{name}-role", Narrow));
}

/// <summary>With an advisory for what the images of tests hold.</summary>
public sealed class ImageAccount : ScannedAccount
{
    private Task? made;

    /// <summary>Tests of a class come one after the other.</summary>
    internal async Task<EmulatedCloud> ReadyAsync()
    {
        if (Export.Records["npm"].Count == 1) Export.Records["npm"].Add(AdvisoryExport.Record("GHSA-keel-sonx", "npm", "keelson", "2.0.0"));
        var cloud = await StartAsync();
        await (made ??= cloud.ScheduleAsync("RefreshSchedule"));
        return cloud;
    }
}
