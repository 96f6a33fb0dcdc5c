using System.Globalization;

namespace ServerlessSec.Inventory.DotNet;

/// <summary>The package's version as an assembly's version resource gives it.</summary>
internal static class AssemblyVersion
{
    private const string Unset = "1.0.0";

    /// <summary>
    /// The informational version wins over the file's, which many builds count in their own way. Empty where both are
    /// numbers of a build and say nothing of a package.
    /// </summary>
    public static string Of(string informational, string file)
    {
        var plus = informational.IndexOf('+', StringComparison.Ordinal);
        var build = plus < 0 ? "" : informational[(plus + 1)..];
        var text = plus < 0 ? informational : informational[..plus];
        var numbers = Numbers(text, out var rest);
        if (numbers.Length < 2 || IsBuildNumber(numbers) || IsBuildNumber(Numbers(file, out _))) return "";

        // A project that sets only its file version has the default for the informational one.
        if (text == Unset && Numbers(file, out var none) is { Length: >= 3 } own && none.Length == 0 && !Short(own).Equals(Unset, StringComparison.Ordinal))
            return Short(own);

        // A fourth part too large for a version, or a piece of a commit behind a dot, was put there by the build.
        if (rest.StartsWith('.') || (numbers.Length == 4 && numbers[3] > ushort.MaxValue)) return string.Join('.', numbers.Take(3));

        if (rest.Length == 0) return Short(numbers);
        if (rest[0] != '-' || rest.Length < 2) return "";
        return EndsInCommit(rest, build) ? Short(numbers) : Short(numbers) + rest;
    }

    private static ulong[] Numbers(string text, out string rest)
    {
        var numbers = new List<ulong>();
        var at = 0;
        while (numbers.Count < 4)
        {
            var end = at;
            while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
            var isNumber = end > at && (end == text.Length || text[end] is '.' or '-' or ' ');
            if (!isNumber || !ulong.TryParse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) break;

            numbers.Add(number);
            at = end;
            if (at == text.Length || text[at] != '.' || numbers.Count == 4) break;
            at++;
        }

        if (at > 0 && at < text.Length && text[at - 1] == '.') at--;
        rest = text[Math.Min(at, text.Length)..];
        return [.. numbers];
    }

    /// <summary>NuGet leaves out a fourth part of zero.</summary>
    private static string Short(ulong[] numbers) => string.Join('.', numbers.Length == 4 && numbers[3] == 0 ? numbers.Take(3) : numbers);

    /// <summary>The runtime's own libraries before .NET 5: <c>4.700.19.56404</c>, <c>4.6.26919.02</c>.</summary>
    private static bool IsBuildNumber(ulong[] numbers) => numbers is [4, 700, ..] or [4, 6 or 7, > 20_000, _];

    /// <summary>Branch and commit are no label of a release: <c>-main-4f61421</c>.</summary>
    private static bool EndsInCommit(string label, string build)
    {
        var last = label[(label.LastIndexOf('-') + 1)..];
        return last.Length is >= 7 and <= 40
            && last.All(char.IsAsciiHexDigitLower)
            && (build.StartsWith(last, StringComparison.Ordinal) || (last.Any(char.IsAsciiLetter) && last.Any(char.IsAsciiDigit)));
    }
}
