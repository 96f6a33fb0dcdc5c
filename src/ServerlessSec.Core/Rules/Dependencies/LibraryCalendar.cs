using System.Collections.Immutable;
using ServerlessSec.Inventory;

namespace ServerlessSec.Rules.Dependencies;

/// <summary>A line of releases that its makers no longer mend.</summary>
/// <param name="Line">First numbers of its versions, <c>4.2</c>; empty for every version.</param>
/// <param name="End">The last day of support.</param>
/// <param name="Source">Where the makers say so.</param>
internal sealed record LibraryEnd(string Line, DateOnly End, string Successor, string Source);

/// <summary>
/// Ends of support of libraries that functions are built with, as their makers announced them; read on 2026-11-25.
/// </summary>
internal static class LibraryCalendar
{
    private const string Sdks = "https://docs.aws.amazon.com/sdkref/latest/guide/version-support-matrix.html";
    private const string Django = "https://www.djangoproject.com/download/#supported-versions";
    private const string DotNet = "https://dotnet.microsoft.com/platform/support/policy/dotnet-core";

    private static readonly ImmutableArray<LibraryEnd> AwsForJava =
        [new("1", new(2025, 12, 31), "software.amazon.awssdk, version 2", Sdks)];

    private static readonly ImmutableArray<LibraryEnd> DotNetRuntime =
    [
        new("2.1", new(2021, 8, 21), ".NET 10", DotNet),
        new("3.0", new(2020, 3, 3), ".NET 10", DotNet),
        new("3.1", new(2022, 12, 13), ".NET 10", DotNet),
        new("5", new(2022, 5, 10), ".NET 10", DotNet),
        new("6", new(2024, 11, 12), ".NET 10", DotNet),
        new("7", new(2024, 5, 14), ".NET 10", DotNet),
        new("8", new(2026, 11, 10), ".NET 10", DotNet),
        new("9", new(2026, 11, 10), ".NET 10", DotNet),
    ];

    /// <summary>Null where no end is known.</summary>
    public static LibraryEnd? Find(Component component)
    {
        foreach (var end in Lines(component.Purl))
        {
            if (IsOf(end.Line, component.Version.TrimStart('v'))) return end;
        }

        return null;
    }

    private static ImmutableArray<LibraryEnd> Lines(Purl purl) => (purl.Type, purl.Namespace, purl.Name) switch
    {
        ("npm", null, "aws-sdk") => [new("2", new(2025, 9, 8), "the @aws-sdk packages, version 3", Sdks)],
        ("npm", null, "request") =>
            [new("", new(2020, 2, 11), "fetch, which Node.js has", "https://github.com/request/request/issues/3142")],
        ("npm", null, "angular") =>
            [new("1", new(2021, 12, 31), "@angular/core", "https://docs.angularjs.org/misc/version-support-status")],
        ("golang", "github.com/aws", "aws-sdk-go") => [new("1", new(2025, 7, 31), "github.com/aws/aws-sdk-go-v2", Sdks)],
        ("maven", "com.amazonaws", var name) when name.StartsWith("aws-java-sdk", StringComparison.Ordinal) => AwsForJava,
        ("maven", "log4j", "log4j") =>
            [new("1", new(2015, 8, 5), "org.apache.logging.log4j:log4j-core, version 2", "https://logging.apache.org/log4j/1.x/")],
        ("pypi", null, "django") =>
        [
            new("3.2", new(2024, 4, 1), "Django 5.2", Django),
            new("4.0", new(2023, 4, 1), "Django 5.2", Django),
            new("4.1", new(2023, 12, 1), "Django 5.2", Django),
            new("4.2", new(2026, 4, 7), "Django 5.2", Django),
            new("5.0", new(2025, 4, 2), "Django 5.2", Django),
            new("5.1", new(2025, 12, 3), "Django 5.2", Django),
        ],
        ("nuget", null, var name) when IsRuntime(name) => DotNetRuntime,
        _ => [],
    };

    /// <summary>The shared framework, or the package of it for one platform.</summary>
    private static bool IsRuntime(string name) =>
        name is "Microsoft.NETCore.App" or "Microsoft.AspNetCore.App"
        || name.StartsWith("Microsoft.NETCore.App.Runtime.", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("Microsoft.AspNetCore.App.Runtime.", StringComparison.OrdinalIgnoreCase);

    private static bool IsOf(string line, string version) =>
        line.Length == 0
        || (version.StartsWith(line, StringComparison.Ordinal) && (version.Length == line.Length || version[line.Length] == '.'));
}
