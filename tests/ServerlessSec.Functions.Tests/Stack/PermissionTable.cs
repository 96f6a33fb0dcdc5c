using System.Text;

namespace ServerlessSec.Functions.Stack;

/// <summary>What each role may do, as a section of docs/operations.md.</summary>
internal static class PermissionTable
{
    private const string Begin = "<!-- permissions: generated from template.yaml; UPDATE_GOLDEN=1 dotnet test rewrites it -->\n";
    private const string End = "<!-- /permissions -->\n";

    public static string PutInto(string page)
    {
        var from = page.IndexOf(Begin, StringComparison.Ordinal);
        var to = page.IndexOf(End, StringComparison.Ordinal);
        Assert.True(from >= 0 && to > from, "docs/operations.md has lost the marks of its table of permissions");
        return page[..(from + Begin.Length)] + Text() + page[to..];
    }

    private static string Text()
    {
        var text = new StringBuilder();
        foreach (var role in Grants.All().GroupBy(static g => g.Role))
        {
            text.Append('\n').Append("**").Append(role.Key).Append("**\n\n| Purpose | Actions | Resources |\n|---|---|---|\n");
            foreach (var grant in role)
            {
                text.Append("| ").Append(grant.Sid).Append(When(grant)).Append(" | ").AppendJoin("<br>", grant.Actions.Select(static a => $"`{a}`"))
                    .Append(" | ").AppendJoin("<br>", grant.Resources.Select(static r => $"`{r}`")).Append(Only(grant)).Append(" |\n");
            }
        }

        return text.Append('\n').ToString();
    }

    private static string When(Grant grant) => grant.When switch
    {
        null => "",
        "ScannerUsesKey" => ", with `KmsKeyArn`",
        "ScannerMayDecrypt" => ", with `DecryptKeyArns`",
        var other => throw new NotSupportedException($"'{other}' has no words in the table of permissions"),
    };

    private static string Only(Grant grant) => grant.Condition?["StringLike"]?["kms:ViaService"] is null ? "" : "<br>only through the service";
}
