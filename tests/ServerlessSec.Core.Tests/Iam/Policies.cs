using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>Makes documents of the statements that a test is about.</summary>
internal static class Policies
{
    public static PolicyDocument Inline(params string[] statements) => Of(PolicyKind.Inline, statements);

    public static PolicyDocument Of(PolicyKind kind, params string[] statements) =>
        Parse(kind, $$"""{"Version":"2012-10-17","Statement":[{{string.Join(',', statements)}}]}""");

    public static PolicyDocument Parse(PolicyKind kind, string json) => PolicyParser.Parse(new PolicySnapshot { Kind = kind, Name = "policy", Json = json }, ScanLimits.Default);

    public static RolePermissions Role(params string[] statements) => new([Inline(statements)]);

    public static string Allow(string action, string resource = "*", string? condition = null) => Statement("Allow", "Action", action, "Resource", resource, condition);

    public static string Deny(string action, string resource = "*", string? condition = null) => Statement("Deny", "Action", action, "Resource", resource, condition);

    /// <param name="values">Separated by commas.</param>
    public static string Statement(string effect, string actionElement, string values, string resourceElement, string resources, string? condition = null) =>
        $$"""{"Effect":"{{effect}}","{{actionElement}}":{{List(values)}},"{{resourceElement}}":{{List(resources)}}{{(condition is null ? "" : ",\"Condition\":" + condition)}}}""";

    private static string List(string values) => "[" + string.Join(',', values.Split(',').Select(static value => $"\"{value}\"")) + "]";
}
