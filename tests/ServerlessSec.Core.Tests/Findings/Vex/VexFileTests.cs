using System.Text;

namespace ServerlessSec.Findings.Vex;

public class VexFileTests
{
    [Theory]
    [InlineData("", "is not JSON")]
    [InlineData("{", "is not JSON")]
    [InlineData("[]", "neither '@context' says OpenVEX nor 'bomFormat' CycloneDX")]
    [InlineData("null", "neither")]
    [InlineData("{}", "neither")]
    [InlineData("""{ "@context": 1 }""", "neither")]
    [InlineData("""{ "@context": "https://example.com/ns" }""", "neither")]
    [InlineData("""{ "document": { "category": "csaf_vex" }, "product_tree": {} }""", "CSAF is not read")]
    [InlineData("""{ "payloadType": "application/vnd.in-toto+json", "payload": "e30=" }""", "it is an attestation")]
    [InlineData("""{ "@context": "https://openvex.dev/ns/v0.2.0" }""", "there is no 'author'")]
    [InlineData("""{ "@context": "https://openvex.dev/ns/v0.2.0", "author": {} }""", "author: a text is expected")]
    [InlineData("""{ "@context": "https://openvex.dev/ns/v0.2.0", "author": "A" }""", "there is no list 'statements'")]
    [InlineData("""{ "@context": "https://openvex.dev/ns/v0.2.0", "author": "A", "statements": {} }""", "statements: a list is expected")]
    [InlineData("""{ "@context": "https://openvex.dev/ns/v0.2.0", "author": "A", "timestamp": "soon", "statements": [] }""", "'timestamp' is no time")]
    [InlineData("""{ "@context": "https://openvex.dev/ns/v0.2.0", "author": "A", "statements": [1] }""", "statements[0]: an object is expected")]
    [InlineData("""{ "bomFormat": "CycloneDX" }""", "there is no 'specVersion'")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.3" }""", "CycloneDX 1.3 is not read here")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "affects": [] }] }""", "vulnerabilities[0]: the vulnerability has no 'id'")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "CVE-1", "affects": [{}] }] }""",
        "vulnerabilities[0].affects[0]: there is no 'ref'")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "CVE-1", "analysis": { "state": "fine" } }] }""", "'fine' is no state")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "CVE-1", "analysis": { "state": "not_affected", "justification": "because" } }] }""", "'because' is no justification")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "CVE-1", "affects": [{ "ref": "a", "versions": [{ "range": "1.x" }] }] }] }""",
        "'1.x' is no version range")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "CVE-1", "affects": [{ "ref": "a", "versions": [{ "range": "vers:npm/>=" }] }] }] }""", "bounds no version")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "CVE-1", "affects": [{ "ref": "a", "versions": [{}] }] }] }""",
        "neither 'version' nor 'range'")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6", "vulnerabilities": [{ "id": "CVE-1", "affects": [{ "ref": "a", "versions": [{ "version": "1", "status": "odd" }] }] }] }""", "'odd' is no status")]
    [InlineData("""{ "bomFormat": "CycloneDX", "specVersion": "1.6" } {}""", "something follows", "is not JSON")]
    public void Says_what_is_wrong_and_where(string text, string message, string? orElse = null)
    {
        var wrong = Assert.Throws<FormatException>(() => VexFile.Read("team/vex.json", Encoding.UTF8.GetBytes(text), ScanLimits.Default));
        Assert.StartsWith("VEX file 'team/vex.json'", wrong.Message.Replace("something follows the document in ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.True(wrong.Message.Contains(message, StringComparison.Ordinal) || (orElse is not null && wrong.Message.Contains(orElse, StringComparison.Ordinal)), wrong.Message);
    }

    [Theory]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "products": ["a"], "status": "fine" }""", "'fine' is no status")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "products": ["a"] }""", "there is no 'status'")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "products": ["a"], "status": "not_affected" }""", "needs a 'justification' or an 'impact_statement'")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "products": ["a"], "status": "not_affected", "justification": "because" }""", "'because' is no justification")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "status": "fixed" }""", "there is no product")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "products": [], "status": "fixed" }""", "there is no product")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "products": "a", "status": "fixed" }""", "products: a list is expected")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1" }, "products": [1], "status": "fixed" }""", "products[0]: a text is expected")]
    [InlineData("""{ "vulnerability": {}, "products": ["a"], "status": "fixed" }""", "the vulnerability has no name")]
    [InlineData("""{ "vulnerability": " ", "products": ["a"], "status": "fixed" }""", "the vulnerability has no name")]
    [InlineData("""{ "products": ["a"], "status": "fixed" }""", "there is no 'vulnerability'")]
    [InlineData("""{ "vulnerability": { "name": "CVE-1", "aliases": [{}] }, "products": ["a"], "status": "fixed" }""", "aliases[0]: a text is expected")]
    public void Says_which_statement_is_wrong(string statement, string message)
    {
        var text = Vexed.OpenVex($$"""{ "vulnerability": { "name": "CVE-0" }, "products": ["a"], "status": "fixed" }, {{statement}}""");
        var wrong = Assert.Throws<FormatException>(() => VexFile.Read("vex.json", Encoding.UTF8.GetBytes(text), ScanLimits.Default));
        Assert.StartsWith("VEX file 'vex.json', statements[1]", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_fault() =>
        Assert.Single(VexFile.Read("vex.json", Encoding.UTF8.GetBytes("\uFEFF" + Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash")))), ScanLimits.Default));

    [Fact]
    public void Half_a_surrogate_pair_and_bytes_of_another_encoding_are_refused()
    {
        var half = Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("\\ud800")));
        Assert.Throws<FormatException>(() => VexFile.Read("vex.json", Encoding.UTF8.GetBytes(half), ScanLimits.Default));
        var latin = Encoding.Latin1.GetBytes(Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/größe"))));
        Assert.Throws<FormatException>(() => VexFile.Read("vex.json", latin, ScanLimits.Default));
    }

    [Fact]
    public void Too_large_and_too_deep_documents_are_refused()
    {
        var text = Encoding.UTF8.GetBytes(Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash"))));
        Assert.Throws<LimitReachedException>(() => VexFile.Read("vex.json", text, new() { ManifestBytes = 100 }));
        var deep = "{ \"bomFormat\": \"CycloneDX\", \"specVersion\": \"1.6\", \"components\": " + string.Concat(Enumerable.Repeat("[{ \"components\": ", 100_000));
        Assert.Throws<FormatException>(() => VexFile.Read("vex.json", Encoding.UTF8.GetBytes(deep), ScanLimits.Default));
    }

    [Fact]
    public void Every_cut_and_every_changed_byte_is_read_or_refused()
    {
        string[] documents =
        [
            Vexed.OpenVex(Vexed.NotAffected(Vexed.Part("pkg:generic/checkout", "pkg:npm/lodash"))),
            Vexed.CycloneDx("""{ "ref": "own", "versions": [{ "range": "vers:npm/>=1|<2" }] }""", """{ "state": "resolved", "detail": "d" }"""),
        ];
        foreach (var bytes in documents.Select(Encoding.UTF8.GetBytes))
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                Try(bytes.AsSpan(0, i));
                var changed = (byte[])bytes.Clone();
                changed[i] = (byte)(i * 37 % 256);
                Try(changed);
            }
        }

        static void Try(ReadOnlySpan<byte> bytes)
        {
            try
            {
                VexFile.Read("vex.json", bytes, ScanLimits.Default);
            }
            catch (FormatException)
            {
                // It is refused.
            }
        }
    }

    [Fact]
    public void A_long_text_is_cut()
    {
        var text = Vexed.OpenVex(Vexed.NotAffected(Vexed.Id("pkg:npm/lodash"), more: $", \"impact_statement\": \"{new string('x', 100_000)}\""));
        Assert.InRange(Vexed.Told(text)!.Detail!.Length, 1_000, 5_000);
    }

    [Fact]
    public void A_hundred_thousand_statements_are_looked_up_by_vulnerability()
    {
        var many = Vexed.OpenVex(string.Join(',', Enumerable.Range(0, 100_000).Select(static i => Vexed.NotAffected(Vexed.Id($"pkg:npm/p{i}@1.0.0"), $"CVE-2026-{i}"))));
        var matcher = Vexed.Matcher([many]);
        for (var i = 0; i < 100_000; i++)
            Assert.NotNull(matcher.Of(Vexed.Finding(Vexed.Component($"pkg:npm/p{i}@1.0.0", "npm"), id: $"CVE-2026-{i}")));
    }
}
