namespace ServerlessSec.Packages.Images;

internal enum ImageContent
{
    /// <summary>A folder, or something that nobody asks for.</summary>
    None,
    File,
    Link,
}

/// <summary>One place in the tree of an image. Layers are numbered from 1; what is hidden stays, and is told by its number.</summary>
internal sealed class ImageNode
{
    public Dictionary<string, ImageNode>? Children { get; set; }

    public ImageContent Content { get; set; }

    /// <summary>Of the layer that put the content here.</summary>
    public int Layer { get; set; }

    /// <summary>What layers of lower numbers put here or below is gone.</summary>
    public int Cleared { get; set; }

    /// <summary>What layers of lower numbers put below, not here, is gone.</summary>
    public int ClearedBelow { get; set; }

    /// <summary>Of a link.</summary>
    public string Target { get; set; } = "";

    /// <summary>Of a file: where its kept bytes lie in the store.</summary>
    public long Offset { get; set; }

    public long Kept { get; set; }

    /// <summary>Of a file: all its bytes.</summary>
    public long Size { get; set; }

    public void Put(ImageContent content, int layer)
    {
        Children = null;
        Content = content;
        Layer = layer;
    }
}
