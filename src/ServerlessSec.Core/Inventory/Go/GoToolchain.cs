namespace ServerlessSec.Inventory.Go;

/// <summary>The version that a toolchain gives itself: <c>go1.22.2</c>, with whatever its builder put behind.</summary>
internal static class GoToolchain
{
    /// <summary>As a semantic version, release candidates as pre-releases; empty where there is no number, as in <c>devel</c>.</summary>
    public static string Version(string toolchain)
    {
        var text = toolchain.AsSpan().Trim();
        if (text.StartsWith("devel ")) text = text[6..].TrimStart();
        if (!text.StartsWith("go")) return "";

        text = text[2..];
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.')) end++;
        var number = text[..end].TrimEnd('.');
        if (number.IsEmpty || !char.IsAsciiDigit(number[0]) || number.Length > 32) return "";

        foreach (var stage in (ReadOnlySpan<string>)["rc", "beta"])
        {
            if (!text[end..].StartsWith(stage)) continue;
            var digits = text[(end + stage.Length)..];
            var stop = 0;
            while (stop < digits.Length && stop < 4 && char.IsAsciiDigit(digits[stop])) stop++;
            if (stop > 0) return $"{number}{(number.Count('.') == 1 ? ".0" : "")}-{stage}.{digits[..stop]}";
        }

        return number.ToString();
    }
}
