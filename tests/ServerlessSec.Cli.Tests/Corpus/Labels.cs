using System.Collections.Immutable;
using System.Text.Json;

namespace ServerlessSec.Cli.Corpus;

/// <summary>What is known to be wrong, and right, in a labelled application.</summary>
internal sealed record Labels
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    public required ImmutableArray<Label> Expect { get; init; }

    public required ImmutableArray<Trap> Silent { get; init; }

    public required ImmutableArray<LaterLabel> Later { get; init; }

    public static Labels Read(string folder)
    {
        using var file = File.OpenRead(Path.Combine(folder, "labels.json"));
        return JsonSerializer.Deserialize<Labels>(file, Options)!;
    }
}

/// <summary>One finding that there must be.</summary>
internal sealed record Label
{
    public required string Rule { get; init; }

    public string? Function { get; init; }

    /// <summary>What joins the functions of an application finding.</summary>
    public string? Subject { get; init; }

    public ImmutableArray<string> Functions { get; init; } = [];

    /// <summary>purl with version.</summary>
    public string? Component { get; init; }

    public string? Advisory { get; init; }

    /// <summary>Text of the template line that the finding points at.</summary>
    public string? At { get; init; }

    public required string Why { get; init; }

    /// <summary>What the fixed twin does instead.</summary>
    public required string Fix { get; init; }

    /// <summary>Template resources and files in which the twin differs because of it.</summary>
    public required ImmutableArray<string> FixedIn { get; init; }

    public ImmutableArray<string> Members => Function is null ? Functions : [Function];

    public override string ToString() =>
        string.Join(' ', new[] { Rule, Subject ?? Function, Component, Advisory }.Where(static part => part is not null));
}

/// <summary>One finding that there must not be, though it is tempting.</summary>
internal sealed record Trap(string Rule, string Function, string Why);

/// <summary>A weakness that no rule looks for yet, in the one line of a file that holds a text.</summary>
internal sealed record LaterLabel(int Cwe, string Function, string File, string At, string Why, string Fix, ImmutableArray<string> FixedIn);
