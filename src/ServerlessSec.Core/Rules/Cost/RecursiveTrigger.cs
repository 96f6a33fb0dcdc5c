using ServerlessSec.Facts;
using ServerlessSec.Facts.Graph;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Cost;

public sealed class RecursiveTrigger : ApplicationRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS7002",
        Title = "Function can trigger itself in an endless loop",
        Severity = Severity.High,
        Needs = Evidence.Triggers | Evidence.ExecutionRole | Evidence.Configuration,
        Stage = Stage.Stable,
        Cwe = [674, 835],
        Owasp = [ServerlessRisk.SecurityMisconfiguration],
        Rationale =
            "One event keeps the loop going, each round multiplies what the code writes, and the bill grows "
            + "until somebody stops it; an attacker needs to send that one event.",
        Remediation =
            "Write to another bucket, queue, topic or table than the one that triggers, or narrow both so that "
            + "they do not meet: prefix and suffix of the trigger, event filter or pattern, and the resource of "
            + "the role's write statement.",
        References =
        [
            "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html",
            "https://docs.aws.amazon.com/lambda/latest/operatorguide/recursive-runaway.html",
        ],
    };

    public override IEnumerable<Finding> Check(ApplicationFacts application)
    {
        var allowing = application.Functions
            .Where(f => f.Posture?.Configuration.RecursiveLoop.Is("Allow") == true)
            .Select(f => f.Name)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var loop in InvocationGraph.Of(application).Loops())
        {
            var allowed = loop.Functions.Where(allowing.Contains).ToArray();
            var subject = new Subject(string.Join(',', [.. loop.Functions, .. loop.Resources]), loop.Functions);
            yield return new(
                Descriptor,
                subject,
                "Triggers",
                $"{Wording.List(loop.Functions)} can feed "
                    + $"{(loop.Functions.Length == 1 ? "itself" : "each other")} in an endless loop: "
                    + $"{Way(loop)}{When(loop)}.{Stop(loop, allowed)}",
                loop.Location)
            {
                Severity = Weigh(loop, allowed.Length > 0),
            };
        }
    }

    private static Severity Weigh(InvocationLoop loop, bool allowed)
    {
        var severity = loop.Strength switch
        {
            LoopStrength.Certain => Severity.High,
            LoopStrength.Possible => Severity.Medium,
            _ => Severity.Low,
        };
        return allowed ? severity + 1 : severity;
    }

    private static string Way(InvocationLoop loop) => string.Join(" → ", [.. loop.Path, loop.Path[0]]);

    private static string When(InvocationLoop loop) => loop.Strength switch
    {
        LoopStrength.Possible => ", whenever what it writes matches the trigger, which its permissions allow",
        LoopStrength.Conceivable => ", should it write there or send what the trigger takes, which its permissions do not rule out",
        LoopStrength.OnFailure => ", for as long as the same event keeps failing",
        _ => "",
    };

    private static string Stop(InvocationLoop loop, string[] allowed) => (allowed, loop.IsDetected) switch
    {
        ({ Length: > 0 }, _) => $" RecursiveLoop is Allow for {Wording.List(allowed)}, so Lambda will not stop it.",
        (_, true) => " Lambda stops such a loop after about 16 rounds, and the events in it are lost.",
        _ => " Lambda's own recursion detection does not see every service on this way.",
    };
}
