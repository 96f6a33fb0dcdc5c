using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Advisories.Versions;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Facts;
using ServerlessSec.Facts.Graph;
using ServerlessSec.Findings;
using ServerlessSec.Findings.Vex;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Iam;
using ServerlessSec.Rules;
using ServerlessSec.Secrets;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>What people write and what AWS sends: templates, policies, waivers, events, messages.</summary>
internal static class DocumentTargets
{
    private static readonly ScanLimits Limits = ScanLimits.Default;
    private static readonly string[] Json = ["{", "}", "[", "]", "null", "true", "\"\"", "\\ud800", "\ufeff", "[[", "{\"a\":", "1e999"];
    private static readonly string[] Yaml = ["- ", ": ", "&a ", "*a", "!Ref ", "!Sub ", "!GetAtt ", "!If [", "!Join [", "|\n", "---\n", "? ", "\n  ", "<<: ", "!!binary ", "#", "'", "\"", "{", "}"];

    private static readonly string[] Template =
    [
        "Resources:\n", "Type: AWS::Serverless::Function\n", "Type: AWS::Lambda::Function\n", "Type: AWS::IAM::Role\n", "Properties:\n", "Fn::Sub", "Fn::If", "Fn::FindInMap", "Fn::Transform", "Fn::ForEach::A", "${", "}", "Globals:\n", "Conditions:\n",
        "Mappings:\n", "Parameters:\n", "Default: ", "Events:\n", "Policies:\n", "Runtime: python3.13\n", "DependsOn: ", "Ref", "Fn::GetAtt", "AWS::NoValue", "Transform: AWS::Serverless-2016-10-31\n", "Fn::Select", "Fn::Split", "Fn::Cidr",
    ];

    private static readonly string[] Statements =
    [.. Json, "\"Version\":\"2012-10-17\"", "\"Statement\":", "\"Effect\":\"Allow\"", "\"Action\":", "\"NotAction\":", "\"Resource\":", "\"NotResource\":", "\"Principal\":", "\"Condition\":", "\"StringLike\":", "arn:aws:s3:::", "*", "?", "${aws:username}", "ForAllValues:", "IfExists"];

    public static byte[][] TemplateWords => TargetList.Words([.. Yaml, .. Template]);

    public static byte[][] PolicyWords => TargetList.Words(Statements);

    public static ImmutableArray<Target> All { get; } =
    [
        Of("template", static input => TemplateReader.Read("template.yaml", input), [.. Yaml, .. Template]),
        Of("template-json", static input => TemplateReader.Read("template.json", input), [.. Json, .. Template.Select(static word => $"\"{word.TrimEnd('\n', ':')}\":")]),
        Of("sam-config", static input => SamConfig.ParameterOverrides("samconfig.toml", TargetList.Text(input)), "[default.deploy.parameters]\n", "parameter_overrides = ", "\"", "'''", "[", "]", "{", "}", "=", "A=B", "ParameterKey=", ",ParameterValue=", "\\\""),
        Of("policy", Policy, Statements),
        Of("policy-pattern", Patterns, "*", "?", "${", "}", "${*}", "arn:aws:", ":", "\n", "\u27e6", "\u27e7"),
        Of("event-pattern", Event, [.. Json, "\"source\":", "\"prefix\":", "\"suffix\":", "\"anything-but\":", "\"numeric\":", "\"exists\":false", "\"wildcard\":\"*a*\"", "\"$or\":", "\"cidr\":", "\"equals-ignore-case\":", "\"detail\":"]),
        Of("waivers", static input => WaiverFile.Read("waivers.yaml", input, Limits), [.. Yaml, "waivers:\n", "rule: SLS1001\n", "reason: ", "owner: ", "expires: 2030-01-31\n", "function: ", "place: "]),
        Of("waivers-json", static input => WaiverFile.Read("waivers.json", input, Limits), [.. Json, "\"waivers\":", "\"rule\":\"SLS1001\"", "\"reason\":", "\"owner\":", "\"expires\":\"2030-01-31\""]),
        Of("inline-waivers", static input => InlineWaivers.Read([.. TargetList.Text(input).Split('\n').Select(static line => new InlineComment(line, "Fn", new(null, 1, 1, null)))]), "serverlesssec:ignore ", "SLS1001", ",", "owner=", "expires=2030-01-31", "reason=", "place=", "\"", "#", "\n"),
        Of("vex", Vex,
        [
            .. Json, "\"@context\":\"https://openvex.dev/ns/v0.2.0\"", "\"statements\":", "\"vulnerability\":", "\"products\":", "\"subcomponents\":", "\"status\":\"not_affected\"", "\"justification\":\"component_not_present\"", "\"impact_statement\":",
            "\"bomFormat\":\"CycloneDX\"", "\"vulnerabilities\":", "\"analysis\":", "\"state\":\"not_affected\"", "\"affects\":", "\"ref\":\"pkg:npm/a@1.0.0\"", "\"components\":", "\"versions\":", "\"range\":\"vers:npm/<2\"", "urn:cdx:", "\"timestamp\":\"2026-01-01T00:00:00Z\"",
        ]),
        Of("baseline", static input => Baseline.Read("report.json", input, Limits), [.. Json, "\"schemaVersion\":", "\"findings\":", "\"fingerprint\":", "\"waiver\":"]),
        Of("name-pattern", Name, "*", "**", "\n", "a", "aa"),
        Of("secrets", Secrets, "password=", "secret: ", "-----BEGIN PRIVATE KEY-----", "eyJhbGciOiJIUzI1NiJ9.", "AKIA", "ghp_", "sk_live_", "://user:", "@", "\"", "base64,", "=", "\n", "token", "xoxb-", "AAAA", "0123456789abcdef") with { Executions = 3_000 },
        Of("deployment-event", Deployment, [.. Json, "\"detail\":", "\"detail-type\":\"AWS API Call via CloudTrail\"", "\"id\":", "\"eventSource\":\"lambda.amazonaws.com\"", "\"requestParameters\":", "\"functionName\":", "\"responseElements\":", "\"physical-resource-id\":", "|", "arn:aws:lambda:eu-west-1:111122223333:function:a"]),
        Of("queue-message", Message, [.. Json, "\"function\":", "\"eventId\":", "\"kind\":\"again\"", "\"job\":", "\"scan\":", "\"notBefore\":", "arn:aws:lambda:eu-west-1:111122223333:function:a", "\"attempt\":"]),
        Of("facts-record", Record, [.. Json, "\"schema\":", "\"function\":", "\"findings\":", "\"posture\":", "\"package\":"]),
    ];

