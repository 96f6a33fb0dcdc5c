namespace ServerlessSec.Inventory.Java;

public class MavenLockTests
{
    private const string Pom = """
        <?xml version="1.0"?>
        <!DOCTYPE project>
        <project>
          <parent><groupId>com.acme</groupId><artifactId>parent</artifactId><version>3</version></parent>
          <artifactId>fn</artifactId>
          <properties><jackson>2.9.8</jackson></properties>
          <dependencyManagement><dependencies>
            <dependency><groupId>org.yaml</groupId><artifactId>snakeyaml</artifactId><version>1.26</version></dependency>
            <dependency><groupId>org.junit</groupId><artifactId>junit-bom</artifactId><version>5.0</version><scope>import</scope></dependency>
          </dependencies></dependencyManagement>
          <dependencies>
            <dependency><groupId>com.fasterxml.jackson.core</groupId><artifactId>jackson-databind</artifactId><version>${jackson}</version>
              <exclusions><exclusion><groupId>no.such</groupId><artifactId>thing</artifactId></exclusion></exclusions></dependency>
            <dependency><groupId>org.yaml</groupId><artifactId>snakeyaml</artifactId></dependency>
            <dependency><groupId>${project.groupId}</groupId><artifactId>shared</artifactId><version>${project.version}</version></dependency>
            <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.12</version><scope>test</scope></dependency>
            <dependency><groupId>javax.servlet</groupId><artifactId>servlet-api</artifactId><version>2.5</version><scope>provided</scope></dependency>
            <dependency><groupId>org.ranged</groupId><artifactId>ranged</artifactId><version>[1.0,2.0)</version></dependency>
            <dependency><groupId>org.parents</groupId><artifactId>by-parent</artifactId></dependency>
          </dependencies>
          <profiles><profile><dependencies><dependency><groupId>a</groupId><artifactId>b</artifactId><version>1</version></dependency></dependencies></profile></profiles>
        </project>
        """;

    [Fact]
    public void A_project_file_gives_what_it_settles_and_says_what_it_does_not()
    {
        var inventory = Read.Package(("src/Fn.java", ""), ("pom.xml", Pom));

        Assert.Equal(["pkg:maven/com.acme/shared@3", "pkg:maven/com.fasterxml.jackson.core/jackson-databind@2.9.8", "pkg:maven/org.yaml/snakeyaml@1.26"], inventory.Purls());
        Assert.All(inventory.Components, component => Assert.Equal((Relation.Direct, OccurrenceKind.Locked), (component.Relation, component.Occurrences[0].Kind)));
        Assert.Equal(["transitive packages not locked", "version not in project file"], inventory.Gaps.Select(gap => gap.Reason).Order(StringComparer.Ordinal));
        Assert.Contains("'org.parents:by-parent', 'org.ranged:ranged'", inventory.Gaps.Single(gap => gap.Reason.StartsWith("version", StringComparison.Ordinal)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lock_file_tells_what_runs_from_what_builds()
    {
        var inventory = Read.Package(("src/Fn.java", ""), ("build.gradle", ""), ("gradle.lockfile", """
            # This is a Gradle generated file for dependency locking.
            com.google.code.gson:gson:2.10=compileClasspath,runtimeClasspath,testRuntimeClasspath
            junit:junit:4.13.2=testCompileClasspath,testRuntimeClasspath
            org.projectlombok:lombok:1.18.30=annotationProcessor,compileClasspath
            org.odd:odd:1.0=shadow
            empty=signatures
            """));

        Assert.Equal(
            [("pkg:maven/com.google.code.gson/gson@2.10", false), ("pkg:maven/junit/junit@4.13.2", true), ("pkg:maven/org.odd/odd@1.0", false), ("pkg:maven/org.projectlombok/lombok@1.18.30", true)],
            inventory.Components.Select(component => (component.Purl.ToString(), component.Development)));
        Assert.Empty(inventory.Gaps);
    }

    [Theory]
    [InlineData("pom.xml", "java-pom", "")]
    [InlineData("pom.xml", "java-pom", "<settings/>")]
    [InlineData("pom.xml", "java-pom", "<project><dependencies>")]
    [InlineData("pom.xml", "java-pom", "<!DOCTYPE p [<!ENTITY a 'b'>]><project><artifactId>&a;</artifactId></project>")]
    [InlineData("gradle.lockfile", "java-gradle-lock", "")]
    [InlineData("gradle.lockfile", "java-gradle-lock", "a:b=c\n")]
    [InlineData("gradle.lockfile", "java-gradle-lock", "a:b:c\n")]
    public void Malformed_files_are_gaps(string path, string cataloger, string text) =>
        Assert.Equal(cataloger, Assert.Single(Read.Package(("A.java", ""), (path, text)).Gaps).Scope.Cataloger);

    [Fact]
    public void A_project_file_of_endless_depth_or_holes_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("<a>", 100_000));
        Assert.Equal(GapKind.Limit, Assert.Single(Read.Package(("A.java", ""), ("pom.xml", "<project>" + deep)).Gaps).Kind);

        var growing = "<project><artifactId>a</artifactId><properties><x>${x}${x}${x}${x}</x></properties><dependencies><dependency><groupId>g</groupId><artifactId>${x}</artifactId><version>1</version></dependency></dependencies></project>";
        Assert.Empty(Read.Package(("A.java", ""), ("pom.xml", growing)).Components);

        var many = growing.Replace("</dependencies>", string.Concat(Enumerable.Repeat("<dependency><groupId>${x}</groupId></dependency>", 20_000)) + "</dependencies>", StringComparison.Ordinal);
        Assert.Equal(GapKind.Limit, Assert.Single(Read.Package(("A.java", ""), ("pom.xml", many)).Gaps).Kind);
    }

    [Fact]
    public void Jars_that_are_there_outweigh_what_asks_for_them()
    {
        var inventory = Read.Package(("pom.xml", Pom), ("build.gradle", ""), ("gradle.lockfile", "a:b:1=runtimeClasspath"), Jars.Properties("g", "a", "1"), ("A.class", "x"));

        Assert.Equal(["pkg:maven/g/a@1"], inventory.Purls());
        Assert.Empty(inventory.Gaps);
    }
}
