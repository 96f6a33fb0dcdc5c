using System.Collections.Immutable;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Scanning;

namespace ServerlessSec.Cli.Commands;

/// <summary>Deployed functions as the command line names them.</summary>
internal static class FunctionNames
{
    /// <exception cref="UsageException">One names no function, or one function is named twice.</exception>
    public static ImmutableArray<NamedFunction> Parse(ImmutableArray<string> names)
    {
        ImmutableArray<NamedFunction> named = [.. names.Select(Parse)];
        var twice = named.GroupBy(static n => n.Name).FirstOrDefault(static g => g.Distinct().Count() > 1);
        if (twice is not null) throw new UsageException($"the function '{twice.Key}' is named in two ways", "Reports tell functions by name: scan one version at a time.");
        return [.. named.Distinct()];
    }

    /// <summary>The Region that the ARNs name; null where none does.</summary>
    public static string? RegionOf(ImmutableArray<NamedFunction> named)
    {
        var regions = named.Select(static n => n.Region).OfType<string>().Distinct().ToList();
        return regions.Count <= 1 ? regions.FirstOrDefault() : throw new UsageException($"the functions are in {string.Join(" and ", regions)}", "Scan one Region at a time.");
    }

    /// <exception cref="UsageException">One is elsewhere.</exception>
    public static void Check(ImmutableArray<NamedFunction> named, Owner owner)
    {
        foreach (var function in named)
        {
            if (function.Region is { } region && region != owner.Region)
                throw new UsageException($"'{function.Name}' is in {region}, not in {owner.Region}", $"Say --region {region}.");
            if (function.Account is { Length: > 0 } account && account != owner.Account)
                throw new UsageException($"'{function.Name}' belongs to account {account}; the credentials are of {owner.Account}", "Say --profile with one of that account.");
        }
    }

    private static NamedFunction Parse(string name)
    {
        try
        {
            return NamedFunction.Parse(name);
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message, "Give a name, name:alias, ACCOUNT:function:name, or an ARN.");
        }
    }
}
