using ServerlessSec.Benchmarks;

return args switch
{
    [] or ["--help"] => Usage(),
    ["compare", var native, var framework, .. var rest] => WholeProcess.Compare(native, framework, rest is [var runs] ? int.Parse(runs, System.Globalization.CultureInfo.InvariantCulture) : 21),
    ["drain", .. var rest] => await DrainFigures.RunAsync(rest is [var functions] ? int.Parse(functions, System.Globalization.CultureInfo.InvariantCulture) : 200),
    ["advisories"] => await AdvisoryStoreFigures.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        usage:
          compare NATIVE_BINARY FRAMEWORK_DLL [RUNS]   the command line, whole processes, medians
          advisories                                   a store of 250,000 records: build, open, look up, match
          drain [FUNCTIONS]                            200 functions deployed at once in the emulated cloud, until all are told of
        """);
    return 2;
}
