namespace ServerlessSec;

/// <summary>Bounds on what a scan reads: counted in bytes, entries, nodes and steps, never in seconds.</summary>
public sealed record ScanLimits
{
    public static ScanLimits Default { get; } = new();

    /// <summary>Archives within archives, the outermost counted.</summary>
    public int ArchiveDepth { get; init; } = 8;

    /// <summary>Entries of one package, layers included.</summary>
    public int Entries { get; init; } = 200_000;

    /// <summary>Inflated bytes read of one file.</summary>
    public long FileBytes { get; init; } = 256L << 20;

    /// <summary>Inflated bytes read of one package in all.</summary>
    public long TotalBytes { get; init; } = 4L << 30;

    /// <summary>Inflated to compressed bytes of one file, looked at once a mebibyte has come out.</summary>
    public int Ratio { get; init; } = 1_000;

    /// <summary>Inflated bytes of all layers of one image.</summary>
    public long ImageBytes { get; init; } = 16L << 30;

    /// <summary>Inflated to packed bytes of one layer of an image, looked at once half a gibibyte has come out.</summary>
    public int LayerRatio { get; init; } = 100;

    /// <summary>Bytes of an image's files that are kept to be read.</summary>
    public long ImageStoreBytes { get; init; } = 1L << 30;

    /// <summary>Entries of all layers of one image.</summary>
    public int ImageEntries { get; init; } = 2_000_000;

    /// <summary>Characters of one path within a package.</summary>
    public int PathLength { get; init; } = 1_024;

    /// <summary>Bytes of one manifest, lock file, template or advisory record.</summary>
    public int ManifestBytes { get; init; } = 64 << 20;

    /// <summary>Components of one package.</summary>
    public int Components { get; init; } = 100_000;

    /// <summary>Matches of the components of one package with advisories.</summary>
    public int Matches { get; init; } = 20_000;

    /// <summary>Nesting of one JSON or YAML document.</summary>
    public int DocumentDepth { get; init; } = 512;

    /// <summary>Nodes of one template, after aliases are followed.</summary>
    public int TemplateNodes { get; init; } = 2_000_000;

    /// <summary>Steps of one engine on one input.</summary>
    public long Steps { get; init; } = 50_000_000;
}
