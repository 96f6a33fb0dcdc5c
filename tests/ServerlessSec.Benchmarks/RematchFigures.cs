using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using ServerlessSec.Facts;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Benchmarks;

/// <summary>
/// What an update of advisories costs: kept facts of many functions are read, matched and judged anew, and written, by the
/// same code as in the account. The bucket is a folder here; rows and queues are left out.
/// </summary>
internal static class RematchFigures
{
    private const int Components = 150;

    public static async Task<int> RunAsync(int inventories)
    {
        var folder = Directory.CreateTempSubdirectory("serverlesssec-").FullName;
        try
        {
            var store = await BuildAsync(folder);
            var facts = Directory.CreateDirectory(Path.Combine(folder, "facts")).FullName;
            for (var n = 0; n < inventories; n++) Write(Path.Combine(facts, $"{n}"), Kept(n));

            var scanner = new Scanner(RuleCatalog.All, new(), DateOnly.FromDateTime(DateTime.UtcNow));
            using var advisories = new AdvisoryStore(store);
            var clock = Stopwatch.StartNew();
            var findings = 0;
            // One after the other, as one scanning function does it.
            for (var n = 0; n < inventories; n++)
            {
                var path = Path.Combine(facts, $"{n}");
                var matched = await scanner.MatchAsync(Read(path), advisories, CancellationToken.None);
                findings += scanner.JudgeFunction(ScanKind.Package, new() { Name = matched.Id, Today = scanner.Today, Package = matched.Package }).Findings.Length;
                Write(path, matched);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{inventories} inventories of {Components} components: {clock.Elapsed.TotalSeconds:F1} s, {findings} findings, {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB resident at the peak"));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<string> BuildAsync(string folder)
    {
        var (archive, store) = (Path.Combine(folder, "npm.zip"), Path.Combine(folder, "store"));
        MadeExport.Write(archive);
        using var http = AdvisoryDownload.CreateClient();
        await new AdvisoryStoreBuilder(new AdvisoryDownload(http)).BuildAsync([archive], store);
        return store;
    }

    /// <summary>Every function has a mixture of its own, with a vulnerable version here and there.</summary>
    private static FunctionRecord Kept(int function) => new()
    {
        Id = $"function-{function}",
        Package = new()
        {
            Id = $"function-{function}",
            Inventory = new()
            {
                Components = [.. Enumerable.Range(0, Components).Select(n => Component((function * 7 + n * 79) % MadeExport.Packages, n % 10 == 0 ? "0.9.0" : "1.60.0"))],
            },
        },
    };

    private static Component Component(int package, string version) => new()
    {
        Purl = Purl.Parse($"pkg:npm/package-{package}@{version}"),
        Ecosystem = "npm",
        Name = $"package-{package}",
        Version = version,
        Occurrences = [new($"node_modules/package-{package}/package.json", null, OccurrenceKind.Installed, "node-modules")],
        Licences = ["MIT"],
    };

    private static void Write(string path, FunctionRecord facts)
    {
        using var file = File.Create(path);
        using var brotli = new BrotliStream(file, CompressionLevel.Fastest);
        FactsJson.WriteFunction(facts, brotli);
    }

    private static FunctionRecord Read(string path)
    {
        using var file = File.OpenRead(path);
        using var brotli = new BrotliStream(file, CompressionMode.Decompress);
        return FactsJson.ReadFunction(brotli);
    }
}
