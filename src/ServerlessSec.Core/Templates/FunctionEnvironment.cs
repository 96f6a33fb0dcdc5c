using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates;

/// <summary>Environment variables, and how each value was given.</summary>
internal static class FunctionEnvironment
{
    public static ImmutableArray<EnvironmentVariable> Read(FunctionDraft function, Template template)
    {
        var variables = function.Properties["Environment"]["Variables"];
        if (variables.IsAbsent) return [];
        if (!variables.IsMapping)
        {
            function.Unresolved(variables);
            return [];
        }

        return [.. variables.Entries.Select(item => Read(function, item, template))];
    }

    private static EnvironmentVariable Read(FunctionDraft function, Item item, Template template)
    {
        var scalar = item.Node as Scalar;
        var origin = scalar switch
        {
            null or { IsUnknown: true } => ValueOrigin.Unknown,
            _ when scalar.Text.Contains("{{resolve:", StringComparison.Ordinal) => ValueOrigin.DynamicReference,
            _ when (scalar.Marks & Marks.NoEcho) != 0 => ValueOrigin.NoEcho,
            _ when template.ByRef(scalar.Text) is not null => ValueOrigin.ResourceName,
            _ when (scalar.Marks & Marks.Reference) != 0 => ValueOrigin.Reference,
            _ => ValueOrigin.Literal,
        };
        if (origin == ValueOrigin.Unknown) function.Unresolved(item);
        return new(item.Key, origin, origin == ValueOrigin.Unknown ? null : scalar!.Text, item.Location);
    }
}
