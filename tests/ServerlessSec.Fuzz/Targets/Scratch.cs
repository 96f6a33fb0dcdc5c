namespace ServerlessSec.Fuzz.Targets;

/// <summary>A folder of this process, for parsers that read files.</summary>
internal static class Scratch
{
    public static string Folder { get; } = Make();

    private static string Make()
    {
        var folder = Directory.CreateTempSubdirectory("serverlesssec-fuzz-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }
}
