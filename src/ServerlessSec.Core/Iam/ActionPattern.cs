namespace ServerlessSec.Iam;

/// <summary>An action as policies write it, <c>service:Name</c> with wildcards, in any case.</summary>
public sealed class ActionPattern
{
    private readonly Glob service;
    private readonly Glob name;
    private readonly bool isReadable;

    private ActionPattern(string text, Glob service, Glob name, bool isReadable)
    {
        Text = text;
        this.service = service;
        this.name = name;
        this.isReadable = isReadable;
    }

    public string Text { get; }

    /// <summary>Every action of every service.</summary>
    public bool IsEverything => isReadable && service.IsNearlyEverything && name.IsNearlyEverything;

    /// <summary>Every action of at least one service.</summary>
    public bool IsServiceWide => isReadable && name.IsNearlyEverything;

    /// <summary>The service's prefix in lower case, or null where it is not one known service.</summary>
    public string? Service => isReadable && service.IsExact && !service.HasHoles ? service.ToString() : null;

    public static ActionPattern Parse(string text)
    {
        var service = ArnPattern.SplitOutsideHoles(text)[0];
        if (service.Length < text.Length) return new(text, Fold(service), Fold(text[(service.Length + 1)..]), isReadable: true);

        // IAM knows one action without a colon, the star; a hole may turn out to be any.
        var whole = Fold(text);
        return new(text, whole, whole, isReadable: whole.IsEverything || whole.HasHoles);
    }

    /// <summary>Whether every action that <paramref name="inner"/> names is one of this.</summary>
    public Match Covers(ActionPattern inner) =>
        isReadable && inner.isReadable ? Least(Glob.Covers(service, inner.service), Glob.Covers(name, inner.name)) : Match.No;

    /// <summary>Whether some action is named by both.</summary>
    public static Match Overlaps(ActionPattern left, ActionPattern right) =>
        left.isReadable && right.isReadable
            ? Least(Glob.Overlaps(left.service, right.service), Glob.Overlaps(left.name, right.name))
            : Match.No;

    private static Match Least(Match left, Match right) => left < right ? left : right;

    private static Glob Fold(string text) => Glob.Parse(text.ToLowerInvariant());
}
