using System.Globalization;

namespace ServerlessSec.Inventory.Runtimes;

internal enum RuntimeFamily
{
    Node,
    Python,
    Ruby,
    Java,
    DotNet,
}

/// <summary>A runtime that AWS maintains, by Lambda's identifier; <c>provided</c> and Go's bring nothing that a function could ask for.</summary>
/// <param name="Major">Of the language; 0 where the identifier tells none.</param>
internal sealed record ManagedRuntime(string Id, RuntimeFamily Family, int Major)
{
    /// <summary>Null for images, for runtimes that bring nothing, and for what is known at deployment only.</summary>
    public static ManagedRuntime? Of(string? id)
    {
        if (id is not { Length: > 0 and <= 32 }) return null;
        var cut = id.AsSpan().IndexOfAnyInRange('0', '9');
        var (name, rest) = cut < 0 ? (id, "") : (id[..cut], id[cut..]);
        RuntimeFamily? family = name switch
        {
            "nodejs" => RuntimeFamily.Node,
            "python" => RuntimeFamily.Python,
            "ruby" => RuntimeFamily.Ruby,
            "java" => RuntimeFamily.Java,
            "dotnet" or "dotnetcore" => RuntimeFamily.DotNet,
            _ => null,
        };
        var digits = rest.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? rest.AsSpan(0, end) : rest;
        return family is { } known ? new(id, known, int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0) : null;
    }

    /// <summary>Whether the runtime brings the npm package.</summary>
    public bool BringsNpm(string name) => Family == RuntimeFamily.Node && (Major >= 18
        ? name.StartsWith("@aws-sdk/", StringComparison.Ordinal) || name.StartsWith("@smithy/", StringComparison.Ordinal)
        : name == "aws-sdk");

    /// <summary>Whether the runtime brings the distribution, given by its normalised name.</summary>
    public bool BringsPython(string name) => Family == RuntimeFamily.Python && Array.Exists(RuntimePackages.Python, package => package.Name == name);
}
