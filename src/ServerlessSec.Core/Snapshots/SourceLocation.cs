namespace ServerlessSec.Snapshots;

/// <summary>Where a value stands.</summary>
/// <param name="File">Path as the user gave it, or null for a live function.</param>
/// <param name="Line">Counted from 1; 0 where there is no text.</param>
/// <param name="Column">Counted from 1; 0 where there is no text.</param>
/// <param name="Property">Dotted property path, such as <c>Resources.Checkout.Properties.Runtime</c>.</param>
public sealed record SourceLocation(string? File, int Line, int Column, string? Property);
