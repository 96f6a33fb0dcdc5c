using CsCheck;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Java;

public class JarCatalogerTests
{
    private static readonly byte[] Slf4j = Jars.Maven("org.slf4j", "slf4j-api", "1.7.36");

    [Fact]
    public void A_jar_is_what_its_properties_say_wherever_it_lies()
    {
        foreach (var stored in (bool[])[false, true])
        {
            var inventory = Read.Package(new Zips().Add("lib/slf4j-api-9.9.jar", Slf4j, stored).ToArray());

            Assert.Equal(["pkg:maven/org.slf4j/slf4j-api@1.7.36"], inventory.Purls());
            Assert.Equal(
                new Occurrence("lib/slf4j-api-9.9.jar!/META-INF/maven/org.slf4j/slf4j-api/pom.properties", null, OccurrenceKind.Installed, "java-archive"),
                Assert.Single(inventory.Components[0].Occurrences));
            Assert.Equal("org.slf4j:slf4j-api", inventory.Components[0].Name);
            Assert.Empty(inventory.Opaque);
            Assert.Empty(inventory.Gaps);
        }
    }

    [Fact]
    public void A_shaded_jar_is_each_package_that_went_in()
    {
        var jar = Jars.Of(Jars.Properties("com.acme", "fn", "1.0.0"), Jars.Properties("com.google.code.gson", "gson", "2.10"), ("com/acme/Fn.class", "x"), ("com/google/gson/Gson.class", "x"));

        var inventory = Read.Package(new Zips().Add("fn.jar", jar).ToArray());

        Assert.Equal(["pkg:maven/com.acme/fn@1.0.0", "pkg:maven/com.google.code.gson/gson@2.10"], inventory.Purls());
        Assert.Empty(inventory.Gaps);
    }

