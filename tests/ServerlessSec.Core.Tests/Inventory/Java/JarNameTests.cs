namespace ServerlessSec.Inventory.Java;

public class JarNameTests
{
    [Theory]
    [InlineData("lib/log4j-1.2.17.jar", "log4j", "1.2.17")]
    [InlineData("log4j-1.2-api-2.17.1.jar", "log4j-1.2-api", "2.17.1")]
    [InlineData("spring-core-4.3.30.RELEASE.jar", "spring-core", "4.3.30.RELEASE")]
    [InlineData("netty-all-4.1.94.Final.jar", "netty-all", "4.1.94.Final")]
    [InlineData("netty-transport-native-epoll-4.1.94.Final-linux-x86_64.jar", "netty-transport-native-epoll", "4.1.94.Final")]
    [InlineData("guava-31.1-jre.jar", "guava", "31.1-jre")]
    [InlineData("guava-r09.jar", "guava", "r09")]
    [InlineData("scala-library_2.13-3.0.jar", "scala-library_2.13", "3.0")]
    [InlineData("jackson-datatype-jdk8-2.14.0.jar", "jackson-datatype-jdk8", "2.14.0")]
    [InlineData("commons-lang3-3.12.0.jar", "commons-lang3", "3.12.0")]
    [InlineData("acme-1.0-SNAPSHOT.jar", "acme", "1.0-SNAPSHOT")]
    [InlineData("acme-1.0-20200101.123456-1.jar", "acme", "1.0-20200101.123456-1")]
    [InlineData("hibernate-core-5.0.0.Beta2.jar", "hibernate-core", "5.0.0.Beta2")]
    [InlineData("xstream-1.4.20-sources.jar", "xstream", "1.4.20")]
    [InlineData("json-20231013.jar", "json", "20231013")]
    [InlineData("bcprov-jdk15on-1.70.jar", "bcprov-jdk15on", "1.70")]
    [InlineData("nekohtml-1.9.22.noko2.jar", "nekohtml", "1.9.22.noko2")]
    [InlineData("xpp3-1.1.4c.jar", "xpp3", "1.1.4c")]
    [InlineData("mssql-jdbc-12.4.2.jre11.jar", "mssql-jdbc", "12.4.2.jre11")]
    [InlineData("app.jar", "app", "")]
    [InlineData("my-app.jar", "my-app", "")]
    [InlineData("a-.jar", "a-", "")]
    [InlineData("-1.0.jar", "-1.0", "")]
    [InlineData(".jar", "", "")]
    public void Splits_a_file_name_where_the_version_begins(string path, string artifact, string version) =>
        Assert.Equal(new JarName(artifact, version), JarName.Of(path));
}
