using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Where a function's and a layer's code lies.</summary>
internal static class FunctionPackage
{
    public static PackageReference Read(TemplateResource resource, Template template)
    {
        var properties = resource.Properties;
        var inline = resource.IsSam ? properties["InlineCode"] : properties["Code"]["ZipFile"];
        return new()
        {
            Code = !inline.IsAbsent && !inline.IsUnknown ? Setting.Absent<string>()
                : resource.IsSam ? Sam(properties, template.Part(resource, "Metadata"))
                : Plain(properties["Code"]),
            Inline = inline.IsUnknown ? null : inline.Text,
            Layers = [.. properties["Layers"].Elements.Select(item => Layer(item, template))],
        };
    }

    private static Setting<string> Sam(Item properties, Item metadata)
    {
        if (!properties["ImageUri"].IsAbsent) return properties["ImageUri"].Name();
        if (!properties["CodeUri"].IsAbsent) return Place(properties["CodeUri"]);
        // An image that is yet to be built has no package anywhere.
        return properties["PackageType"].Exact == "Image" || !metadata["Dockerfile"].IsAbsent
            ? Setting.Absent<string>()
            : Setting.Known(".", properties.Location);
    }

    private static Setting<string> Plain(Item code) => !code["ImageUri"].IsAbsent ? code["ImageUri"].Name() : Place(code);

    /// <summary>A path, or an object in S3 under either dialect's names.</summary>
    private static Setting<string> Place(Item place)
    {
        if (!place.IsMapping) return place.Name();
        var bucket = place["Bucket"].Text ?? place["S3Bucket"].Text;
        var key = place["Key"].Text ?? place["S3Key"].Text;
        return bucket is null || key is null
            ? Setting.Unknown<string>(place.Location)
            : Setting.Known($"s3://{bucket}/{key}", place.Location);
    }

    private static LayerReference Layer(Item item, Template template)
    {
        var arn = item.Text ?? Text.Hole(item.Path);
        if (template.ByArn(arn) is not { } resource)
            return new(arn, ArnText.Split(arn, ':') is { Count: >= 7 } parts ? parts[6] : arn, null, item.Location);
        var content = resource.Properties[resource.IsSam ? "ContentUri" : "Content"];
        var path = content.Exact is { } exact && !exact.StartsWith("s3://", StringComparison.Ordinal) ? exact : null;
        return new(arn, resource.Id, path, item.Location);
    }
}
