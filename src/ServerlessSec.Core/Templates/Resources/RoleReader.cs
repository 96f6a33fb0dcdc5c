using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Sam;

namespace ServerlessSec.Templates.Resources;

/// <summary>The roles of the template with everything attached to them, wherever it stands.</summary>
internal sealed class RoleReader
{
    private readonly Template template;
    private readonly Policies policies;
    private readonly Dictionary<string, TemplateResource> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<PolicySnapshot>> attached = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ExecutionRole> read = new(StringComparer.Ordinal);

    // The roles that SAM makes, by ARN, with the resource each is made for.
    private readonly Lazy<Dictionary<string, TemplateResource>> generated;

    public RoleReader(Template template, Policies policies)
    {
        (this.template, this.policies) = (template, policies);
        generated = new(() => Generated(template));
        foreach (var role in template.OfType("AWS::IAM::Role")) byName.TryAdd(template.Names.Of(role).Name, role);
        foreach (var policy in template.OfType("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")) Attach(policy);
    }

    /// <summary>Sets the function's role: of the template, made by SAM, or one that stands elsewhere.</summary>
    public void Read(FunctionDraft function)
    {
        var given = function.Properties["Role"];
        if (given.IsAbsent && function.Resource.IsSam)
        {
            function.Role = SamRole.Read(function, template, policies, AttachedTo(Text.Hole(function.Id + "Role")));
            return;
        }

        if (given.Text is not { } arn || given.IsUnknown)
        {
            function.Missing[Evidence.ExecutionRole] = given.IsAbsent ? "no role is given" : "the role is only known at deployment";
            function.Unresolved(given, Evidence.ExecutionRole);
            return;
        }

        if (ByArn(arn) is { } role)
        {
            function.Role = Of(role);
            return;
        }

        if (generated.Value.GetValueOrDefault(arn) is { } other)
        {
            function.Role = new() { Id = other.Id + "Role", Arn = arn, Location = other.Location };
            function.Missing[Evidence.ExecutionRole] = $"the role is the one of '{other.Id}'";
            return;
        }

        function.Role = new() { Id = ArnText.LastPart(arn), Arn = arn, Location = given.Location };
        function.Missing[Evidence.ExecutionRole] = "the role is not part of the template";
    }

    /// <summary>A role by its ARN, or by its name where account or partition is written differently.</summary>
    private TemplateResource? ByArn(string arn) =>
        template.ByArn(arn) is { Type: "AWS::IAM::Role" } exact ? exact
        : arn.Contains(":role/", StringComparison.Ordinal) ? byName.GetValueOrDefault(ArnText.LastPart(arn))
        : byName.GetValueOrDefault(arn);

    private static Dictionary<string, TemplateResource> Generated(Template template)
    {
        var owners = new Dictionary<string, TemplateResource>(StringComparer.Ordinal);
        foreach (var owner in template.Resources.Where(static owner => owner.IsSam))
        {
            if (template.Names.Generated(owner.Id + "Role") is { } role) owners.TryAdd(template.Names.Of(role).Arn, owner);
        }

        return owners;
    }

    private ExecutionRole Of(TemplateResource role)
    {
        if (read.TryGetValue(role.Id, out var known)) return known;
        var names = template.Names.Of(role);
        var properties = role.Properties;
        return read[role.Id] = new()
        {
            Id = role.Id,
            Arn = names.Arn,
            Location = role.Location,
            Policies = [
                .. policies.Inline(properties["Policies"]),
                .. properties["ManagedPolicyArns"].Elements.Select(item => policies.Reference(item)),
                .. AttachedTo(names.Name),
            ],
            Boundary = properties["PermissionsBoundary"] is { IsAbsent: false } boundary
                ? policies.Reference(boundary, PolicyKind.Boundary)
                : null,
            Trust = properties["AssumeRolePolicyDocument"] is { IsAbsent: false } trust
                ? policies.Document(PolicyKind.Trust, "trust", trust)
                : null,
        };
    }

    private List<PolicySnapshot> AttachedTo(string roleName) => attached.GetValueOrDefault(roleName) ?? [];

    private void Attach(TemplateResource policy)
    {
        var properties = policy.Properties;
        var isManaged = policy.Type == "AWS::IAM::ManagedPolicy";
        var name = properties[isManaged ? "ManagedPolicyName" : "PolicyName"].Text ?? policy.Id;
        foreach (var role in properties["Roles"].Texts().Concat(properties["RoleName"].Texts()).Distinct(StringComparer.Ordinal))
        {
            var snapshot = policies.Document(
                isManaged ? PolicyKind.CustomerManaged : PolicyKind.Inline,
                name,
                properties["PolicyDocument"],
                isManaged ? template.Names.Of(policy).Arn : null);
            if (!attached.TryGetValue(role, out var list)) attached[role] = list = [];
            list.Add(snapshot);
        }
    }
}
