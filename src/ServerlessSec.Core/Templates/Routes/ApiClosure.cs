using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Routes;

/// <summary>Whether a REST API keeps strangers out before any route is looked at: by a private endpoint or its resource policy.</summary>
internal static class ApiClosure
{
    private static readonly string[] SamAllowLists =
        ["AwsAccountWhitelist", "IpRangeWhitelist", "SourceVpcWhitelist", "IntrinsicVpcWhitelist", "IntrinsicVpceWhitelist"];

    /// <summary>Null where that is not known.</summary>
    public static bool? IsClosed(Item endpoint, Item policy, Item samPolicy)
    {
        if (IsPrivate(endpoint) is not false and var isPrivate) return isPrivate;
        if (IsClosedBySam(samPolicy) is not false and var bySam) return bySam;
        return policy.IsAbsent ? false : policy.IsMapping ? IsClosed(policy["Statement"]) : null;
    }

    private static bool? IsPrivate(Item endpoint)
    {
        // SAM: a word, or a mapping with Type; CloudFormation: a mapping with Types.
        var types = endpoint.IsMapping ? endpoint["Types"].Elements.Append(endpoint["Type"]) : [endpoint];
        var words = types.Where(type => !type.IsAbsent).Select(type => type.Exact).ToList();
        return words.Contains("PRIVATE") ? true : words.Contains(null) ? null : false;
    }

    private static bool? IsClosedBySam(Item policy)
    {
        if (policy.IsAbsent) return false;
        if (!policy.IsMapping) return null;
        if (SamAllowLists.Any(list => policy[list].Elements.Any(item => item.Text is not ("0.0.0.0/0" or "::/0")))) return true;
        return policy["CustomStatements"].IsAbsent ? false : IsClosed(policy["CustomStatements"]);
    }

    private static bool? IsClosed(Item statements)
    {
        var (opens, closes, unknown) = (false, false, statements.IsUnknown);
        foreach (var statement in statements.Elements)
        {
            unknown |= !statement.IsMapping
                || statement["Effect"].Exact is null
                || statement["Condition"].IsUnknown
                || statement["Principal"].IsUnknown;
            if (!IsForAll(statement["Principal"])) continue;
            if (statement["Effect"].Exact == "Allow") opens |= !Narrows(statement["Condition"]);
            else closes |= Covers(statement["Resource"]) && (statement["Condition"].IsAbsent || Narrows(statement["Condition"]));
        }

        return closes ? true : unknown ? null : !opens;
    }

    private static bool IsForAll(Item principal) => principal.Text == "*" || principal["AWS"].Texts().Contains("*");

    private static bool Covers(Item resource) => resource.Texts().Any(text => text.EndsWith('*'));

    private static bool Narrows(Item condition) =>
        condition.Entries.Any(op => op.Entries.Any(key => key.Elements.Any(value => value.Text is not ("0.0.0.0/0" or "::/0" or "*"))));
}
