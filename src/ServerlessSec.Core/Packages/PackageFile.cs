namespace ServerlessSec.Packages;

/// <summary>One file of a deployed package.</summary>
/// <param name="Path">With forward slashes; relative to the function's root, or beginning with <c>/opt/</c> for what a
/// layer brought.</param>
/// <param name="Size">Inflated bytes, as declared.</param>
/// <param name="Layer">The layer that supplied it; null for the function's own package.</param>
public sealed record PackageFile(string Path, long Size, string? Layer);
