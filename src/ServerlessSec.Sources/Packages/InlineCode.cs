using System.Text;
using ServerlessSec.Packages;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Sources.Packages;

/// <summary>Code that stands in the template: Lambda puts it into one file named after the handler's module.</summary>
internal static class InlineCode
{
    public static MemoryContainer Of(FunctionSnapshot function, string code) =>
        new([(FileName(function.Configuration, code), Encoding.UTF8.GetBytes(code))], []);

    private static string FileName(FunctionConfiguration configuration, string code)
    {
        var handler = configuration.Handler is { IsKnown: true, Value: { } known } && Text.IsExact(known) ? known : "index.handler";
        var module = handler.LastIndexOf('.') is var dot and > 0 ? handler[..dot] : handler;
        if (!EntryPath.TryClean(module, out var path, out _) || path.Length == 0) path = "index";
        return path + Extension(configuration.Runtime.Value, code);
    }

    private static string Extension(string? runtime, string code) => runtime switch
    {
        ['n', 'o', 'd', 'e', ..] => ".js",
        ['p', 'y', 't', 'h', 'o', 'n', ..] => ".py",
        ['r', 'u', 'b', 'y', ..] => ".rb",
        // Only Node.js and Python take inline code; which one it is may be known at deployment only.
        null => code.Contains("def ", StringComparison.Ordinal) ? ".py" : ".js",
        _ => "",
    };
}
