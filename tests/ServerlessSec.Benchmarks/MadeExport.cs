using System.IO.Compression;
using System.Text;

namespace ServerlessSec.Benchmarks;

/// <summary>An archive of made npm records, as many as the public export has: <c>package-N</c>, fixed in <c>1.M.0</c>.</summary>
internal static class MadeExport
{
    public const int Records = 250_000;
    public const int Packages = 120_000;

    public static void Write(string path)
    {
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var n = 0; n < Records; n++)
        {
            using var entry = archive.CreateEntry($"GHSA-{n:x8}.json", CompressionLevel.Fastest).Open();
            entry.Write(Encoding.UTF8.GetBytes($$"""
                {"id":"GHSA-{{n:x8}}","modified":"2024-0{{n % 9 + 1}}-1{{n % 9}}T00:00:00Z","aliases":["CVE-2024-{{n}}"],
                "summary":"Something is wrong in package-{{n % Packages}}","details":"{{new string('d', 600)}}",
                "severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
                "affected":[{"package":{"ecosystem":"npm","name":"package-{{n % Packages}}"},
                "ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.{{n % 60}}.0"}]}]}],
                "references":[{"type":"WEB","url":"https://example.org/advisories/{{n}}"}],"database_specific":{"severity":"HIGH"} }
                """));
        }
    }
}
