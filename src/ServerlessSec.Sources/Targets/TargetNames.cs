using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Sources.Targets;

/// <summary>Tells functions and roles apart that have one name in several targets: the path stands before the name.</summary>
internal static class TargetNames
{
    public static ImmutableArray<Target> Apart(ImmutableArray<Target> targets)
    {
        var functions = Shared(targets, static f => f.Id);
        var roles = Shared(targets, static f => f.Role?.Id);
        return [.. targets.Select(target => target with
        {
            Application = target.Application with
            {
                Functions = [.. target.Application.Functions.Select(f => f with
                {
                    Id = functions.Contains(f.Id) ? $"{target.Application.Name}:{f.Id}" : f.Id,
                    Role = f.Role is { } role && roles.Contains(role.Id)
                        ? role with { Id = $"{target.Application.Name}:{role.Id}" }
                        : f.Role,
                })],
            },
        })];
    }

    private static HashSet<string> Shared(ImmutableArray<Target> targets, Func<FunctionSnapshot, string?> name) =>
        [.. targets.SelectMany(target => target.Application.Functions.Select(name).OfType<string>().Distinct())
            .GroupBy(static n => n, StringComparer.Ordinal).Where(static g => g.Skip(1).Any()).Select(static g => g.Key)];
}
