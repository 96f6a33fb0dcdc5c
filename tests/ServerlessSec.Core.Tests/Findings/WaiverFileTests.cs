using System.Text;
using CsCheck;
using ServerlessSec.Shared;

namespace ServerlessSec.Findings;

public class WaiverFileTests
{
    private const string Yaml = """
        # Agreed in the security round.
        waivers:
          - rule: SLS1001
            function: "Prev*"
            place: FunctionUrlConfig.*
            reason: public on purpose
            owner: team-web
            expires: 2030-12-31
          - { rule: SLS6001, reason: "not reachable: no templates", owner: team-pay, expires: '2030-01-31' }
          - { rule: SLS6001, reason: "not reachable: no templates", owner: team-pay, expires: '2030-01-31' }
        """;

    [Fact]
    public void Reads_waivers_from_YAML()
    {
        var waivers = WaiverFile.Read("waivers.yaml", Yaml, ScanLimits.Default);
        Assert.Equal(
            [
                new Waiver
                {
                    Rule = "SLS1001", Function = "Prev*", Place = "FunctionUrlConfig.*", Reason = "public on purpose", Owner = "team-web",
                    Expires = new(2030, 12, 31), Location = new("waivers.yaml", 3, 5, null),
                },
                new Waiver { Rule = "SLS6001", Reason = "not reachable: no templates", Owner = "team-pay", Expires = new(2030, 1, 31), Location = new("waivers.yaml", 9, 5, null) },
                new Waiver { Rule = "SLS6001", Reason = "not reachable: no templates", Owner = "team-pay", Expires = new(2030, 1, 31),
                    Location = new("waivers.yaml", 10, 5, null) },
            ],
            waivers);
    }

    [Fact]
    public void What_the_documentation_shows_is_read()
    {
        var page = File.ReadAllText(Repository.Path("docs/waivers.md")).Split("```");
        Assert.Equal("team-web", Assert.Single(WaiverFile.Read("waivers.yaml", page[1]["yaml".Length..], ScanLimits.Default)).Owner);
        Assert.Single(InlineWaivers.Read([new(page[3].Trim(), "Preview", new("template.yaml", 1, 1, null))]).Waivers);
    }

    [Theory, InlineData("waivers.json"), InlineData("waivers")]
    public void Reads_waivers_from_JSON(string file)
    {
        var json = """
            {
              "waivers": [
                { "rule": "SLS1001", "function": "Z\u00fcrich*", "reason": "public", "owner": "team-web", "expires": "2030-12-31" }
              ]
            }
            """;
        var waiver = Assert.Single(WaiverFile.Read(file, "\uFEFF" + json is var text ? Encoding.UTF8.GetBytes(text) : [], ScanLimits.Default));
        Assert.Equal(("Zürich*", "*", 3), (waiver.Function, waiver.Place, waiver.Location!.Line));
    }

    [Theory, InlineData("w.yaml", "waivers: []"), InlineData("w.yaml", "waivers:"), InlineData("w.json", "{\"waivers\":[]}"), InlineData("w.json", "{\"waivers\":null}")]
    public void May_hold_no_waiver(string file, string text) => Assert.Empty(WaiverFile.Read(file, text, ScanLimits.Default));

