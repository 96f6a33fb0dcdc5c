using System.Text.RegularExpressions;

namespace ServerlessSec.Secrets;

/// <summary>One shape that credentials have.</summary>
/// <param name="Name">In words, as a finding says it.</param>
/// <param name="Keywords">The expression is tried only near one of these.</param>
/// <param name="Expression">Its group <c>s</c> is the secret.</param>
internal sealed record SecretPattern(string Name, string[] Keywords, string Expression)
{
    /// <summary>
    /// Made when a keyword is first met. It is interpreted: a generated matcher for each of a hundred shapes would be a
    /// twentieth of the program, for texts of a few hundred characters.
    /// </summary>
    public Regex Matcher => field ??= new(Expression, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>Characters looked at before a keyword, and behind it.</summary>
    public int Before { get; init; } = 60;

    public int After { get; init; } = 420;

    public bool CaseSensitive { get; init; }

    /// <summary>Bits per character below which it is no secret.</summary>
    public double MinimumEntropy { get; init; }

    public bool MixedCase { get; init; }

    /// <summary>A last look at what the expression took.</summary>
    public Func<string, bool> Accept { get; init; } = static secret => !Placeholders.IsPlaceholder(secret);
}
