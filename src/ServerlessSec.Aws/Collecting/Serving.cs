using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Aws.Collecting;

/// <summary>One version to look at, and the qualifiers by which it is called: its number, and the aliases that lead to it.</summary>
/// <param name="Version">A number, or what is not published.</param>
/// <param name="Qualifiers">That are looked at.</param>
internal sealed record ServedPart(string Version, ImmutableArray<string> Qualifiers)
{
    public ServedVersion Served => new(Version, [.. Qualifiers.Where(qualifier => qualifier != Version).Order(StringComparer.Ordinal)]);

    /// <summary>Of calls that want none for what is not published.</summary>
    public static string? Asked(string qualifier) => qualifier == ServedVersion.Latest ? null : qualifier;

    /// <summary>The qualifier that an ARN ends with.</summary>
    public static string Of(string? arn) => (arn is null ? null : NamedFunction.Parse(arn).Qualifier) ?? ServedVersion.Latest;
}

/// <summary>Which versions of a function answer calls: what is not published, and what aliases and event source mappings lead to.</summary>
/// <param name="First">The one that was asked for.</param>
/// <param name="Others">Published versions that are served beside it, the newest first.</param>
/// <param name="Left">Versions and aliases that are too many.</param>
internal sealed record Serving(ServedPart First, ImmutableArray<ServedPart> Others, ImmutableArray<string> Left)
{
    /// <summary>Published versions of one function. Lambda knows of no bound; deployments leave a few.</summary>
    public const int MostVersions = 10;

    /// <summary>Aliases whose policies, URLs and mappings are looked at.</summary>
    public const int MostAliases = 30;

    /// <summary>All of the function.</summary>
    public static Serving Whole(IReadOnlyCollection<AliasDescription> aliases, IEnumerable<EventSourceMapping> mappings)
    {
        var seen = aliases.OrderBy(static alias => alias.Name, StringComparer.Ordinal).Take(MostAliases).ToArray();
        var by = seen.SelectMany(static alias => Versions(alias).Select(version => (Version: version, Alias: alias.Name)))
            .Concat(mappings.Select(static mapping => ServedPart.Of(mapping.FunctionArn)).Where(IsNumber).Select(static version => (Version: version, Alias: version)))
            .ToLookup(static pair => pair.Version, static pair => pair.Alias);
        var versions = by.Select(static group => group.Key).Where(static version => version != ServedVersion.Latest)
            .OrderByDescending(static version => long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return new(
            Part(ServedVersion.Latest, by),
            [.. versions.Take(MostVersions).Select(version => Part(version, by))],
            [
                .. versions.Skip(MostVersions).Select(static version => "version " + version),
                .. aliases.Select(static alias => alias.Name).Except(seen.Select(static alias => alias.Name)).Select(static name => "alias " + name),
            ]);
    }

    /// <summary>What answers by one qualifier, and nothing else: of an alias that shares calls out, both versions.</summary>
    /// <param name="qualifier">A version or an alias.</param>
    /// <param name="version">That Lambda gave for it.</param>
    /// <param name="aliases">Of the function.</param>
    public static Serving Of(string qualifier, string version, IEnumerable<AliasDescription> aliases) => new(
        new(version, [qualifier]),
        [.. aliases.Where(alias => alias.Name == qualifier).SelectMany(Versions).Where(other => other != version).Select(other => new ServedPart(other, [qualifier]))],
        []);

    public ImmutableArray<string> Qualifiers => [.. Others.SelectMany(static part => part.Qualifiers).Concat(First.Qualifiers).Distinct()];

    /// <summary>How the first one is served; not said of a function that is called by its name alone.</summary>
    public ImmutableArray<ServedVersion> FirstServed => Others.IsEmpty && First.Served.Aliases.IsEmpty ? [] : [First.Served];

    /// <summary>What is too much to be looked at.</summary>
    public IEnumerable<Gap> Gaps(string function, Evidence evidence)
    {
        if (Left.IsEmpty) return [];
        var named = string.Join(", ", Left.Take(20)) + (Left.Length > 20 ? $" and {Left.Length - 20} more" : "");
        return
        [
            new(
                GapKind.Limit, new() { Evidence = evidence }, $"more than {MostVersions} served versions or {MostAliases} aliases",
                $"Of what {function} serves only {MostVersions} versions and {MostAliases} aliases are looked at; left out: {named}."),
        ];
    }

    private static ServedPart Part(string version, ILookup<string, string> by) => new(version, [.. by[version].Prepend(version).Distinct()]);

    private static IEnumerable<string> Versions(AliasDescription alias) =>
        (alias.RoutingConfig?.AdditionalVersionWeights ?? []).Where(static weight => weight.Value > 0).Select(static weight => weight.Key).Prepend(alias.FunctionVersion);

    private static bool IsNumber(string qualifier) => qualifier.All(char.IsAsciiDigit);
}
