using System.Text.Json.Serialization;

namespace ServerlessSec;

/// <summary>Why something was not assessed.</summary>
[JsonConverter(typeof(EnumText<GapKind>))]
public enum GapKind
{
    /// <summary>Evidence could not be collected: denied, gone, or not there.</summary>
    Missing,

    /// <summary>Input was malformed, encrypted, or of an unknown format.</summary>
    Unread,

    /// <summary>A limit of <see cref="ScanLimits"/> was reached.</summary>
    Limit,

    /// <summary>A template's value, transform or include is only known at deployment.</summary>
    Unresolved,

    /// <summary>The advisories are reduced, old, or absent.</summary>
    Advisories,

    /// <summary>A rule or cataloger failed.</summary>
    Fault,

    /// <summary>The scan was stopped before it was done.</summary>
    Stopped,
}

/// <summary>What a gap covers: the narrower, the more of the scan still counts as seen.</summary>
public sealed record GapScope
{
    public Evidence Evidence { get; init; }

    /// <summary>The layer that the unseen part came from; null for the function's own package.</summary>
    public string? Layer { get; init; }

    /// <summary>A path in the package, or a property path in a template; everything below it is covered.</summary>
    public string? Path { get; init; }

    public string? Ecosystem { get; init; }

    public string? Cataloger { get; init; }

    public string? Rule { get; init; }
}

/// <summary>Something not assessed, and why.</summary>
/// <param name="Kind">The class of reason.</param>
/// <param name="Scope">What was not seen.</param>
/// <param name="Reason">A lowercase fragment, stable for equal causes.</param>
/// <param name="Message">One full sentence for a person; never shows a secret.</param>
public sealed record Gap(GapKind Kind, GapScope Scope, string Reason, string Message);