    [Fact]
    public void Classes_that_were_copied_without_their_papers_are_named_as_such()
    {
        var jar = Jars.Of(Jars.Properties("com.acme", "fn", "1.0.0"), ("com/acme/Fn.class", "x"), ("org/apache/log4j/Logger.class", "x"), ("org/springframework/boot/loader/Launcher.class", "x"));

        var inventory = Read.Package(new Zips().Add("lib/fn-1.0.0.jar", jar).ToArray());

        Assert.Equal(new OpaqueFile("lib/fn-1.0.0.jar!/org/apache/log4j", null, "copied classes"), Assert.Single(inventory.Opaque));
        Assert.Contains("log4j:log4j", Assert.Single(inventory.Gaps).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_that_has_only_the_papers_of_what_it_copied_is_named_too()
    {
        var jar = Jars.Of(Jars.Properties("org.apache.bcel", "bcel", "6.4.1"), ("org/apache/xalan/A.class", "x"), ("org/apache/bcel/A.class", "x"));

        Assert.Equal(["pkg:maven/org.apache.bcel/bcel@6.4.1", "pkg:maven/xalan/xalan@2.7.2"], Read.Package(new Zips().Add("lib/xalan-2.7.2.jar", jar).ToArray()).Purls());
    }

    [Theory]
    [InlineData("<project><groupId>io.micronaut</groupId><artifactId>micronaut-http</artifactId><version>3.8.7</version><dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.12</version></dependency></dependencies></project>", "pkg:maven/io.micronaut/micronaut-http@3.8.7")]
    [InlineData("<project xmlns='http://maven.apache.org/POM/4.0.0'><parent><groupId>io.micronaut</groupId><artifactId>p</artifactId><version>3.8.7</version></parent><artifactId>micronaut-http</artifactId></project>", "pkg:maven/io.micronaut/micronaut-http@3.8.7")]
    [InlineData("<project><groupId>io.micronaut</groupId><artifactId>micronaut-http</artifactId><version>${revision}</version><properties><revision>${base}.7</revision><base>3.8</base></properties></project>", "pkg:maven/io.micronaut/micronaut-http@3.8.7")]
    [InlineData("<project><groupId>io.micronaut</groupId><artifactId>micronaut-http</artifactId><version>${unknown}</version></project>", "pkg:maven/io.micronaut/micronaut-http@3.8.9")]
    public void A_project_file_alone_says_the_coordinates(string pom, string purl)
    {
        var jar = Jars.Of(
            Jars.Manifest("Automatic-Module-Name: io.micronaut.http", "Implementation-Title: http"),
            ("META-INF/maven/io.micronaut/micronaut-http/pom.xml", pom),
            ("io/micronaut/http/A.class", "x"));

        Assert.Equal([purl], Read.Package(new Zips().Add("lib/micronaut-http-3.8.9.jar", jar).ToArray()).Purls());
    }

    [Theory]
    [InlineData("log4j-1.2.17.jar", "org/apache/log4j/A.class", "", "pkg:maven/log4j/log4j@1.2.17")]
    [InlineData("spring-web-4.3.30.RELEASE.jar", "org/springframework/web/A.class", "Implementation-Title: spring-web", "pkg:maven/org.springframework/spring-web@4.3.30.RELEASE")]
    [InlineData("c3p0-0.9.1.2.jar", "com/mchange/v2/c3p0/A.class", "", "pkg:maven/c3p0/c3p0@0.9.1.2")]
    [InlineData("c3p0-0.9.5.jar", "com/mchange/v2/c3p0/A.class", "", "pkg:maven/com.mchange/c3p0@0.9.5")]
    [InlineData("spring-web-0.7.4.jar", "org/myorg/spring/A.class", "Implementation-Title: spring-web", null)]
    [InlineData("snakeyaml.jar", "org/yaml/snakeyaml/Yaml.class", "Implementation-Version: 1.33", "pkg:maven/org.yaml/snakeyaml@1.33")]
    [InlineData("snakeyaml.jar", "com/acme/Yaml.class", "Implementation-Version: 1.33", null)]
    [InlineData("orders-1.4.jar", "com/acme/orders/A.class", "Implementation-Vendor-Id: com.acme", "pkg:maven/com.acme/orders@1.4")]
    [InlineData("orders-1.4.jar", "net/other/A.class", "Implementation-Vendor-Id: com.acme", null)]
    [InlineData("orders-1.4.jar", "org/apache/orders/A.class", "Implementation-Vendor-Id: org.apache", null)]
    [InlineData("cats-core_2.13-2.9.0.jar", "cats/A.class", "Implementation-Title: cats-core\r\nImplementation-Vendor-Id: org.typelevel\r\nImplementation-Version: 2.9.0", "pkg:maven/org.typelevel/cats-core_2.13@2.9.0")]
    [InlineData("cats-core_2.13-2.9.0.jar", "cats/A.class", "Implementation-Title: cats\r\nImplementation-Vendor-Id: org.typelevel\r\nImplementation-Version: 2.9.0", null)]
    [InlineData("cats-core_2.13-2.9.0.jar", "cats/A.class", "Implementation-Title: cats-core\r\nImplementation-Vendor-Id: org.typelevel\r\nImplementation-Version: 2.8.0", null)]
    [InlineData("tomcat-embed-core-9.0.83.jar", "org/apache/catalina/A.class", "Implementation-Title: Apache Tomcat", "pkg:maven/org.apache.tomcat.embed/tomcat-embed-core@9.0.83")]
    [InlineData("tomcat-coyote-9.0.70.jar", "org/apache/coyote/A.class", "Bundle-SymbolicName: org.apache.tomcat-coyote", "pkg:maven/org.apache.tomcat/tomcat-coyote@9.0.70")]
    [InlineData("tomcat-servlet-api-10.1.20.jar", "jakarta/servlet/A.class", "Bundle-SymbolicName: org.apache.tomcat-servlet-api", "pkg:maven/org.apache.tomcat/tomcat-servlet-api@10.1.20")]
    [InlineData("caffeine.jar", "com/github/benmanes/caffeine/A.class", "Bundle-Version: 2.6.2", "pkg:maven/com.github.ben-manes.caffeine/caffeine@2.6.2")]
    [InlineData("orders.jar", "com/acme/orders/A.class", "Implementation-Vendor-Id: com.acme\r\nImplementation-Title: orders\r\nBundle-Version: 0.0.0.unspecified", null)]
    [InlineData("rxjava-1.3.8.jar", "rx/Observable.class", "", "pkg:maven/io.reactivex/rxjava@1.3.8")]
    [InlineData("rxjava-2.2.21.jar", "io/reactivex/Observable.class", "", "pkg:maven/io.reactivex.rxjava2/rxjava@2.2.21")]
    [InlineData("rxjava-3.1.5.jar", "io/reactivex/rxjava3/core/Observable.class", "", "pkg:maven/io.reactivex.rxjava3/rxjava@3.1.5")]
    [InlineData("opentelemetry-instrumentation-api-2.1.0.jar", "io/opentelemetry/instrumentation/api/A.class", "", "pkg:maven/io.opentelemetry.instrumentation/opentelemetry-instrumentation-api@2.1.0")]
    [InlineData("opentelemetry-sdk-1.35.0.jar", "io/opentelemetry/sdk/A.class", "", "pkg:maven/io.opentelemetry/opentelemetry-sdk@1.35.0")]
    [InlineData("elasticsearch-rest-client-7.17.9.jar", "org/elasticsearch/client/A.class", "", "pkg:maven/org.elasticsearch.client/elasticsearch-rest-client@7.17.9")]
    [InlineData("hibernate-jpa-2.1-api-1.0.2.Final.jar", "javax/persistence/A.class", "", "pkg:maven/org.hibernate.javax.persistence/hibernate-jpa-2.1-api@1.0.2.Final")]
    [InlineData("hibernate-envers-6.4.4.Final.jar", "org/hibernate/envers/A.class", "", "pkg:maven/org.hibernate.orm/hibernate-envers@6.4.4.Final")]
    [InlineData("jcommander-1.82.jar", "com/beust/jcommander/A.class", "", "pkg:maven/com.beust/jcommander@1.82")]
    [InlineData("kafka_2.13-3.6.0.jar", "kafka/A.class", "", "pkg:maven/org.apache.kafka/kafka_2.13@3.6.0")]
    [InlineData("xml-resolver-1.2.jar", "org/apache/xml/resolver/A.class", "Implementation-Title: org.apache.xml.resolver", "pkg:maven/xml-resolver/xml-resolver@1.2")]
    [InlineData("xz-1.9.jar", "org/tukaani/xz/A.class", "Bundle-SymbolicName: org.tukaani.xz", "pkg:maven/org.tukaani/xz@1.9")]
    [InlineData("orders.jar", "com/acme/orders/A.class", "Implementation-Vendor-Id: com.acme\r\nImplementation-Version: 7.1", null)]
    [InlineData("orders.jar", "com/acme/orders/A.class", "Implementation-Vendor-Id: com.acme\r\nImplementation-Title: orders\r\nImplementation-Version: 7.1", "pkg:maven/com.acme/orders@7.1")]
    [InlineData("order-api-2.0.jar", "com/acme/order/api/A.class", "Bundle-SymbolicName: com.acme.order-api;singleton:=true", "pkg:maven/com.acme/order-api@2.0")]
    [InlineData("order-api-2.0.jar", "com/acme/order/api/A.class", "Bundle-SymbolicName: com.acme.ord\r\n er.api", "pkg:maven/com.acme.order/order-api@2.0")]
    [InlineData("hystrix-core-1.5.18.jar", "com/netflix/hystrix/A.class", "Implementation-Title: com.netflix.hystrix#hystrix-core;1.5.18", "pkg:maven/com.netflix.hystrix/hystrix-core@1.5.18")]
    [InlineData("lucene-odd-4.10.4.jar", "org/apache/lucene/odd/A.class", "Implementation-Title: org.apache.lucene", "pkg:maven/org.apache.lucene/lucene-odd@4.10.4")]
    [InlineData("order-odd-1.0.jar", "com/acme/order/A.class", "Implementation-Title: com.acme.order", "pkg:maven/com.acme.order/order-odd@1.0")]
    [InlineData("odd-1.0.jar", "com/acme/order/A.class", "Implementation-Title: com.acme.order", null)]
    [InlineData("app.jar", "com/acme/A.class", "", null)]
    [InlineData("tool-3.0.jar", "com/acme/A.class", "Implementation-Title: Some Tool for People\r\nImplementation-Version: 1.8.0_202", null)]
    public void Without_them_name_manifest_and_classes_must_agree(string name, string classFile, string manifest, string? purl)
    {
        var inventory = Read.Package(new Zips().Add("lib/" + name, Jars.Of(Jars.Manifest(manifest), (classFile, "x"))).ToArray());

        Assert.Equal(purl is null ? [] : [purl], inventory.Purls());
        Assert.Equal(purl is null ? [new("lib/" + name, null, "unnamed archive")] : [], inventory.Opaque);
    }

    [Fact]
    public void A_jar_of_resources_is_no_code()
    {
        var inventory = Read.Package(new Zips().Add("Fn.class", "x").Add("lib/texts.jar", Jars.Of(Jars.Manifest(), ("messages.properties", "a=b"))).ToArray());

        Assert.Empty(inventory.Components);
        Assert.Empty(inventory.Opaque);
        Assert.Empty(inventory.Gaps);
    }

    [Theory, InlineData("BOOT-INF/lib/"), InlineData("WEB-INF/lib/"), InlineData("")]
    public void Archives_within_archives_are_read_where_they_lie(string folder)
    {
        var app = new Zips()
            .Add("META-INF/MANIFEST.MF", "Start-Class: com.acme.Fn\n")
            .Add("org/springframework/boot/loader/Launcher.class", "x")
            .Add("BOOT-INF/classes/com/acme/Fn.class", "x")
            .Add(folder + "slf4j-api-1.7.36.jar", Slf4j, stored: true)
            .Add(folder + "snakeyaml-1.33.jar", Jars.Maven("org.yaml", "snakeyaml", "1.33")).ToArray();

        var inventory = Read.Package(new Zips().Add("lib/app.war", app).ToArray());

        Assert.Equal(["pkg:maven/org.slf4j/slf4j-api@1.7.36", "pkg:maven/org.yaml/snakeyaml@1.33"], inventory.Purls());
        Assert.Equal($"lib/app.war!/{folder}slf4j-api-1.7.36.jar!/META-INF/maven/org.slf4j/slf4j-api/pom.properties", inventory.Components[0].Occurrences[0].Path);
        Assert.Empty(inventory.Gaps);
        Assert.Empty(inventory.Opaque);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "cut off", Slf4j[..^30] },
        { "no zip", "PK no zip"u8.ToArray() },
        { "empty", [] },
        { "bad properties", Jars.Of(("META-INF/maven/g/a/pom.properties", "groupId=g"), ("A.class", "x")) },
        { "bad project", Jars.Of(("META-INF/maven/g/a/pom.xml", "<project><version>"), ("A.class", "x")) },
        { "no coordinates", Jars.Of(("META-INF/maven/g/a/pom.xml", "<project/>"), ("A.class", "x")) },
        { "an encrypted list", new Zips().Add("META-INF/maven/g/a/pom.properties", "x"u8.ToArray(), flags: 1).ToArray() },
        { "a list that lies about its size", new Zips().Add("META-INF/maven/g/a/pom.properties", new byte[1 << 20], size: 10).ToArray() },
        { "a list that is too long", new Zips().Add("META-INF/maven/g/a/pom.properties", new byte[5 << 20]).ToArray() },
        { "a bomb", new Zips().Add("inner.jar", new byte[64 << 20]).ToArray() },
        { "an entry that leads out", new Zips().Add("../META-INF/maven/g/a/pom.properties", "x").ToArray() },
    };

    [Theory, MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void A_broken_jar_is_a_gap_and_hides_no_neighbour(string name, byte[] broken)
    {
        var war = new Zips().Add("WEB-INF/lib/aaa-1.0.jar", broken).Add("WEB-INF/lib/slf4j.jar", Slf4j).ToArray();

        var inventory = Read.Package(new Zips().Add("app.war", war).Add("lib/bbb.jar", broken).Add("lib/snakeyaml.jar", Jars.Maven("org.yaml", "snakeyaml", "1.33")).ToArray());

        Assert.Equal(["pkg:maven/org.slf4j/slf4j-api@1.7.36", "pkg:maven/org.yaml/snakeyaml@1.33"], inventory.Purls());
        Assert.True(inventory.Gaps.Any(gap => gap.Scope.Path?.StartsWith("app.war!/WEB-INF/lib/aaa-1.0.jar", StringComparison.Ordinal) == true), name);
        Assert.True(inventory.Gaps.Any(gap => gap.Scope.Path?.StartsWith("lib/bbb.jar", StringComparison.Ordinal) == true), name);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Jars_nested_too_deep_are_a_gap(bool stored)
    {
        var jar = Slf4j;
        for (var depth = 0; depth < 10; depth++) jar = new Zips().Add("inner.jar", jar, stored).Add($"o{depth}/A.class", "x").ToArray();

        var inventory = Read.Package(new Zips().Add("outer.jar", jar).ToArray());

        Assert.Empty(inventory.Components);
        Assert.Equal((GapKind.Limit, "archive limit"), (Assert.Single(inventory.Gaps).Kind, inventory.Gaps[0].Reason));
        Assert.Equal(9, inventory.Gaps[0].Scope.Path!.Split('!').Length);
        Assert.Single(Read.Package(new Zips().Add("outer.jar", jar).ToArray(), ScanLimits.Default with { ArchiveDepth = 12 }).Components);
    }

    /// <summary>Ten in each of ten in each of ten: entries count over all archives of one file.</summary>
    [Fact]
    public void Jars_that_multiply_are_a_gap()
    {
        var jar = Slf4j;
        for (var depth = 0; depth < 4; depth++)
        {
            var outer = new Zips();
            for (var copy = 0; copy < 10; copy++) outer.Add($"{copy}.jar", jar);
            jar = outer.ToArray();
        }

        var inventory = Read.Package(new Zips().Add("outer.jar", jar).ToArray(), ScanLimits.Default with { Entries = 500 });

        Assert.Contains(inventory.Gaps, gap => gap is { Kind: GapKind.Limit, Reason: "archive limit" });
        Assert.Equal(["pkg:maven/org.slf4j/slf4j-api@1.7.36"], inventory.Purls());
    }

    [Fact]
    public void An_unpacked_jar_is_read_the_same()
    {
        var inventory = Read.Package(
            ("com/acme/Fn.class", "x"), Jars.Manifest("Created-By: x"), Jars.Properties("org.slf4j", "slf4j-api", "1.7.36"),
            ("META-INF/maven/com.acme/old/pom.xml", "<project><groupId>com.acme</groupId><artifactId>old</artifactId><version>2</version></project>"),
            ("org/slf4j/Logger.class", "x"), ("org/apache/commons/collections/Bag.class", "x"));

        Assert.Equal(["pkg:maven/com.acme/old@2", "pkg:maven/org.slf4j/slf4j-api@1.7.36"], inventory.Purls());
        Assert.Equal("META-INF/maven/org.slf4j/slf4j-api/pom.properties", inventory.Components[1].Occurrences[0].Path);
        Assert.Equal(new OpaqueFile("org/apache/commons/collections", null, "copied classes"), Assert.Single(inventory.Opaque));
    }

    [Fact]
    public void Manifests_within_each_other_do_not_multiply_the_work()
    {
        var zip = new Zips().Add("META-INF/MANIFEST.MF", "").Add("org/apache/log4j/A.class", "x");
        var folder = "";
        for (var depth = 0; depth < 400; depth++) zip.Add((folder += "a/") + "META-INF/MANIFEST.MF", "");
        for (var file = 0; file < 20_000; file++) zip.Add($"{folder}{file}.class", "x", stored: true);

        Assert.Equal(new OpaqueFile("org/apache/log4j", null, "copied classes"), Assert.Single(Read.Package(zip.ToArray()).Opaque));
    }

    /// <summary>Whatever bytes change in a jar, reading it ends with an inventory.</summary>
    [Fact]
    public void No_jar_brings_it_down()
    {
        var seed = new Zips().Add("lib/x.jar", Slf4j).Add("lib/y.jar", Slf4j, stored: true).Add("A.class", "x").ToArray();
        Gen.Select(Gen.Select(Gen.Int[0, seed.Length - 1], Gen.Byte).Array[1, 6], Gen.Bool).Sample(
            (changes, stored) =>
            {
                var bytes = seed.ToArray();
                foreach (var (at, value) in changes) bytes[at] = value;
                return Read.Package(new Zips().Add("app.jar", bytes, stored).ToArray()).Files == 1;
            },
            iter: 3_000);
    }
}
