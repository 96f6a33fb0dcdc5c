using System.Text;
using ServerlessSec.Inventory.DotNet;
using ServerlessSec.Inventory.Java;
using ServerlessSec.Inventory.Npm;
using ServerlessSec.Inventory.Python;
using ServerlessSec.Inventory.Ruby;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Runtimes;

/// <summary>
/// Lists what the managed runtime brings: its client, which calls every function, and those packages of the SDK that first-party
/// code asks for and that the package has no copy of.
/// </summary>
internal sealed class RuntimeSupplies(PackageTree tree, Sink sink, ManagedRuntime runtime)
{
    public const string Name = "runtime-supplied";

    private const int Files = 2_000;
    private const int FileBytes = 16 << 20;
    private const long AllBytes = 128L << 20;

    private readonly Dictionary<string, (PackageFile File, string Trace)> asked = new(StringComparer.Ordinal);
    private long bytes;

    public static void Tell(PackageTree tree, Sink sink, ManagedRuntime runtime, CancellationToken stop) => new RuntimeSupplies(tree, sink, runtime).Tell(stop);

    /// <summary>Whether the file at <paramref name="path"/> may be first-party code that asks for something.</summary>
    public static bool IsSource(string path) =>
        CodeFile.IsJavaScript(path) ? !NpmPaths.IsInsideModules(path) : (IsPython(path) || IsRuby(path)) && FirstParty.Owns(path);

    private void Tell(CancellationToken stop)
    {
        foreach (var package in sink.Declarations) Ask(package);
        switch (runtime.Family)
        {
            case RuntimeFamily.Node:
                Look(
                    CodeFile.IsJavaScript,
                    text => SdkImports.InJavaScript(text.Text, name => runtime.BringsNpm(name) && !asked.ContainsKey(name), (name, trace) => Ask(name, text.File, trace)),
                    stop);
                foreach (var (name, why) in asked) Npm(name, why.File, why.Trace);
                break;
            case RuntimeFamily.Python:
                Look(IsPython, text => SdkImports.InPython(text.Text, (module, trace) => Ask(module, text.File, trace)), stop);
                TellPython();
                break;
            case RuntimeFamily.Ruby:
                Look(IsRuby, text => SdkImports.InRuby(text.Text, (name, trace) => Ask(name, text.File, trace)), stop);
                TellRuby();
                break;
            case RuntimeFamily.Java:
                const string client = "aws-lambda-java-runtime-interface-client";
                Client(Purl.Maven("com.amazonaws", client, null), MavenPackage.Ecosystem, $"com.amazonaws:{client}", ".class", ".jar");
                break;
            case RuntimeFamily.DotNet:
                Client(Purl.NuGet("Amazon.Lambda.RuntimeSupport", null), NuGetPackage.Ecosystem, "Amazon.Lambda.RuntimeSupport", ".dll");
                Client(Purl.NuGet(SharedRuntime.Framework, null), NuGetPackage.Ecosystem, SharedRuntime.Framework, ".runtimeconfig.json");
                break;
        }
    }

    /// <summary>First-party sources, those nearest to the root first.</summary>
    private void Look(Func<string, bool> isOfLanguage, Action<(PackageFile File, string Text)> read, CancellationToken stop)
    {
        var looked = 0;
        var sources = tree.Files.Where(file => isOfLanguage(file.Path) && IsSource(file.Path) && !sink.IsOwned(file.Path));
        foreach (var file in sources.OrderBy(static file => file.Path.AsSpan().Count('/')))
        {
            if (stop.IsCancellationRequested) return;

            // What would have to be fetched one by one is left alone.
            if (!tree.IsAtHand(file)) continue;
            if (looked++ >= Files || bytes > AllBytes)
            {
                SayMore();
                return;
            }

            if (Text(file) is { } text) read((file, text));
        }
    }

    private string? Text(PackageFile file)
    {
        if (file.Size > FileBytes) return null;
        try
        {
            var content = tree.ReadAll(file, FileBytes);
            bytes += content.Length;
            return Encoding.Latin1.GetString(content);
        }
        catch (UnreadFileException)
        {
            // The tree has the gap.
            return null;
        }
    }

    private void SayMore() => sink.Gap(new(
        GapKind.Limit,
        new() { Evidence = Evidence.Inventory },
        "import limit",
        $"More than {Files} sources or {AllBytes >> 20} MiB of them may ask for packages of the runtime {runtime.Id}; the rest was not looked into."));

    /// <summary>Python's packages are asked for by module.</summary>
    private void Ask(DeclaredPackage package)
    {
        var name = package.Purl.Type == "pypi" ? Array.Find(RuntimePackages.Python, other => other.Name == package.Purl.Name)?.Module : package.Name;
        if (name is not null && (package.Purl.Type == "pypi" ? runtime.BringsPython(package.Purl.Name) : runtime.BringsNpm(name)))
            Ask(name, package.Manifest, $"{package.Name}, by the manifest");
    }

