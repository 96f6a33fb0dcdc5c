namespace ServerlessSec.Inventory.Java;

/// <summary>Says where classes of a well-known library lie without anything that tells their version.</summary>
internal static class Shaded
{
    /// <param name="root">Path of the folder or jar in which they lie, with its slash; empty for the package itself.</param>
    public static void Say(Sink sink, KnownJar known, string root, string? layer)
    {
        var place = root + known.Classes[..^1];
        var name = $"{known.Group}:{known.Artifact}";
        sink.Opaque(place, layer, "copied classes", $"'{place}' holds classes of {name}, and nothing there tells its version.", MavenPackage.Ecosystem);
    }
}
