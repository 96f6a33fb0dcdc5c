using System.Collections.Immutable;

namespace ServerlessSec.Facts.Graph;

/// <summary>How surely an event passes a filter.</summary>
internal enum Fit
{
    No,

    /// <summary>Whoever sends the event decides by what is in it.</summary>
    BySender,

    /// <summary>A part of what may be written passes.</summary>
    InPart,
    Yes,
}

/// <summary>What is known about one field of an event: values that it may have, else that the sender chooses it.</summary>
/// <param name="Values">Globs; empty where the sender chooses.</param>
/// <param name="Excluded">A beginning that no chosen value may have.</param>
internal sealed record EventField(ImmutableArray<WildText> Values, string? Excluded = null)
{
    public static EventField Chosen { get; } = new([]);

    public static EventField Of(params IEnumerable<string> values) => new([.. values.Select(WildText.Glob)]);
}

/// <summary>An event as far as it is known before it happens: fields by dotted path.</summary>
/// <param name="Fields">Paths that are known.</param>
/// <param name="Open">Beginnings of paths below which the sender chooses; an empty one means all.</param>
internal sealed record EventShape(ImmutableDictionary<string, EventField> Fields, ImmutableArray<string> Open)
{
    public static EventShape Free { get; } = new(ImmutableDictionary<string, EventField>.Empty, [""]);

    /// <summary>Null where no such event has the field.</summary>
    public EventField? Find(string path)
    {
        if (Fields.TryGetValue(path, out var field)) return field;
        foreach (var open in Open)
        {
            if (open.Length == 0 || path == open || path.StartsWith(open + ".", StringComparison.Ordinal)) return EventField.Chosen;
        }

        return null;
    }

    /// <summary>Something known or chosen stands below the path.</summary>
    public bool Reaches(string path) => Find(path) is not null || Fields.Keys.Any(k => k.StartsWith(path + ".", StringComparison.Ordinal))
        || Open.Any(o => o.StartsWith(path + ".", StringComparison.Ordinal));

    /// <summary>The same event as a part of another.</summary>
    public EventShape Under(string path) => new(
        Fields.ToImmutableDictionary(f => $"{path}.{f.Key}", f => f.Value), [.. Open.Select(o => o.Length == 0 ? path : $"{path}.{o}")]);
}