    private void Ask(string name, PackageFile file, string trace)
    {
        if (asked.Count < sink.Limits.Components) asked.TryAdd(name, (file, trace));
    }

    private void Npm(string name, PackageFile file, string trace)
    {
        if (sink.HasCopy(Purl.Npm(name, null)) || HoldsModule(NpmPaths.Modules + name)) return;
        var (version, supply) = Supply(name);
        Add(new() { Purl = Purl.Npm(name, version), Ecosystem = NpmPackage.Ecosystem, Name = name, Version = version, Relation = Relation.Direct }, file, trace, supply);
    }

    private void TellPython()
    {
        foreach (var package in RuntimePackages.Python)
        {
            if (asked.TryGetValue(package.Module, out var why)) Python(package, why.File, why.Trace, Relation.Direct);
        }

        foreach (var package in RuntimePackages.Python.Where(package => sink.Has(Key(package.Name))))
        {
            foreach (var need in package.Needs) sink.Edge(Key(package.Name), Key(need));
        }

        if (Anchor(".py", ".pyc") is { } file) Python(RuntimePackages.Python[^1], file, "the runtime's own client", Relation.Direct);
    }

    /// <summary>The distribution and, since it runs on them, what it needs.</summary>
    private void Python(RuntimeDistribution package, PackageFile file, string trace, Relation relation)
    {
        if (sink.HasCopy(Purl.PyPi(package.Name, null)) || HoldsModule(package.Module)) return;
        if (sink.Has(Key(package.Name)) && relation == Relation.Transitive) return;
        var (version, supply) = Supply(package.Name);
        var purl = Purl.PyPi(package.Name, version);
        Add(new() { Purl = purl, Ecosystem = PythonPackage.Ecosystem, Name = package.Name, Version = version, Relation = relation }, file, trace, supply);
        foreach (var need in RuntimePackages.Python.Where(other => package.Needs.Contains(other.Name)))
            Python(need, file, $"{package.Name} needs it", Relation.Transitive);
    }

    private void TellRuby()
    {
        foreach (var (name, why) in asked)
        {
            if (sink.HasCopy(Purl.Gem(name, null))) continue;
            var (version, supply) = Supply(name);
            Add(new() { Purl = Purl.Gem(name, version), Ecosystem = Gem.Ecosystem, Name = name, Version = version, Relation = Relation.Direct }, why.File, why.Trace, supply);
        }

        Client(Purl.Gem("aws_lambda_ric", null), Gem.Ecosystem, "aws_lambda_ric", ".rb");
    }

    private void Client(Purl purl, string ecosystem, string name, params ReadOnlySpan<string> endings)
    {
        if (sink.HasCopy(purl) || Anchor(endings) is not { } file) return;
        Add(new() { Purl = purl, Ecosystem = ecosystem, Name = name, Version = "", Relation = Relation.Direct }, file, "the runtime's own", new(runtime.Id, null, null));
    }

    /// <summary>The file nearest to the root that the runtime runs or reads; null where the package holds none.</summary>
    private PackageFile? Anchor(params ReadOnlySpan<string> endings)
    {
        PackageFile? best = null;
        foreach (var file in tree.Files)
        {
            foreach (var ending in endings)
            {
                if (file.Path.EndsWith(ending, StringComparison.Ordinal) && (best is null || file.Path.AsSpan().Count('/') < best.Path.AsSpan().Count('/'))) best = file;
            }
        }

        return best;
    }

    private void Add(Component component, PackageFile file, string trace, RuntimeSupply supply) => sink.Add(Key(component.Name), component with
    {
        Occurrences =
        [
            new(file.Path, file.Layer, OccurrenceKind.Supplied, Name) { Recognition = new(Technique.Import, 1, trace), Supply = supply },
        ],
    });

    /// <summary>A copy without papers stands before the runtime's all the same.</summary>
    private bool HoldsModule(string module)
    {
        string[] folders = runtime.Family == RuntimeFamily.Node
            ? ["", "/opt/nodejs/", $"/opt/nodejs/node{runtime.Major}/"]
            : ["", "/opt/python/", $"/opt/python/lib/{runtime.Id}/site-packages/"];
        return Array.Exists(folders, folder => !tree.Under($"{folder}{module}/").IsEmpty || tree.Find($"{folder}{module}.py") is not null);
    }

    private (string Version, RuntimeSupply Supply) Supply(string package)
    {
        var (version, day, source) = RuntimePackages.Documented(runtime.Id, package);
        return (version, new(runtime.Id, day, source));
    }

    private static string Key(string name) => $"runtime:{name}";

    private static bool IsRuby(string path) => path.EndsWith(".rb", StringComparison.Ordinal);

    private static bool IsPython(string path) => path.EndsWith(".py", StringComparison.Ordinal);
}
