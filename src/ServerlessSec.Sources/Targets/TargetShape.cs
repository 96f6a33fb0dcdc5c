namespace ServerlessSec.Sources.Targets;

/// <summary>Tells by content what a file is; names only decide where content cannot.</summary>
internal static class TargetShape
{
    private const int EndRecordReach = 66 * 1024;

    public static bool HasTemplateName(string path) =>
        Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" or ".json" or ".template";

    public static bool HasPackageName(string path) => Path.GetExtension(path).ToLowerInvariant() is ".zip" or ".jar" or ".war";

    /// <summary>A zip begins with an entry or, when it is empty or has a program in front, ends with its directory.</summary>
    public static bool IsArchive(Stream file)
    {
        Span<byte> head = stackalloc byte[4];
        file.Position = 0;
        var read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (read < 4) return false;
        if (head.SequenceEqual("PK\u0003\u0004"u8) || head.SequenceEqual("PK\u0005\u0006"u8)) return true;

        var tail = new byte[Math.Min(file.Length, EndRecordReach)];
        file.Position = file.Length - tail.Length;
        file.ReadExactly(tail);
        return tail.AsSpan().LastIndexOf("PK\u0005\u0006"u8) is var at and >= 0 && IsEndRecord(tail.AsSpan(at));
    }

    /// <summary>Whether text has what every SAM or CloudFormation template has: resources of AWS types.</summary>
    public static bool IsTemplate(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0)) return false;
        if (text.IndexOf("AWS::"u8) < 0) return false;
        return text.TrimStart(" \t\r\n\uFEFF"u8) is [(byte)'{', ..]
            ? text.IndexOf("\"Resources\""u8) >= 0
            : text.StartsWith("Resources:"u8) || text.IndexOf("\nResources:"u8) >= 0;
    }

    // APPNOTE 4.3.16: the comment's length is the record's last field, so a real record ends where the file does.
    private static bool IsEndRecord(ReadOnlySpan<byte> record) =>
        record.Length >= 22 && record.Length == 22 + record[20] + (record[21] << 8);
}
