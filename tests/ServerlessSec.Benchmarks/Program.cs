using ServerlessSec.Benchmarks;

return args switch
{
    [] or ["--help"] => Usage(),
    ["compare", var native, var framework, .. var rest] => WholeProcess.Compare(native, framework, rest is [var runs] ? int.Parse(runs, System.Globalization.CultureInfo.InvariantCulture) : 21),
    ["matching"] => MatchingFigures.Run(),
    ["advisories"] => await AdvisoryStoreFigures.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage:
          compare NATIVE_BINARY FRAMEWORK_DLL [RUNS]   the command line, whole processes, medians
          matching                                     1,500 components of each ecosystem, in memory
          advisories                                   a store of 250,000 records: build, open, look up, match
        """);
    return 2;
}
