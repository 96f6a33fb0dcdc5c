using System.Globalization;
using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Configuration;

public sealed class EndOfLifeRuntime : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS3001",
        Title = "Runtime is past its end of life",
        Severity = Severity.Medium,
        Needs = Evidence.Configuration,
        Stage = Stage.Stable,
        Cwe = [1104],
        Owasp = [ServerlessRisk.VulnerableComponents, ServerlessRisk.SecurityMisconfiguration],
        Rationale =
            "AWS deprecated the runtime: its language and operating system get no more security patches, so "
            + "every flaw found from then on stays open, and at last the code cannot be updated either.",
        Remediation =
            "Move to a supported runtime of the same language and test the code with it: set Runtime to the "
            + "successor that the finding names.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
        ],
    };

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture?.Configuration.Runtime is not { IsKnown: true, Value: { } name } runtime) yield break;
        if (RuntimeCalendar.Find(name) is not { } entry || function.Today < entry.Deprecated) yield break;
        var frozen = function.Today >= entry.UpdatesBlocked;
        var then = $"{(frozen ? "since" : "from")} {Day(entry.UpdatesBlocked)} Lambda refuses updates of functions that use it";
        yield return new(
            Descriptor,
            function.Subject,
            "Runtime",
            $"{function.Name} runs on {name}, which AWS deprecated on {Day(entry.Deprecated)}; {then}.",
            runtime.Location)
        {
            Severity = frozen || function.Today >= entry.Deprecated.AddYears(1) ? Severity.High : Severity.Medium,
            Fix = $"Set Runtime to {entry.Successor}.",
        };
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