    [Theory]
    [InlineData("", 1, "mapping")]
    [InlineData("hello", 1, "mapping")]
    [InlineData("[]", 1, "mapping")]
    [InlineData("waivers: []\nrules: []", 2, "'rules' is not known")]
    [InlineData("{}", 1, "no list 'waivers'")]
    [InlineData("waivers: {}", 1, "not a list")]
    [InlineData("waivers:\n- SLS1001", 2, "a waiver is a mapping")]
    [InlineData("waivers:\n- rule: SLS1001\n  owner: o\n  expires: 2030-01-01", 2, "without 'reason'")]
    [InlineData("waivers:\n- rule: SLS1001\n  reason: \"  \"\n  owner: o\n  expires: 2030-01-01", 2, "without 'reason'")]
    [InlineData("waivers:\n- rule: SLS1001\n  reason: r\n  owner: ~\n  expires: 2030-01-01", 2, "without 'owner'")]
    [InlineData("waivers:\n- rule: SLS1001\n  reason: r\n  owner: o", 2, "without 'expires'")]
    [InlineData("waivers:\n- reason: r\n  owner: o\n  expires: 2030-01-01", 2, "without 'rule'")]
    [InlineData("waivers:\n- rule: SLS1001\n  reason: r\n  owner: o\n  expires: 2030-02-30", 5, "'2030-02-30' is no day")]
    [InlineData("waivers:\n- rule: SLS1001\n  reason: r\n  owner: o\n  expires: never", 5, "'never' is no day")]
    [InlineData("waivers:\n- rule: open-url\n  reason: r", 2, "'open-url' is no rule id")]
    [InlineData("waivers:\n- rule: SLS1001\n  resaon: r", 3, "'resaon' is not known")]
    [InlineData("waivers:\n- rule: SLS1001\n  rule: SLS1002", 3, "'rule' stands there twice")]
    [InlineData("waivers:\n- rule: [SLS1001, SLS1002]", 2, "'rule' is not a text")]
    [InlineData("waivers:\n- &a { rule: SLS1001 }\n- *a", 2, "without 'expires'|aliases are not read")]
    [InlineData("waivers: []\n---\nwaivers: []", 2, "second document")]
    [InlineData("waivers:\n  - rule: \"SLS", 2, "not YAML")]
    [InlineData("waivers: [[[[[[[[[[[[[]]]]]]]]]]]]]", 1, "nested too deep")]
    public void Says_where_YAML_is_wrong(string text, int line, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => WaiverFile.Read("waivers.yaml", text, ScanLimits.Default));
        Assert.Matches($"'waivers.yaml', line \\d+: .*({message})", thrown.Message);
        if (!message.Contains('|', StringComparison.Ordinal)) Assert.Contains($"line {line}:", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\n\"waivers\": [\n{ \"rule\": 7 }]}", 3, "number or truth value")]
    [InlineData("{\n\"waivers\": [\n\n{ \"rule\": \"SLS1001\", \"reason\": \"r\", \"owner\": \"o\" }]}", 4, "without 'expires'")]
    [InlineData("{\n\"waivers\": [", 2, "not JSON")]
    [InlineData("{\"waivers\": []} []", 1, "not JSON")]
    [InlineData("", 1, "not JSON")]
    [InlineData("{\"waivers\": [{ \"rule\": \"SLS1001\",\n\"reason\": \"\\ud800\" }]}", 1, "surrogate")]
    [InlineData("{\"waivers\": [[[[[[[[[[[[[[]]]]]]]]]]]]]]}", 1, "nested too deep")]
    public void Says_where_JSON_is_wrong(string text, int line, string message)
    {
        var thrown = Assert.Throws<FormatException>(() => WaiverFile.Read("waivers.json", text, ScanLimits.Default));
        Assert.Matches($"'waivers.json', line {line}: .*{message}", thrown.Message);
    }

    [Fact]
    public void Text_that_is_no_UTF_8_is_refused() =>
        Assert.Throws<FormatException>(() => WaiverFile.Read("waivers.yaml", [0xff, 0xfe, 0x00], ScanLimits.Default));

    [Fact]
    public void A_file_beyond_the_limit_is_refused() =>
        Assert.Throws<LimitReachedException>(() => WaiverFile.Read("waivers.yaml", Yaml, new() { ManifestBytes = 100 }));

    [Theory, InlineData("waivers.yaml"), InlineData("waivers.json")]
    public void Whatever_is_done_to_a_file_is_read_or_refused(string file)
    {
        var start = file.EndsWith("json", StringComparison.Ordinal)
            ? """{ "waivers": [ { "rule": "SLS1001", "reason": "r", "owner": "o", "expires": "2030-01-01" } ] }"""
            : Yaml;
        Gen.Select(Gen.Int[0, start.Length], Gen.Int[0, 5], Gen.String[Gen.Char["{}[]:,-'\"&*!|>#%@?\n \tab\\\0\ud800"], 0, 6]).Sample((at, cut, with) =>
        {
            var text = start[..at] + with + start[Math.Min(start.Length, at + cut)..];
            try
            {
                _ = WaiverFile.Read(file, text, ScanLimits.Default);
            }
            catch (FormatException)
            {
            }
        }, iter: 5_000);
    }
}
