using ServerlessSec.Sources.Packages.Images;

namespace ServerlessSec.Sources.Targets;

/// <summary>An image of a registry: one function of which only the package is known.</summary>
internal static class ImageTarget
{
    /// <summary>Null for what names no image. A tag or a digest has to be said, so that a path with a mistake in it stays one.</summary>
    public static Target? Open(string name, TargetOptions options)
    {
        if (name.StartsWith('.') || name.AsSpan(name.LastIndexOf('/') + 1).IndexOfAny(':', '@') <= 0) return null;
        ImageReference image;
        try
        {
            image = ImageReference.Parse(name);
        }
        catch (FormatException)
        {
            return null;
        }

        if (!options.Layers.IsEmpty) throw new TargetException($"'{name}' is a container image, which has no layers of Lambda's");
        var function = image.Repository[(image.Repository.LastIndexOf('/') + 1)..];
        var folder = Directory.GetCurrentDirectory();
        return new()
        {
            Path = name,
            Image = image,
            Folder = folder,
            Root = folder,
            Application = new() { Name = name, Functions = [PackageTarget.Function(function, name, options)] },
        };
    }
}
