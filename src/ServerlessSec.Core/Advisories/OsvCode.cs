using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Advisories;

/// <summary>
/// Which code of a package an advisory speaks of. OSV leaves the form to the ecosystem: Go's <c>imports</c>
/// (https://go.dev/doc/security/vuln/database), RustSec's <c>affects</c>, and <c>affected_functions</c> of other sources.
/// </summary>
internal static class OsvCode
{
    public static ImmutableArray<AffectedCode> Read(JsonElement specific)
    {
        var affects = specific.Member("affects");
        var functions = affects.Member("functions");
        var code = specific.Items("imports")
            .Select(static import => new AffectedCode(import.Text("path") ?? "", [.. import.Texts("symbols")], [.. import.Texts("goos")], [.. import.Texts("goarch")]))
            .Append(new(
                "",
                [.. functions.ValueKind == JsonValueKind.Object ? functions.EnumerateObject().Select(static function => function.Name) : affects.Texts("functions"), .. specific.Texts("affected_functions")],
                [.. affects.Texts("os")],
                [.. affects.Texts("arch")]));
        return [.. code.Where(static part => !part.IsEmpty)];
    }

    public static void Write(Utf8JsonWriter json, ImmutableArray<AffectedCode> code)
    {
        if (code.IsEmpty) return;
        json.WriteStartObject("ecosystem_specific");
        json.WriteStartArray("imports");
        foreach (var part in code)
        {
            json.WriteStartObject();
            if (part.Path.Length > 0) json.WriteString("path", part.Path);
            OsvWriter.Texts(json, "symbols", part.Symbols);
            OsvWriter.Texts(json, "goos", part.Systems);
            OsvWriter.Texts(json, "goarch", part.Architectures);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
