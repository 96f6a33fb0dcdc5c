namespace ServerlessSec.Snapshots;

/// <summary>
/// Text of which parts are only known at deployment. Such a part stands as a hole, <c>⟨Name⟩</c>, named after what
/// will fill it: a parameter, a pseudo parameter (<c>⟨AWS::Region⟩</c>) or a resource's generated name. Equal holes are
/// equal values, so <c>arn:aws:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨Desk⟩</c> compares as an ARN does.
/// </summary>
public static class Text
{
    public const char Open = '⟨';
    public const char Close = '⟩';

    public static string Hole(string name) => $"{Open}{name}{Close}";

    public static bool IsExact(string text) => !text.Contains(Open, StringComparison.Ordinal);

    /// <summary>The text as a person writes it: holes as <c>${Name}</c>.</summary>
    public static string Show(string text) =>
        IsExact(text) ? text : text.Replace("⟨", "${", StringComparison.Ordinal).Replace('⟩', '}');
}
