using System.Collections.Immutable;

namespace ServerlessSec.Templates;

/// <summary>What is known about the deployment that a template is read for.</summary>
public sealed record TemplateOptions
{
    public static TemplateOptions Default { get; } = new();

    /// <summary>
    /// Values of parameters, and of pseudo parameters such as <c>AWS::Region</c>; what is not given has its default, or is a hole.
    /// </summary>
    public ImmutableSortedDictionary<string, string> Parameters { get; init; } =
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public ScanLimits Limits { get; init; } = ScanLimits.Default;
}
