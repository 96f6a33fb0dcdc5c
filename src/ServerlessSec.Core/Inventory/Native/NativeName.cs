using System.Globalization;

namespace ServerlessSec.Inventory.Native;

/// <summary>What the numbers behind <c>.so</c> say of the version.</summary>
internal enum Tail
{
    /// <summary>Nothing: they count changes of the interface.</summary>
    Interface,

    /// <summary>They are the version.</summary>
    Version,

    /// <summary><c>16.39.0</c> is 1.6.39.</summary>
    Png,

    /// <summary><c>0.7400.6</c> is 2.74.6.</summary>
    GLib,

    /// <summary><c>2.11600.0</c> is 1.16.0.</summary>
    Cairo,

    /// <summary><c>0.5000.12</c> is 1.50.12.</summary>
    Pango,
}

/// <summary>A library by the name of its file.</summary>
/// <param name="Stem">The file's name up to <c>.so</c>, or up to the digest that repairing tools for wheels put in between.</param>
/// <param name="Lead">How a version begins that stands in the file by itself; null where none does.</param>
internal sealed record NativeName(string Stem, string Library, Tail Tail = Tail.Interface, string? Lead = null)
{
    /// <summary>The version by the numbers in the file's name; null where they do not tell.</summary>
    public string? VersionOf(string tail)
    {
        var parts = tail.Split('.');
        if (parts.Length is < 2 or > 4 || !Array.TrueForAll(parts, static part => part.Length is > 0 and < 9 && part.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)) return null;
        var numbers = Array.ConvertAll(parts, static part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture));
        return Tail switch
        {
            Tail.Version when numbers.Length > 2 || Stem.StartsWith("libicu", StringComparison.Ordinal) => tail,
            Tail.Png when numbers is [16, > 0, 0] => $"1.6.{numbers[1]}",
            Tail.GLib when numbers is [0, >= 1000, _] => $"2.{numbers[1] / 100}.{(numbers[1] % 100) + numbers[2]}",
            Tail.Cairo when numbers is [2, >= 10000, 0] => $"{numbers[1] / 10000}.{numbers[1] / 100 % 100}.{numbers[1] % 100}",
            Tail.Pango when numbers is [0, >= 1000, _] => $"1.{numbers[1] / 100}.{(numbers[1] % 100) + numbers[2]}",
            _ => null,
        };
    }
}
