using System.Collections.Frozen;

namespace ServerlessSec.Rules.Configuration;

/// <summary>When a runtime ends.</summary>
/// <param name="Deprecated">From this day on it gets no security patches.</param>
/// <param name="UpdatesBlocked">From this day on functions that use it cannot be updated; AWS has put such days off before.</param>
/// <param name="Successor">The newest runtime of the same language.</param>
internal sealed record RuntimeEntry(DateOnly Deprecated, DateOnly UpdatesBlocked, string Successor);

/// <summary>
/// Runtime identifiers of Lambda that have an end, after AWS's runtime table as it stood in 2026
/// (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html); the days of runtimes not yet deprecated are
/// AWS's forecasts. What is not here is not known to end.
/// </summary>
internal static class RuntimeCalendar
{
    private const string Node = "nodejs24.x";
    private const string Python = "python3.14";
    private const string Java = "java25";
    private const string DotNet = "dotnet10";
    private const string Ruby = "ruby3.4";
    private const string Custom = "provided.al2023";

    private static readonly FrozenDictionary<string, RuntimeEntry> Entries = new Dictionary<string, RuntimeEntry>
    {
        ["nodejs"] = On("2016-10-31", "2016-10-31", Node),
        ["nodejs4.3"] = On("2020-03-05", "2020-03-05", Node),
        ["nodejs4.3-edge"] = On("2019-04-30", "2019-04-30", Node),
        ["nodejs6.10"] = On("2019-08-12", "2019-08-12", Node),
        ["nodejs8.10"] = On("2020-03-06", "2020-03-06", Node),
        ["nodejs10.x"] = On("2021-07-30", "2022-02-14", Node),
        ["nodejs12.x"] = On("2023-03-31", "2023-04-30", Node),
        ["nodejs14.x"] = On("2023-12-04", "2027-08-31", Node),
        ["nodejs16.x"] = On("2024-06-12", "2027-08-31", Node),
        ["nodejs18.x"] = On("2025-09-01", "2027-08-31", Node),
        ["nodejs20.x"] = On("2026-04-30", "2027-08-31", Node),
        ["nodejs22.x"] = On("2027-04-30", "2027-08-31", Node),
        ["nodejs24.x"] = On("2028-04-30", "2028-07-01", Node),

        ["python2.7"] = On("2021-07-15", "2022-05-30", Python),
        ["python3.6"] = On("2022-07-18", "2022-08-29", Python),
        ["python3.7"] = On("2023-12-04", "2027-08-31", Python),
        ["python3.8"] = On("2024-10-14", "2027-08-31", Python),
        ["python3.9"] = On("2025-12-15", "2027-08-31", Python),
        ["python3.10"] = On("2026-10-31", "2027-08-31", Python),
        ["python3.11"] = On("2027-06-30", "2027-08-31", Python),
        ["python3.12"] = On("2028-10-31", "2029-01-10", Python),
        ["python3.13"] = On("2029-06-30", "2029-08-31", Python),
        ["python3.14"] = On("2029-06-30", "2029-08-31", Python),

        ["java8"] = On("2024-01-08", "2027-08-31", Java),
        ["java8.al2"] = On("2027-06-30", "2027-08-31", Java),
        ["java8.al2023"] = On("2029-06-30", "2029-08-31", Java),
        ["java11"] = On("2027-06-30", "2027-08-31", Java),
        ["java11.al2023"] = On("2029-06-30", "2029-08-31", Java),
        ["java17"] = On("2027-06-30", "2027-08-31", Java),
        ["java17.al2023"] = On("2029-06-30", "2029-08-31", Java),
        ["java21"] = On("2029-06-30", "2029-08-31", Java),
        ["java25"] = On("2029-06-30", "2029-08-31", Java),

        ["dotnetcore1.0"] = On("2019-06-27", "2019-07-30", DotNet),
        ["dotnetcore2.0"] = On("2019-05-30", "2019-05-30", DotNet),
        ["dotnetcore2.1"] = On("2022-01-05", "2022-04-13", DotNet),
        ["dotnetcore3.1"] = On("2023-04-03", "2023-05-03", DotNet),
        ["dotnet6"] = On("2024-12-20", "2027-08-31", DotNet),
        ["dotnet8"] = On("2026-11-10", "2027-08-31", DotNet),
        ["dotnet10"] = On("2028-11-14", "2029-01-15", DotNet),

        ["ruby2.5"] = On("2021-07-30", "2022-03-31", Ruby),
        ["ruby2.7"] = On("2023-12-07", "2027-08-31", Ruby),
        ["ruby3.2"] = On("2026-03-31", "2027-08-31", Ruby),
        ["ruby3.3"] = On("2027-03-31", "2027-08-31", Ruby),
        ["ruby3.4"] = On("2028-03-31", "2028-05-31", "ruby4.0"),
        ["ruby4.0"] = On("2029-03-31", "2029-05-31", "ruby4.0"),

        ["go1.x"] = On("2024-01-08", "2027-08-31", Custom),
        ["provided"] = On("2024-01-08", "2027-08-31", Custom),
        ["provided.al2"] = On("2026-07-31", "2027-08-31", Custom),
        ["provided.al2023"] = On("2029-06-30", "2029-08-31", Custom),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static RuntimeEntry? Find(string runtime) => Entries.GetValueOrDefault(runtime);

    private static RuntimeEntry On(string deprecated, string updatesBlocked, string successor) =>
        new(DateOnly.ParseExact(deprecated, "yyyy-MM-dd"), DateOnly.ParseExact(updatesBlocked, "yyyy-MM-dd"), successor);
}
