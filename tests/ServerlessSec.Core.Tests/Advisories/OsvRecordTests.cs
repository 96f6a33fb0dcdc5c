using System.Buffers;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace ServerlessSec.Advisories;

public class OsvRecordTests
{
    [Fact]
    public void Reads_what_matching_needs()
    {
        var advisory = Read("""
            {
              "schema_version": "1.6.0", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2024-05-01T10:00:00.5Z", "unheard_of": {"a": [1]},
              "aliases": ["CVE-2024-1", "CVE-2024-1", "GHSA-aaaa-bbbb-cccc"], "summary": "Something", "details": "long",
              "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
              "affected": [{
                "package": {"ecosystem": "npm", "name": "left", "purl": "pkg:npm/left"},
                "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.0"}]}],
                "versions": ["1.0.0"], "severity": [{"type": "CVSS_V4", "score": "x"}]
              }],
              "references": [{"type": "WEB", "url": "https://example.org/a"}, {"type": "WEB", "url": "javascript:alert(1)"}],
              "database_specific": {"severity": "HIGH", "cwe_ids": ["CWE-79", "CWE-20", "CWE-x"], "known_exploited": true}
            }
            """);
        Assert.Equal("GHSA-aaaa-bbbb-cccc", advisory.Id);
        Assert.Equal(["CVE-2024-1"], advisory.Aliases);
        Assert.Equal(new DateTimeOffset(2024, 5, 1, 10, 0, 0, 500, TimeSpan.Zero), advisory.Modified);
        Assert.Equal(new("CVSS_V3", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"), Assert.Single(advisory.Severities));
        Assert.Equal("HIGH", advisory.SeverityWord);
        Assert.Equal([20, 79], advisory.Cwes);
        Assert.Equal(["https://example.org/a"], advisory.References);
        Assert.True(advisory.KnownExploited);
        Assert.False(advisory.Malicious);
        var package = Assert.Single(advisory.Affected);
        Assert.Equal(("npm", "left"), (package.Ecosystem, package.Name));
        Assert.Equal([new(RangeEventKind.Introduced, "0"), new(RangeEventKind.Fixed, "1.2.0")], Assert.Single(package.Ranges).Events);
        Assert.Equal(["1.0.0"], package.Versions);
    }

    [Theory]
    [InlineData("""{"id": "A-1", "modified": "0001-01-01T00:00:00Z"}""")]
    [InlineData("""{"id": "A-1", "modified": "yesterday", "withdrawn": ""}""")]
    [InlineData("""{"id": "A-1", "modified": 5, "aliases": "CVE-1", "affected": {}, "references": [1, null, {"url": 7}], "severity": "high"}""")]
    [InlineData("""{"id": "A-1", "affected": [null, {}, {"package": null}, {"package": {"name": "x"}}, {"package": {"ecosystem": "npm", "name": ""}}]}""")]
    [InlineData("""{"id": "A-1", "summary": "\ud800 half", "database_specific": []}""")]
    public void Faults_that_sources_publish_cost_only_the_member(string json)
    {
        var advisory = Read(json);
        Assert.Equal("A-1", advisory.Id);
        Assert.Null(advisory.Modified);
        Assert.Null(advisory.Withdrawn);
        Assert.Empty(advisory.Affected);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"id": ""}""")]
    [InlineData("""{"id": 3}""")]
    [InlineData("""{"id": "A-1" """)]
    [InlineData("""{"id": "A-1"} {"id": "A-2"}""")]
    [InlineData("\0\u0001binary")]
    public void What_is_no_record_is_refused(string json) => Assert.Throws<FormatException>(() => Read(json));

    [Theory]
    [InlineData("""{"introduced": "15.5.1-canary.0"}""", "< 15.5.1", RangeEventKind.Limit, "15.5.1")]
    [InlineData("""{"introduced": "0"}""", "<= 2.4.2", RangeEventKind.LastAffected, "2.4.2")]
    [InlineData("""{"introduced": "0"}""", "<=2.4.2", RangeEventKind.LastAffected, "2.4.2")]
    // Where a fix is known the range is as it should be.
    [InlineData("""{"introduced": "9.0.0"}, {"fixed": "9.4.52"}""", "<= 9.4.51", RangeEventKind.Fixed, "9.4.52")]
    [InlineData("""{"introduced": "0"}""", "<", RangeEventKind.Introduced, "0")]
    [InlineData("""{"introduced": "0"}""", "< 2.0, >= 1", RangeEventKind.Introduced, "0")]
    [InlineData("""{"introduced": "0"}""", "= 1.0.0", RangeEventKind.Introduced, "0")]
    public void An_open_range_ends_where_its_source_says_beside_it(string events, string known, RangeEventKind kind, string version)
    {
        var advisory = Read($$"""
            {"id": "GHSA-1", "affected": [{
              "package": {"ecosystem": "npm", "name": "left"}, "ranges": [{"type": "SEMVER", "events": [{{events}}]}],
              "database_specific": {"last_known_affected_version_range": "{{known}}"}
            }]}
            """);
        Assert.Equal(new(kind, version), Assert.Single(Assert.Single(advisory.Affected).Ranges).Events[^1]);
    }

    [Theory]
    [InlineData("""{"imports": [{"path": "net/http", "symbols": ["Get"], "goos": ["windows"], "goarch": ["386"]}]}""", "net/http Get windows 386")]
    [InlineData("""{"imports": [{"path": "a"}, {"symbols": 3}, null, {"path": "b", "symbols": ["c", 4, "d"]}]}""", "a   ; b c,d  ")]
    [InlineData("""{"affects": {"functions": {"ammonia::clean": ["< 2.1.0"]}, "os": ["windows"], "arch": []}}""", " ammonia::clean windows ")]
    [InlineData("""{"affects": {"functions": ["a::b"], "arch": ["x86"]}, "affected_functions": null}""", " a::b  x86")]
    [InlineData("""{"affected_functions": ["com.google.common.io.Files.createTempDir"]}""", " com.google.common.io.Files.createTempDir  ")]
    [InlineData("""{"affects": {"functions": {}, "os": []}}""", "")]
    [InlineData("""{"imports": {}, "affects": []}""", "")]
    public void Keeps_which_code_is_affected(string specific, string expected)
    {
        var read = Read($$"""{"id": "A-1", "affected": [{"package": {"ecosystem": "Go", "name": "m"}, "ecosystem_specific": {{specific}}}]}""");
        foreach (var advisory in new[] { read, Read(Print(read)) })
        {
            Assert.Equal(expected, string.Join("; ", advisory.Affected.Single().Code.Select(static code =>
                string.Join(' ', code.Path, string.Join(',', code.Symbols), string.Join(',', code.Systems), string.Join(',', code.Architectures)))));
        }
    }

    [Fact]
    public void Depth_and_size_are_bounded()
    {
        var deep = $$"""{"id": "A-1", "details": {{new string('[', 5_000)}}{{new string(']', 5_000)}}}""";
        Assert.Throws<FormatException>(() => Read(deep));
        var small = ScanLimits.Default with { ManifestBytes = 16 };
        Assert.Throws<LimitReachedException>(() => OsvRecord.Read("""{"id": "A-1", "modified": ""}"""u8, small));
        Assert.Throws<LimitReachedException>(() => OsvRecord.Read(new MemoryStream(new byte[17]), small));
    }

    [Theory, InlineData("MAL-2024-1", "{}", true), InlineData("GHSA-1", """{"malicious": true}""", true), InlineData("GHSA-1", "{}", false)]
    public void A_hostile_package_is_known_by_its_record(string id, string specific, bool malicious) =>
        Assert.Equal(malicious, Read($$"""{"id": "{{id}}", "database_specific": {{specific}}}""").Malicious);

    [Fact]
    public void Reading_what_was_written_gives_the_same_record() =>
        Advisories.Sample(advisory => Print(Read(Print(advisory))) == Print(advisory), iter: 2_000);

    private static Advisory Read(string json) => OsvRecord.Read(Encoding.UTF8.GetBytes(json));

    private static string Print(Advisory advisory)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes)) OsvRecord.Write(advisory, json);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static Gen<string> Word { get; } = Gen.String[Gen.Char["abcXYZ019-._@/ \"\\é"], 1, 12].Where(word => word.Trim() == word && word.Length > 0);

    private static Gen<RangeEvent> Event { get; } = Gen.Select(Gen.Enum<RangeEventKind>(), Word).Select((kind, version) => new RangeEvent(kind, version));

    private static Gen<Advisory> Advisories { get; } =
        from id in Word
        from aliases in Word.Array[0, 3]
        from summary in Gen.Null(Word)
        from seconds in Gen.Long[315_532_800, 4_000_000_000]
        from events in Event.Array[0, 4]
        from versions in Word.Array[0, 3]
        from cwes in Gen.Int[1, 999].Array[0, 3]
        from flags in Gen.Bool.Array[3]
        select new Advisory
        {
            Id = id,
            Aliases = [.. aliases.Where(alias => alias != id).Distinct().Order(StringComparer.Ordinal)],
            Summary = summary,
            Modified = DateTimeOffset.FromUnixTimeSeconds(seconds),
            Withdrawn = flags[0] ? DateTimeOffset.FromUnixTimeSeconds(seconds + 1) : null,
            Affected = [new() { Ecosystem = "npm", Name = id, Ranges = [new("SEMVER", [.. events])], Versions = [.. versions] }],
            Cwes = [.. cwes.Distinct().Order()],
            KnownExploited = flags[1],
            Malicious = flags[2],
        };

    [Theory, InlineData("", "too large"), InlineData("{\n\n[", "line 3")]
    public void What_is_no_record_is_said_without_its_content(string text, string told) =>
        Assert.Contains(told, Assert.Throws<FormatException>(() => OsvRecord.Read(System.Text.Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);
}
