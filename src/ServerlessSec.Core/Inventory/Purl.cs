namespace ServerlessSec.Inventory;

/// <summary>A package URL: <c>pkg:type/namespace/name@version</c>, percent-encoded and normalised per type (purl-spec).</summary>
public sealed record Purl(string Type, string? Namespace, string Name, string? Version)
{
    /// <summary>The same package at no particular version.</summary>
    public Purl WithoutVersion => this with { Version = null };

    public override string ToString() => throw new NotImplementedException();
}
