using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ServerlessSec.Inventory;

[JsonConverter(typeof(EnumText<OccurrenceKind>))]
public enum OccurrenceKind
{
    /// <summary>The code itself lies in the package.</summary>
    Installed,

    /// <summary>Only a lock file says so.</summary>
    Locked,

    /// <summary>Its code was recognised within a bundle or a program, by traces that it left there.</summary>
    Recognised,

    /// <summary>It is not in the package: the managed runtime brings it, and the code asks for it.</summary>
    Supplied,

    /// <summary>Only a bill of materials within the package says so.</summary>
    Claimed,
}

/// <summary>What gave a component within a bundle or a program away.</summary>
[JsonConverter(typeof(EnumText<Technique>))]
public enum Technique
{
    /// <summary>The path of one of its files, which the bundler wrote beside the code.</summary>
    ModulePath,

    /// <summary>A source map names its files, or holds what they said.</summary>
    SourceMap,

    /// <summary>A licence comment of its own.</summary>
    Banner,

    /// <summary>Its own manifest, as a whole or in part.</summary>
    Manifest,

    /// <summary>A constant with its version, beside text that no other library has.</summary>
    VersionConstant,

    /// <summary>Text in machine code that has its version.</summary>
    VersionString,

    /// <summary>The name of the file.</summary>
    FileName,

    /// <summary>First-party code asks for it.</summary>
    Import,

    /// <summary>A bill of materials says that it went in.</summary>
    BillOfMaterials,
}

/// <summary>How sure it is that a component is there which no manifest names, and why.</summary>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Trace">The trace itself, shortened.</param>
public sealed record Recognition(Technique Technique, double Confidence, string Trace);

/// <summary>A managed runtime that brings a component.</summary>
/// <param name="Runtime">Lambda's identifier.</param>
/// <param name="AsOf">The day on which AWS documented the version; null where it documents none.</param>
/// <param name="Source">Where it did so.</param>
public sealed record RuntimeSupply(string Runtime, DateOnly? AsOf, string? Source);

/// <summary>Where a component was seen.</summary>
/// <param name="Path">The file that says so, in the package tree.</param>
/// <param name="Layer">The layer that supplied it; null for the function's own package.</param>
/// <param name="Cataloger">Name of the cataloger that read it.</param>
public sealed record Occurrence(string Path, string? Layer, OccurrenceKind Kind, string Cataloger)
{
    /// <summary>Null where the package itself or a lock file names it.</summary>
    public Recognition? Recognition { get; init; }

    /// <summary>Null where the package holds or names it.</summary>
    public RuntimeSupply? Supply { get; init; }
}

[JsonConverter(typeof(EnumText<Relation>))]
public enum Relation
{
    Unknown,
    Direct,
    Transitive,
}

/// <summary>A digest as CycloneDX names it (<c>SHA-512</c>), lowercase hexadecimal.</summary>
public sealed record ComponentHash(string Algorithm, string Hex);

/// <summary>The source package of a distribution, at the version that its advisories order by.</summary>
public sealed record SourcePackage(string Name, string Version);

/// <summary>One package at one version, with every place it was seen.</summary>
public sealed record Component
{
    public required Purl Purl { get; init; }

    /// <summary>OSV's name of the ecosystem: <c>npm</c>, <c>PyPI</c>, <c>NuGet</c>, <c>Maven</c>, <c>Go</c> ….</summary>
    public required string Ecosystem { get; init; }

    /// <summary>The name as its ecosystem writes it: <c>@scope/name</c>, <c>group:artifact</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Empty where the package is there and nothing tells its version.</summary>
    public required string Version { get; init; }

    /// <summary>What a distribution built it from, where its advisories speak of that; null where they speak of the package itself.</summary>
    public SourcePackage? Source { get; init; }

    public ImmutableArray<Occurrence> Occurrences { get; init; } = [];

    public ImmutableArray<ComponentHash> Hashes { get; init; } = [];

    /// <summary>SPDX ids or expressions where the package gives one, else its own words.</summary>
    public ImmutableArray<string> Licences { get; init; } = [];

    public Relation Relation { get; init; }

    /// <summary>Only needed for development, by its lock file, and not installed.</summary>
    public bool Development { get; init; }

    /// <summary>Its makers' words where a lock file repeats that they deprecated this version; null where none does.</summary>
    public string? Deprecated { get; init; }

    /// <summary>purls of the components it depends on, sorted.</summary>
    public ImmutableArray<string> DependsOn { get; init; } = [];
}

/// <summary>Code that no cataloger could name.</summary>
/// <param name="Reason">A lowercase fragment: <c>bundled</c>, <c>compiled</c>, <c>unsupported lock file</c> ….</param>
public sealed record OpaqueFile(string Path, string? Layer, string Reason);

/// <summary>A file that is not the one that the installer of its package wrote down.</summary>
/// <param name="Purl">Of the component that brought it.</param>
/// <param name="IsStripped">All that is known is that symbols were taken out of machine code, as tools do that make packages small.</param>
public sealed record AlteredFile(string Path, string? Layer, string Purl, bool IsStripped);

/// <summary>What is in one package.</summary>
public sealed record PackageInventory
{
    /// <summary>The reason of an <see cref="OpaqueFile"/> that stands for a package without code.</summary>
    public const string NoCode = "no code";

    /// <summary>Sorted by purl.</summary>
    public ImmutableArray<Component> Components { get; init; } = [];

    public ImmutableArray<OpaqueFile> Opaque { get; init; } = [];

    /// <summary>Sorted by path; only of files that were at hand.</summary>
    public ImmutableArray<AlteredFile> Altered { get; init; } = [];

    public ImmutableArray<Gap> Gaps { get; init; } = [];

    /// <summary>Files in the package, layers included.</summary>
    public int Files { get; init; }

    /// <summary>Files a runtime can execute: source, bytecode, machine code.</summary>
    public int CodeFiles { get; init; }

    /// <summary>How much of the code is accounted for; null where that was not looked at to the end.</summary>
    public Completeness? Completeness { get; init; }
}
