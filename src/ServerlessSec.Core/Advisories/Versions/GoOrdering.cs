namespace ServerlessSec.Advisories.Versions;

/// <summary>
/// The order of Go modules (golang.org/x/mod/semver), pseudo-versions and <c>+incompatible</c> included, and of the toolchain's
/// own versions. The <c>v</c> may be absent, as it is in advisories.
/// </summary>
internal sealed class GoOrdering : IVersionOrdering
{
    public bool Understands(string version) => TryRead(GoToolchain.ToSemVer(version), out _, out _);

    public int Compare(string left, string right)
    {
        var known = TryRead(GoToolchain.ToSemVer(left), out var a, out var x);
        if (known != TryRead(GoToolchain.ToSemVer(right), out var b, out var y)) return known ? 1 : -1;
        if (!known) return string.CompareOrdinal(left, right);
        var order = SemVerOrdering.CompareNumbers(a, b);
        return order != 0 ? order : SemVerOrdering.ComparePreRelease(x, y);
    }

    /// <summary>Numbers without zeros at their front; a pre-release only behind all three.</summary>
    private static bool TryRead(ReadOnlySpan<char> text, out ReadOnlySpan<char> numbers, out ReadOnlySpan<char> preRelease)
    {
        numbers = preRelease = [];
        if (text.StartsWith('v')) text = text[1..];
        var rest = text;
        var count = 0;
        while (true)
        {
            var number = Digits.Take(ref rest);
            if (number.IsEmpty || (number.Length > 1 && number[0] == '0')) return false;
            if (++count == 3 || !rest.StartsWith('.')) break;
            rest = rest[1..];
        }

        numbers = text[..^rest.Length];
        if (rest.IsEmpty) return true;
        if (count < 3) return false;
        var plus = rest.IndexOf('+');
        if (plus >= 0 && !AreIdentifiers(rest[(plus + 1)..], strict: false)) return false;
        if (plus >= 0) rest = rest[..plus];
        if (rest.IsEmpty) return true;
        preRelease = rest[1..];
        return rest[0] == '-' && AreIdentifiers(preRelease, strict: true);
    }

    private static bool AreIdentifiers(ReadOnlySpan<char> list, bool strict)
    {
        if (list.IsEmpty || list[^1] == '.') return false;
        while (list.Length > 0)
        {
            var identifier = SemVerOrdering.Next(ref list);
            if (identifier.IsEmpty) return false;
            if (strict && identifier.Length > 1 && identifier[0] == '0' && Digits.IsNumber(identifier)) return false;
            foreach (var c in identifier)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-') return false;
            }
        }

        return true;
    }
}
