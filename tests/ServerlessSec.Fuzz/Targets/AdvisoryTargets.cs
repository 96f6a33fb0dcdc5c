using System.Collections.Immutable;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ServerlessSec.Advisories;
using ServerlessSec.Advisories.Scoring;
using ServerlessSec.Advisories.Versions;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Inventory;
using ServerlessSec.Packages;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>What advisories come as, and what they say of versions and severity.</summary>
internal static class AdvisoryTargets
{
    private const string Feed = "#model_version:v2025.03.14,score_date:2026-11-03T12:55:00Z\ncve,epss,percentile\nCVE-2024-1,0.5,0.99\nCVE-1999-12345,1e-05,0\n";

    private static readonly string[] Json =
    [
        "{", "}", "[", "]", "null", "\"\"", "\\ud800", "\ufeff", "[[", "\"id\":", "\"affected\":", "\"ranges\":", "\"events\":", "\"introduced\":\"0\"", "\"fixed\":", "\"last_affected\":", "\"limit\":", "\"versions\":", "\"severity\":",
        "\"type\":\"CVSS_V3\"", "\"database_specific\":", "\"package\":", "\"ecosystem\":", "npm", "PyPI", "Debian:12", "Go", "\"withdrawn\":", "\"aliases\":", "\"modified\":", "2020-01-01T00:00:00Z",
    ];

    public static ImmutableArray<Target> All { get; } =
    [
        new("osv-record", TargetList.Refusing(Record)) { Words = TargetList.Words(Json) },
        new("osv-archive", Archive) { Words = [[0x50, 0x4b, 1, 2], [0x50, 0x4b, 3, 4], [0x50, 0x4b, 5, 6], [0x50, 0x4b, 6, 6], [0x50, 0x4b, 6, 7], [0xff, 0xff, 0xff, 0xff], .. TargetList.Words(".json")], Seeds = static () => [new Zips().Add("a.json", "{\"id\":\"A\"}").Add("b.json", "{}", stored: true).ToArray(), new Zips().Add("a.json", "{}"u8.ToArray(), zip64: true).ToArray(zip64: true)] },
        new("known-exploited", TargetList.Refusing(Exploited)) { Words = TargetList.Words([.. Json, "\"vulnerabilities\":", "\"cveID\":\"CVE-2020-1\""]) },
        new("advisory-manifest", TargetList.Refusing(Manifest)) { Words = TargetList.Words([.. Json, "\"ecosystems\":", "\"schemaVersion\":1", "\"file\":\"npm.db\"", "\"sha256\":", "\"content\":", "\"origins\":"]) },
        new("epss-feed", TargetList.Refusing(Scores))
        {
            Words = TargetList.Words("CVE-2024-1,", "0.5,", "0.999", "\n", "#model_version:v1,score_date:2026-01-01T00:00:00Z\n", "cve,epss,percentile\n", "1e-5", "1e999", "-", "\u001f"),
            Seeds = static () => [.. Texts(Feed), Packed(Feed)],
            Executions = 2_000,
        },
        new("modified-list", TargetList.Refusing(Modified)) { Words = TargetList.Words("2024-08-15T00:05:00Z,", "GHSA-a", "\n", ",", "npm/", "..", "9999-12-31T23:59:59.9999999Z", "+14:00"), Seeds = static () => Texts("2024-08-15T00:05:00Z,GHSA-1\n2024-08-14T00:05:00.5Z,npm/MAL-2\n") },
        new("cvss", TargetList.Refusing(Score))
        {
            Words = TargetList.Words("CVSS:4.0/", "CVSS:3.1/", "CVSS:3.0/", "CVSS:2.0/", "AV:N/", "AC:L/", "AT:N/", "PR:N/", "UI:N/", "S:U/", "C:H/", "I:H/", "A:H", "VC:H/", "SC:N/", "E:X/", "MAV:N/", "Au:N/", "(", ")", "/", ":"),
            Seeds = static () => Texts("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:P", "AV:N/AC:L/Au:N/C:P/I:P/A:P"),
        },
        new("purl", TargetList.Refusing(ReadPurl))
        {
            Words = TargetList.Words("pkg:", "npm/", "%40", "@", "/", "?", "#", "%", "%2F", "%zz", "golang/", "maven/", "deb/debian/", "pypi/", "%F0%9F%98%80", "%ff"),
            Seeds = static () => Texts("pkg:npm/%40scope/name@1.0.0?a=b#c", "pkg:golang/github.com/A/b@v1", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4", "pkg:pypi/A_b.c@1"),
        },
    ];

    private static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);

