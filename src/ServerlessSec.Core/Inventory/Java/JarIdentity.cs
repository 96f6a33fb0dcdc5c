namespace ServerlessSec.Inventory.Java;

/// <summary>
/// What a jar without <c>pom.properties</c> is, by its file name and manifest. A guess counts only where its classes lie in
/// the group's own folder: other people's artifacts have the same names.
/// </summary>
internal static class JarIdentity
{
    /// <summary>Coordinates of which any part is empty where it cannot be told.</summary>
    public static Coordinates Of(JarName name, JarManifest manifest, JarFiles files)
    {
        if (Gradle(manifest["Implementation-Title"]) is { Version.Length: > 0 } gradle) return gradle;

        var isNamed = name.Version.Length > 0;
        var version = isNamed ? name.Version : VersionOf(manifest);
        if (!MavenPackage.IsPart(version) || !MavenPackage.IsPart(name.Artifact)) return new("", name.Artifact, version);

        var group = KnownJars.Find(name.Artifact, version, files.Holds)?.Group ?? "";
        if (group.Length == 0 && (isNamed || IsTitled(name.Artifact, manifest)))
        {
            group = FromVendor(manifest["Implementation-Vendor-Id"], files);
            if (group.Length == 0 && IsVouched(name, manifest)) group = manifest["Implementation-Vendor-Id"];
            if (group.Length == 0) group = FromTitle(manifest["Implementation-Title"], name.Artifact, files);
            if (group.Length == 0) group = FromSymbol(manifest.SymbolicName, name.Artifact, files);
            if (group.Length == 0) group = FromSymbol(manifest["Automatic-Module-Name"], name.Artifact, files);
        }

        return new(group, name.Artifact, version);
    }

    /// <summary>Only a well-known library of this very name and version: what else is in the jar was named already.</summary>
    public static Coordinates Known(JarName name, JarFiles files) =>
        name.Version.Length > 0 && KnownJars.Find(name.Artifact, name.Version, files.Holds) is { } known
            ? new(known.Group, name.Artifact, name.Version)
            : default;

    /// <summary>Only of an artifact that says its name too: titles are written for people.</summary>
    private static bool IsTitled(string artifact, JarManifest manifest) =>
        string.Equals(manifest["Implementation-Title"], artifact, StringComparison.Ordinal);

    /// <summary>
    /// The manifest repeats artifact and version of the file's name beside its group, as sbt writes it; the classes of Scala
    /// libraries lie anywhere, and their artifacts end in the version of Scala.
    /// </summary>
    private static bool IsVouched(JarName name, JarManifest manifest) =>
        name.Version.Length > 0
            && manifest["Implementation-Version"] == name.Version
            && IsGroup(manifest["Implementation-Vendor-Id"])
            && manifest["Implementation-Title"] is { Length: > 0 } title
            && (name.Artifact == title || name.Artifact.StartsWith(title + "_", StringComparison.Ordinal));

    private static string VersionOf(JarManifest manifest)
    {
        var stated = manifest["Implementation-Version"];
        if (stated.Length == 0) stated = manifest["Bundle-Version"];
        // Gradle's word for a version that nobody set.
        return stated.Length > 0 && char.IsAsciiDigit(stated[0]) && !stated.EndsWith("unspecified", StringComparison.Ordinal) ? stated : "";
    }

    /// <summary><c>group#artifact;version</c>, as Gradle plug-ins write the title.</summary>
    private static Coordinates Gradle(string title)
    {
        var hash = title.IndexOf('#', StringComparison.Ordinal);
        var semicolon = title.IndexOf(';', Math.Max(0, hash));
        if (hash <= 0 || semicolon < hash) return default;

        var it = new Coordinates(title[..hash], title[(hash + 1)..semicolon], title[(semicolon + 1)..]);
        return MavenPackage.IsWhole(it) ? it : default;
    }

    private static string FromVendor(string vendor, JarFiles files) => IsGroup(vendor) && files.Holds(Folder(vendor)) ? vendor : "";

    /// <summary>A title that is the group itself, where the artifact begins with its last word.</summary>
    private static string FromTitle(string title, string artifact, JarFiles files)
    {
        var word = title[(title.LastIndexOf('.') + 1)..];
        var isAlike = artifact == word || artifact.StartsWith(word + "-", StringComparison.Ordinal);
        return isAlike && word.Length > 2 ? FromVendor(title, files) : "";
    }

    /// <summary>
    /// Turns round how bundle names are made of coordinates: <c>group.artifact</c>, or <c>group.rest</c> where the artifact
    /// is the group's last word, a hyphen and the rest.
    /// </summary>
    private static string FromSymbol(string symbol, string artifact, JarFiles files)
    {
        var group = "";
        if (artifact.Contains('-', StringComparison.Ordinal) && symbol.EndsWith("." + artifact, StringComparison.Ordinal))
        {
            group = symbol[..^(artifact.Length + 1)];
        }
        else if (symbol.LastIndexOf('.') is var dot and > 0)
        {
            var outer = symbol[..dot];
            var word = outer[(outer.LastIndexOf('.') + 1)..];
            if (artifact == $"{word}-{symbol[(dot + 1)..]}") group = outer;
        }

        return IsGroup(group) && files.Holds(Folder(group)) ? group : "";
    }

    /// <summary>Two words and more, and none of the names under which everybody publishes.</summary>
    private static bool IsGroup(string group) =>
        MavenPackage.IsPart(group)
            && group.Contains('.', StringComparison.Ordinal)
            && group is not ("org.apache" or "com.google" or "com.sun" or "com.oracle" or "org.eclipse" or "com.ibm" or "com.github" or "org.codehaus");

    private static string Folder(string group) => group.Replace('.', '/') + "/";
}
