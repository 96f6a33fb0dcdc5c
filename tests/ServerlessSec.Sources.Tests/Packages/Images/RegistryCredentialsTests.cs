using System.Text;

namespace ServerlessSec.Sources.Packages.Images;

public sealed class RegistryCredentialsTests : IDisposable
{
    private static readonly string Auth = Convert.ToBase64String(Encoding.UTF8.GetBytes("ann:a:b"));

    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Where_there_is_no_file_nobody_is_known() =>
        Assert.Equal(new(RegistryCredential.None, null), RegistryCredentials.Read(Path.Combine(folder.Path, "none.json")).For("registry.example"));

    [Theory]
    [InlineData("registry.example", "registry.example")]
    [InlineData("https://registry.example/v1/", "registry.example")]
    [InlineData("Registry.Example:5000", "registry.example:5000")]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    public void A_credential_is_found_by_its_host(string key, string host) =>
        Assert.Equal(new(new("ann", "a:b"), null), Read($$$$"""{"auths":{"{{{{key}}}}":{"auth":"{{{{Auth}}}}"}}}""").For(host));

    [Theory]
    [InlineData("other.example")]
    [InlineData("registry.example.other.example")]
    [InlineData("egistry.example")]
    [InlineData("registry.example:5000")]
    public void It_is_given_to_no_other_host(string host) =>
        Assert.Equal(RegistryCredential.None, Read($$$$"""{"auths":{"registry.example":{"auth":"{{{{Auth}}}}"}}}""").For(host).Credential);

    [Theory]
    [InlineData("""{"credsStore":"desktop","auths":{"registry.example":{}}}""")]
    [InlineData("""{"credHelpers":{"registry.example":"ecr-login"}}""")]
    [InlineData("""{"auths":{"registry.example":{"identitytoken":"x"}}}""")]
    public void What_a_helper_keeps_is_said_not_to_be_asked_for(string text) =>
        Assert.Contains("helper", Read(text).For("registry.example").Unasked, StringComparison.Ordinal);

    [Theory]
    [InlineData("""{"auths":{"registry.example":{"auth":"%%%"}}}""")]
    [InlineData("""{"auths":{"registry.example":{"auth":"YW5u"}}}""")]
    [InlineData("""{"auths":{"registry.example":{"registrytoken":"a\r\nHost: b"}}}""")]
    [InlineData("""{"auths":{"registry.example":"x"}}""")]
    [InlineData("""{"auths":[]}""")]
    public void What_is_no_credential_is_none(string text) => Assert.Equal(new(RegistryCredential.None, null), Read(text).For("registry.example"));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("1")]
    [InlineData("""{"auths":{"\ud800":{}}}""")]
    public void Another_file_is_refused_and_not_shown(string text) => Assert.DoesNotContain("auths", Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    private RegistryCredentials Read(string text)
    {
        folder.Write("config.json", text);
        return RegistryCredentials.Read(Path.Combine(folder.Path, "config.json"));
    }
}