    /// <summary>What was read and written is read as the same, and every version it names is judged.</summary>
    private static void Record(byte[] input)
    {
        var advisory = OsvRecord.Read(input.AsSpan());
        var written = Written(advisory);
        if (!written.AsSpan().SequenceEqual(Written(OsvRecord.Read(written.AsSpan())))) throw new BrokenPromiseException("an advisory changes when it is written and read");
        foreach (var affected in advisory.Affected)
        {
            foreach (var version in affected.Versions.Take(4).Concat(affected.Ranges.SelectMany(static range => range.Events).Select(static e => e.Version).Take(8)).Append("1.0.0"))
                AffectedVersions.Judge(affected, version, VersionOrderings.ForRanges(affected.Ecosystem));
        }

        if (advisory.Affected.FirstOrDefault() is { } first)
            AdvisoryMatcher.Match([new MatchSubject("pkg:generic/a@1", first.Ecosystem, first.Name, "1.0.0")], (_, _) => [advisory]);
    }

    private static ScanLimits Limits { get; } = ScanLimits.Default;

    private static byte[] Written(Advisory advisory)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) OsvRecord.Write(advisory, json);
        return stream.ToArray();
    }

    private static void Archive(byte[] input)
    {
        try
        {
            new ZipRecords(new MemoryStream(input), Limits).Read(static (_, json) => OsvRecord.Read(json), CancellationToken.None);
        }
        catch (Exception refused) when (refused is InvalidDataException or IOException or FormatException)
        {
            // What a build takes for a damaged source.
        }
    }

    private static void Exploited(byte[] input)
    {
        var path = Path.Combine(Scratch.Folder, "kev.json");
        File.WriteAllBytes(path, input);
        KnownExploited.Read(path);
    }

    private static void Scores(byte[] input)
    {
        var path = Path.Combine(Scratch.Folder, "epss");
        File.WriteAllBytes(path, input);
        EpssScores.ToBytes(EpssFeed.Read(path));
    }

    private static void Modified(byte[] input)
    {
        var path = Path.Combine(Scratch.Folder, "modified.csv");
        File.WriteAllBytes(path, input);
        if (ModifiedList.Read(path).Keys.FirstOrDefault(static id => id.AsSpan().IndexOfAny("/\\\0") >= 0) is { } id) throw new BrokenPromiseException($"'{id}' leads elsewhere");
    }

    private static byte[] Packed(string text)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.NoCompression)) gzip.Write(Encoding.ASCII.GetBytes(text));
        return packed.ToArray();
    }

    private static void Manifest(byte[] input)
    {
        File.WriteAllBytes(Path.Combine(Scratch.Folder, AdvisoryManifest.FileName), input);
        AdvisoryManifest.Read(Scratch.Folder).ToBytes();
    }

    private static void Score(byte[] input)
    {
        var score = Cvss.Score(TargetList.Text(input));
        if (score is not (>= 0 and <= 10)) throw new BrokenPromiseException($"a score of {score}");
    }

    private static void ReadPurl(byte[] input)
    {
        var purl = Purl.Parse(TargetList.Text(input));
        var text = purl.ToString();
        if (Purl.Parse(text).ToString() != text) throw new BrokenPromiseException($"a purl is read as another: {text}");
        PurlEcosystems.Of(purl);
    }
}
