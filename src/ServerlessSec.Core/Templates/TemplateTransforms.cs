using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates;

/// <summary>Says which transforms of the whole template are understood here; what any other makes of it cannot be known.</summary>
internal static class TemplateTransforms
{
    public static void Report(Mapping root, GapList gaps)
    {
        var transforms = root["Transform"] is Sequence list ? list.Items : root["Transform"] is { } only ? [only] : [];
        foreach (var transform in transforms) Report(transform, gaps);
        foreach (var entry in root.Entries.Where(entry => entry.Key == Intrinsic.Transform)) Report(entry.Value, gaps);
    }

    private static void Report(Node transform, GapList gaps)
    {
        var named = transform is Mapping { Entries: [{ Key: Intrinsic.Transform, Value: var inner }] } ? inner : transform;
        var name = (named as Scalar ?? (named as Mapping)?["Name"] as Scalar)?.Text ?? "a transform";
        if (name.StartsWith("AWS::Serverless-", StringComparison.Ordinal) || name == "AWS::LanguageExtensions" || IsHarmless(name)) return;
        var what = name == "AWS::Include" ? "transform" : "macro";
        gaps.Unresolved(
            null,
            what,
            $"What {what} '{name}' makes of the template is only known at deployment; the template is judged as it stands.");
    }

    // These add deployment machinery and rotation functions of AWS's own, and change nothing that stands in the template.
    private static bool IsHarmless(string name) =>
        name.StartsWith("AWS::SecretsManager-", StringComparison.Ordinal)
            || name.StartsWith("AWS::CodeDeployBlueGreen", StringComparison.Ordinal);
}
