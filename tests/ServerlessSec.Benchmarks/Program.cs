using ServerlessSec.Benchmarks;

return args switch
{
    [] or ["--help"] => Usage(),
    ["compare", var native, var framework, .. var rest] => WholeProcess.Compare(native, framework, rest is [var runs] ? int.Parse(runs, System.Globalization.CultureInfo.InvariantCulture) : 21),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: compare NATIVE_BINARY FRAMEWORK_DLL [RUNS]   whole processes, medians; needs the corpus for one line");
    return 2;
}
