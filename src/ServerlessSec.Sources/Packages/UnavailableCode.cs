using ServerlessSec.Snapshots;

namespace ServerlessSec.Sources.Packages;

/// <summary>Says why code that a template names cannot be had from disk, and what would give it.</summary>
internal static class UnavailableCode
{
    /// <summary>Null for what may be a path on disk.</summary>
    public static string? Reason(string code) =>
        !Text.IsExact(code) ? "only known at deployment"
        : code.StartsWith("s3://", StringComparison.Ordinal) ? "in a bucket"
        : code.StartsWith("https://", StringComparison.Ordinal) || code.StartsWith("http://", StringComparison.Ordinal) ? "behind a URL"
        : IsImage(code) ? "a container image"
        : null;

    public static Gap Gap(FunctionSnapshot function)
    {
        var code = function.Package.Code;
        var subject = $"The code of '{function.Id}'";
        if (function.Configuration.PackageType.Is("Image"))
            return Make(GapKind.Missing, null, "a container image", $"{subject} is a container image, which was not read.");
        if (code is { IsKnown: true, Value: { } known }) return Make(null, known, subject);

        return code.IsUnknown
            ? Make(
                GapKind.Unresolved,
                null,
                "only known at deployment",
                $"{subject} is only known at deployment; give the template's parameters with --parameters NAME=VALUE.")
            : Make(GapKind.Missing, null, "no code named", $"{subject} is not named by the template.");
    }

    public static Gap Gap(LayerReference layer) => layer.Content is { } content
        ? Make(layer.Name, content, $"The layer '{layer.Name}'")
        : Make(
            GapKind.Missing,
            layer.Name,
            "only in AWS",
            $"The layer '{layer.Name}' ({Text.Show(layer.Arn)}) is not on disk, only in AWS.");

    private static Gap Make(string? layer, string code, string subject)
    {
        var where = Text.Show(code);
        return Reason(code) switch
        {
            "only known at deployment" => Make(
                GapKind.Unresolved,
                layer,
                "only known at deployment",
                $"{subject} is at '{where}', which is only known at deployment; give {Parameters(code)}."),
            "a container image" => Make(
                GapKind.Missing,
                layer,
                "a container image",
                $"{subject} is the container image '{where}', which was not read."),
            var reason => Make(
                GapKind.Missing,
                layer,
                reason ?? "not on disk",
                $"{subject} is at '{where}', not on disk; scan the package itself, or build the template from source."),
        };
    }

    /// <summary>The holes that a parameter can fill: pseudo parameters and attributes of resources are none.</summary>
    private static string Parameters(string code)
    {
        var names = code
            .Split(Text.Open)
            .Skip(1)
            .Select(part => part.Split(Text.Close)[0])
            .Where(name => !name.Contains(':', StringComparison.Ordinal) && !name.Contains('.', StringComparison.Ordinal))
            .Distinct();
        var given = string.Join(' ', names.Select(name => $"--parameters {name}=VALUE"));
        return given.Length > 0 ? given : "the path of the package instead";
    }

    private static Gap Make(GapKind kind, string? layer, string reason, string message) =>
        new(kind, new() { Evidence = Evidence.Package, Layer = layer }, reason, message);

    /// <summary><c>123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:1</c>, <c>public.ecr.aws/…</c> and <c>shop:latest</c>.</summary>
    private static bool IsImage(string code) =>
        code.Contains(".dkr.ecr.", StringComparison.Ordinal) || code.StartsWith("public.ecr.aws/", StringComparison.Ordinal)
        || (code.Contains('@', StringComparison.Ordinal) && code.Contains("sha256:", StringComparison.Ordinal));
}
