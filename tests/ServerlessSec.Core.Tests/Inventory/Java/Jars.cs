using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Java;

/// <summary>Writes jars.</summary>
internal static class Jars
{
    public static byte[] Of(params (string Path, string Text)[] files) => Zips.Of(files);

    /// <summary>As Maven builds one.</summary>
    public static byte[] Maven(string group, string artifact, string version) => Of(
        ("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n"),
        ($"META-INF/maven/{group}/{artifact}/pom.xml", "<project/>"),
        Properties(group, artifact, version),
        (group.Replace('.', '/') + "/It.class", "\u00ca\u00fe"));

    public static (string Path, string Text) Properties(string group, string artifact, string version) =>
        ($"META-INF/maven/{group}/{artifact}/pom.properties", $"#Generated\n#Mon Jan 1\nversion={version}\r\ngroupId = {group}\nartifactId:{artifact}\n");

    public static (string Path, string Text) Manifest(params string[] lines) => ("META-INF/MANIFEST.MF", string.Join("\r\n", ["Manifest-Version: 1.0", .. lines]) + "\r\n");
}
