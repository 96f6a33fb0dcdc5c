using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Findings;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules.Permissions;

public sealed class SensitiveActionOnAllResources : FunctionRule
{
    public override RuleDescriptor Descriptor { get; } = new()
    {
        Id = "SLS2003",
        Title = "Execution role holds a sensitive permission on \"*\"",
        Severity = Severity.High,
        Needs = Evidence.ExecutionRole,
        Stage = Stage.Stable,
        Cwe = [269, 732],
        Owasp = [ServerlessRisk.BrokenAccessControl],
        Rationale =
            "A permission that reads secrets, takes over identities or destroys data reaches whatever the "
            + "account holds, and not what the function works on.",
        Remediation =
            "Write the ARNs of the resources that the function works on into the statement's Resource; where "
            + "ARNs are not known beforehand, narrow by name prefix or by a condition on tags.",
        References =
        [
            "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
            "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        ],
    };

    /// <summary>Beginnings of actions by which an attacker gains identities, secrets or code.</summary>
    private static readonly ImmutableArray<string> Grave =
    [
        "iam:", "sts:AssumeRole", "organizations:", "sso:", "secretsmanager:", "kms:", "ssm:Get", "ssm:Send",
        "ssm:Start", "lambda:Create", "lambda:Update",
        "lambda:Add", "lambda:Publish", "cloudformation:", "ec2:RunInstances", "ecs:RunTask",
        "ecs:RegisterTaskDefinition", "codebuild:", "glue:Create", "cognito-idp:Admin",
        "s3:PutBucketPolicy", "s3:PutBucketAcl", "s3:PutObjectAcl",
    ];

    public override IEnumerable<Finding> Check(FunctionFacts function)
    {
        if (function.Posture?.Role is not { Administrator: [] } role) yield break;
        var untold = role.SensitiveOnAll.Select(g => Untold(role, g)).Where(g => !g.Actions.IsEmpty);
        foreach (var left in Statement.ByPlace(untold).Select(Statement.Whole).DistinctBy(Statement.Place))
        {
            yield return new(
                Descriptor,
                function.Subject,
                Statement.Place(left),
                $"Policy {left.Policy} of role {role.Id} lets {function.Name} use "
                    + $"{Wording.List(left.Actions)} on every resource of the account{Statement.Narrowed(role, left)}.",
                left.Location ?? role.Location)
            {
                Severity = Weigh(left),
            };
        }
    }

    /// <summary>What the rule about whole services does not tell of the same statement.</summary>
    private static RoleGrant Untold(RoleFacts role, RoleGrant grant)
    {
        var told = role.ServiceWide.Where(w => Statement.IsSame(w, grant)).ToArray();
        if (told.Length == 0) return grant;
        // A policy of AWS is taken or left as a whole.
        var isTaken = role.Policies.Any(p => p.Name == grant.Policy && p.Kind == PolicyKind.AwsManaged);
        return grant with { Actions = isTaken ? [] : [.. grant.Actions.Where(a => !told.Any(w => Statement.Covers(w, a)))] };
    }

    private static Severity Weigh(RoleGrant grant)
    {
        var grave = grant.Actions.Any(a => Grave.Any(g => a.StartsWith(g, StringComparison.OrdinalIgnoreCase)));
        return (grave, grant.Conditional) switch
        {
            (true, false) => Severity.High,
            (false, true) => Severity.Low,
            _ => Severity.Medium,
        };
    }
}