    private static Target Of(string name, Action<byte[]> run, params string[] words) => new(name, TargetList.Refusing(run)) { Words = TargetList.Words(words) };

    private static void Policy(byte[] input)
    {
        var policy = new PolicySnapshot { Kind = PolicyKind.Inline, Name = "p", Json = TargetList.Text(input) };
        PolicyParser.Parse(policy, Limits);
    }

    /// <summary>Of two patterns, one a line: what covers overlaps, and overlapping goes both ways.</summary>
    private static void Patterns(byte[] input)
    {
        if (TargetList.Text(input).Split('\n') is not [var left, var right, ..]) return;
        if (Glob.Overlaps(Glob.Parse(left), Glob.Parse(right)) != Glob.Overlaps(Glob.Parse(right), Glob.Parse(left))) throw new BrokenPromiseException("overlapping goes one way");
        if (Glob.Covers(Glob.Parse(left), Glob.Parse(left)) == Match.No) throw new BrokenPromiseException("a pattern does not cover itself");
        if (ArnPattern.Overlaps(left, right) != ArnPattern.Overlaps(right, left)) throw new BrokenPromiseException("overlapping goes one way");
        ArnPattern.Parse(left).Covers(ArnPattern.Parse(right));
    }

    private static void Event(byte[] input) =>
        EventPattern.Test([TargetList.Text(input)], new(ImmutableDictionary<string, EventField>.Empty.Add("source", EventField.Of("aws.s3")), ["detail"]), new StepBudget(Limits.Steps, "patterns"));

    /// <summary>As the plainest search that goes back at each star.</summary>
    private static void Name(byte[] input)
    {
        if (TargetList.Text(input).Split('\n') is not [{ Length: < 200 } pattern, { Length: < 200 } subject, ..]) return;
        if (new Pattern(pattern).Matches(subject) != Fits(pattern, subject)) throw new BrokenPromiseException($"'{pattern}' and '{subject}'");
    }

    private static bool Fits(string pattern, string subject)
    {
        // One row for each letter of the pattern: whether it and what is before it fit the beginning of that length.
        var row = new bool[subject.Length + 1];
        row[0] = true;
        foreach (var letter in pattern)
        {
            var next = new bool[subject.Length + 1];
            next[0] = letter == '*' && row[0];
            for (var i = 1; i <= subject.Length; i++) next[i] = letter == '*' ? next[i - 1] || row[i] : row[i - 1] && subject[i - 1] == letter;
            row = next;
        }

        return row[^1];
    }

    private static void Secrets(byte[] input)
    {
        var text = TargetList.Text(input);
        foreach (var match in SecretScanner.Find(text))
        {
            if (match.Offset < 0 || match.Length < 0 || match.Offset + match.Length > text.Length) throw new BrokenPromiseException("a secret outside of the text");
        }

        SecretScanner.Inspect("PASSWORD", text);
    }

    private static void Vex(byte[] input)
    {
        foreach (var versions in VexFile.Read("vex.json", input, Limits).SelectMany(static statement => statement.Products).SelectMany(static product => product.Versions))
            versions.Hold("1.0.0", VersionOrderings.For("npm"));
    }

    private static void Deployment(byte[] input)
    {
        using var json = Parsed(input);
        DeploymentEvents.Read(json.RootElement);
    }

    private static void Message(byte[] input)
    {
        var text = TargetList.Text(input);
        TargetList.Refusing(_ => ScanMessages.Read(text, ScanKind.Posture))(input);
        TargetList.Refusing(_ => RefreshMessages.Read(text))(input);
        using var json = Parsed(input);
        AgainMessages.Read(json.RootElement);
    }

    private static JsonDocument Parsed(byte[] input)
    {
        try
        {
            return JsonText.Parse(input);
        }
        catch (JsonException malformed)
        {
            throw new FormatException("no JSON", malformed);
        }
    }

    private static void Record(byte[] input)
    {
        TargetList.Refusing(static input => FactsJson.Read(new MemoryStream(input)))(input);
        FactsJson.ReadFunction(new MemoryStream(input));
    }
}
