using ServerlessSec.Benchmarks;

return args switch
{
    [] or ["--help"] => Usage(),
    ["compare", var native, var framework, .. var rest] => WholeProcess.Compare(native, framework, Runs(rest, 21)),
    ["coldstart", var native, var framework, .. var rest] => await ColdStart.CompareAsync(native, framework, Runs(rest, 21)),
    ["latency", .. var rest] => await Latency.RunAsync(Runs(rest, 11)),
    ["matching"] => MatchingFigures.Run(),
    ["drain", .. var rest] => await DrainFigures.RunAsync(Runs(rest, 200)),
    ["rematch", .. var rest] => await RematchFigures.RunAsync(Runs(rest, 10_000)),
    ["advisories"] => await AdvisoryStoreFigures.RunAsync(),
    _ => Usage(),
};

static int Runs(string[] rest, int otherwise) => rest is [var runs] ? int.Parse(runs, System.Globalization.CultureInfo.InvariantCulture) : otherwise;

static int Usage()
{
    Console.Error.WriteLine("""
        usage:
          compare NATIVE_BINARY FRAMEWORK_DLL [RUNS]   the command line, whole processes, medians
          matching                                     1,500 components of each ecosystem, in memory
          coldstart NATIVE_BOOTSTRAP BOOTSTRAP_DLL [RUNS]
                                                       each function, from process start to its first answer
          latency [RUNS]                               from an event to the finding in an emulated Security Hub
          advisories                                   a store of 250,000 records: build, open, look up, match
          rematch [INVENTORIES]                        kept inventories, 10,000 unless told, judged anew after an update
          drain [FUNCTIONS]                            200 functions deployed at once in the emulated cloud, until all are told of
        """);
    return 2;
}
