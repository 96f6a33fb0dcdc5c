using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Findings;

namespace ServerlessSec.Rules.Permissions;

public sealed class WildcardAction : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS2002",
        Title = "Execution role holds a service-wide wildcard",
        Severity = Severity.High,
        Needs = Evidence.ExecutionRole,
        Stage = Stage.Stable,
        Cwe = [250, 732],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale =
            "The wildcard covers deleting, sharing and reconfiguring, and what the service learns to do next "
            + "year: code that reads one object can be made to empty the bucket.",
        Remediation =
            "List the actions that the code calls instead of the wildcard, and the ARNs of the resources it uses "
            + "instead of \"*\".",
        References =
        [
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_job-functions_create-policies.html",
            "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-templates.html",
        ],
    };

    /// <summary>Services whose whole can neither read data nor change access.</summary>
    private static readonly ImmutableArray<string> Harmless = ["xray"];

    /// <summary>Services where it costs traces of an attack at most.</summary>
    private static readonly ImmutableArray<string> Mild = ["logs", "cloudwatch"];

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        // An administrator gains nothing by it.
        if (function.Posture?.Role is not { } role || role.Administrator.Any(a => !a.Conditional)) yield break;
        var grants = role.ServiceWide
            .Where(g => !role.Administrator.Any(a => Statement.IsSame(a, g)) && !Services(g).All(Harmless.Contains));
        // The engine gives one grant per service.
        foreach (var statement in Statement.ByPlace(grants).DistinctBy(s => Statement.Place(Statement.Whole(s))))
        {
            var whole = Statement.Whole(statement);
            yield return new(
                Descriptor,
                function.Subject,
                Statement.Place(whole),
                $"{function.Name} may use {Extent(whole)}: policy {whole.Policy} of role {role.Id} grants "
                    + $"{Statement.Actions(whole)} on {Statement.Resources(whole)}{Statement.Narrowed(role, whole)}.",
                whole.Location ?? role.Location)
            {
                Severity = statement.Max(Weigh),
            };
        }
    }

    private static string Extent(RoleGrant whole) =>
        Statement.IsAllBut(whole) || (whole.Actions.Contains("*") && Statement.IsOnAll(whole)) ? "nearly every service"
            : Services(whole).Distinct(StringComparer.Ordinal).Count() > 1 ? "whole services"
            : "a whole service";

    private static Severity Weigh(RoleGrant grant)
    {
        if (Services(grant).All(s => Harmless.Contains(s) || Mild.Contains(s))) return Severity.Low;
        if (!Statement.IsOnAll(grant) || grant.Conditional) return Severity.Medium;
        // Whoever may do all of this makes an administrator of the role.
        return Services(grant).Contains("iam") ? Severity.Critical : Severity.High;
    }

    private static IEnumerable<string> Services(RoleGrant grant) => grant.Actions.Select(a => a.Split(':')[0].ToLowerInvariant());
}
