using System.Collections.Immutable;
using System.Text;
using ServerlessSec.Fuzz.Engine;
using ServerlessSec.Inventory.Npm;
using ServerlessSec.Inventory.Runtimes;
using ServerlessSec.Packages;

namespace ServerlessSec.Fuzz.Targets;

/// <summary>What is asked for: ranges in manifests, imports in sources; and what mere names of files are taken for.</summary>
internal static class CodeTargets
{
    private const int MostNames = 200;

    public static ImmutableArray<Target> All { get; } =
    [
        new("npm-range", Range)
        {
            Words = TargetList.Words("^", "~", ">=", "<", "<=", "=", "||", " - ", " ", "x", "*", ".", "1.2.3", "0.0.0", "-rc.1", "+build", "v", "npm:", "latest", "9007199254740991", "9223372036854775807", "\n"),
            Seeds = static () => Texts("^1.2.3 || ~2.0 >=1\n1.2.4", "1.2.3 - 2.x\n1.9.0", ">1.0.0-rc.1 <2\n1.0.0-rc.2", "*\n0.0.1", "^0.0.3\n0.0.3-a.1"),
        },
        new("sdk-imports", Imports)
        {
            Words = TargetList.Words("require(", "import ", " from ", "\"aws-sdk/clients/s3\"", "'@aws-sdk/client-s3'", "@smithy/", "aws-sdk", "\"", "'", "`", "//", "/*", "*/", "import boto3", "from botocore.config import Config", "\"\"\"", "'''", "require 'aws-sdk-s3'", ",", ";", "\n", "(", ")", "__require", "."),
            Seeds = static () => Texts(
                "import { S3 } from \"@aws-sdk/client-s3\";\nvar a=require('aws-sdk/clients/s3'),b=await import(`aws-sdk`)", "'''docs\nimport six'''\nimport os, boto3.session as s; from botocore.config import Config\n",
                "require 'aws-sdk-s3'\nrequire(\"aws-sdk\")\n"),
        },
        new("file-names", Names)
        {
            Words = TargetList.Words("/", ".", "-", "_", "1.2.3", ".jar", ".so.1", ".dist-info/METADATA", ".egg-info", "node_modules/", "@scope/", "package.json", "site-packages/", "BOOT-INF/lib/", "-sources", "-SNAPSHOT", ".whl", ".dll", "libssl", "lib", "\n", "\\", "..", "\u00e9", "opt/", "var/task/", "-abcdef012345"),
            Seeds = static () => Texts("lib/spring-core-5.3.1.jar\nlib/a-1.0-SNAPSHOT-sources.jar\nWEB-INF/lib/b.jar\n", "numpy.libs/libopenblas64_p-r0-15028c96.3.21.so\nlib/libssl.so.1.1\nlib/libcurl-gnutls.so.4.8.0\n", "node_modules/@s/a/package.json\na-1.0.dist-info/METADATA\nvendor/bundle/specifications/a-1.gemspec\n"),
        },
    ];

    private static IEnumerable<byte[]> Texts(params string[] texts) => texts.Select(Encoding.UTF8.GetBytes);

    /// <summary>A range and a version, one a line: what a version is allowed by allows it beside others too, and a version is within its own ranges.</summary>
    private static void Range(byte[] input)
    {
        if (TargetList.Text(input).Split('\n') is not [var range, var version, ..]) return;
        var allowed = NpmRange.Allows(range, version);
        if (allowed == true && NpmRange.Allows($"0.0.0 || {range}", version) == false)
            throw new BrokenPromiseException($"'{range}' allows '{version}', but not beside another range");
        // Of what is one version and begins with a number.
        version = version.TrimStart(['v', '=', ' ']);
        if (NpmRange.Allows("*", version) is null || version.AsSpan().IndexOfAny(" \t|") >= 0) return;
        foreach (var sign in (string[])["", "=", ">=", "<=", "~", "^"])
        {
            if (NpmRange.Allows(sign + version, version) == false) throw new BrokenPromiseException($"'{sign}{version}' does not allow '{version}'");
        }

        foreach (var sign in (string[])[">", "<"])
        {
            if (NpmRange.Allows(sign + version, version) == true) throw new BrokenPromiseException($"'{sign}{version}' allows '{version}'");
        }
    }

    private static void Imports(byte[] input)
    {
        // As they are read: a letter for each byte.
        var text = Encoding.Latin1.GetString(input);
        SdkImports.InJavaScript(text, static _ => true, Found);
        SdkImports.InPython(text, Found);
        SdkImports.InRuby(text, Found);

        void Found(string name, string trace)
        {
            if (!text.Contains(name, StringComparison.Ordinal)) throw new BrokenPromiseException($"'{name}' stands nowhere");
            if (trace.Length > 200) throw new BrokenPromiseException("a trace is too long");
        }
    }

    /// <summary>A package of empty files.</summary>
    private static void Names(byte[] input)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in TargetList.Text(input).Split('\n').Take(MostNames))
        {
            if (EntryPath.TryClean(line, out var path, out _) && path.Length > 0) names.Add(path);
        }

        Tree.Inventory(new MemoryContainer([.. names.Select(static name => (name, Array.Empty<byte>()))], []));
    }
}
