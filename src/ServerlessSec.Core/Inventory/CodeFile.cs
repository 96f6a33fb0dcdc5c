namespace ServerlessSec.Inventory;

/// <summary>Tells files that a runtime can execute from all others, by their names.</summary>
public static class CodeFile
{
    /// <summary>Source, bytecode or machine code.</summary>
    public static bool IsCode(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (name is "bootstrap" || name.Contains(".so.", StringComparison.Ordinal)) return true;

        var dot = name.LastIndexOf('.');
        return dot >= 0 && name[dot..] switch
        {
            ".js" or ".mjs" or ".cjs" or ".jsx" or ".tsx" or ".mts" or ".cts" => true,
            ".ts" => !name.EndsWith(".d.ts", StringComparison.Ordinal),
            ".py" or ".pyc" or ".rb" or ".php" or ".pl" or ".sh" or ".ps1" or ".psm1" or ".lua" or ".ex" or ".clj" => true,
            ".java" or ".class" or ".jar" or ".war" or ".ear" or ".kt" or ".scala" or ".groovy" => true,
            ".cs" or ".fs" or ".vb" or ".dll" or ".exe" => true,
            ".go" or ".rs" or ".c" or ".cpp" or ".swift" or ".so" or ".node" or ".wasm" => true,
            _ => false,
        };
    }

    /// <summary>Of code: source, or byte code of the Java machine, which keeps its names.</summary>
    public static bool IsReadable(string path)
    {
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        var dot = name.LastIndexOf('.');
        return dot >= 0 && !name.Contains(".so.", StringComparison.Ordinal)
            && name[dot..] is not (".pyc" or ".jar" or ".war" or ".ear" or ".dll" or ".exe" or ".so" or ".node" or ".wasm");
    }

    internal static bool IsJavaScript(string path) =>
        path.EndsWith(".js", StringComparison.Ordinal)
            || path.EndsWith(".mjs", StringComparison.Ordinal)
            || path.EndsWith(".cjs", StringComparison.Ordinal);
}
