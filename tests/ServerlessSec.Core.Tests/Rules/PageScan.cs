using ServerlessSec.Findings;

namespace ServerlessSec.Rules;

/// <summary>Runs one rule over one example of its page, through everything that a scan would run it through.</summary>
internal static class PageScan
{
    /// <summary>The day on which the examples are read.</summary>
    public static DateOnly Today { get; } = Given.Today;

    /// <summary>
    /// A <c>yaml</c> fence: <c>TemplateReader.Read("template.yaml", fence.Template)</c>, then posture facts of each function,
    /// then the rule with the fence's id over each function, or over the application with resources and deliveries.
    /// A <c>files</c> fence: one function <c>Checkout</c> whose package tree holds <c>fence.Files</c>, its inventory matched
    /// against the records of <c>Page.Fences(ruleId)</c> that are marked <c>advisory</c>, then the rule over its package facts.
    /// </summary>
    public static IReadOnlyList<Finding> Findings(string ruleId, Fence fence) =>
        throw new NotImplementedException($"{ruleId}: the way from '{fence}' to facts is not laid yet");
}
