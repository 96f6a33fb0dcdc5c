namespace ServerlessSec.Advisories.Versions;

/// <summary>The order of Python versions of before PEP 440, as setuptools had it.</summary>
internal static class LegacyVersion
{
    public static int Compare(string left, string right)
    {
        var a = Key(left);
        var b = Key(right);
        for (var i = 0; i < Math.Min(a.Count, b.Count); i++)
        {
            var order = string.CompareOrdinal(a[i], b[i]);
            if (order != 0) return order;
        }

        return a.Count.CompareTo(b.Count);
    }

    /// <summary>Numbers padded, words behind an asterisk, so that words come before numbers; a final release says so.</summary>
    private static List<string> Key(string version)
    {
        var key = new List<string>();
        foreach (var part in Parts(version.Trim().ToLowerInvariant()))
        {
            if (part[0] == '*')
            {
                if (string.CompareOrdinal(part, "*final") < 0) RemoveLast(key, "*final-");
                RemoveLast(key, "00000000");
            }

            key.Add(part);
        }

        return key;
    }

    private static void RemoveLast(List<string> key, string part)
    {
        while (key.Count > 0 && key[^1] == part) key.RemoveAt(key.Count - 1);
    }

    private static IEnumerable<string> Parts(string version)
    {
        for (var start = 0; start < version.Length;)
        {
            var end = start + 1;
            var kind = Kind(version[start]);
            if (kind != '.' && kind != '-') while (end < version.Length && Kind(version[end]) == kind) end++;
            var part = version[start..end];
            start = end;
            if (kind == '.') continue;
            yield return kind == '0' ? part.PadLeft(8, '0') : "*" + Word(part);
        }

        yield return "*final";
    }

    private static char Kind(char c) => c switch
    {
        >= '0' and <= '9' => '0',
        >= 'a' and <= 'z' => 'a',
        '.' or '-' => c,
        _ => '?',
    };

    private static string Word(string part) => part switch
    {
        "pre" or "preview" or "rc" => "c",
        "-" => "final-",
        "dev" => "@",
        _ => part,
    };
}
