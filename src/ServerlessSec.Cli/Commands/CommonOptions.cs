using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ServerlessSec.Findings;

namespace ServerlessSec.Cli.Commands;

/// <summary>Options that several commands have, and what their values mean.</summary>
internal static class CommonOptions
{
    public static Option<string> Format()
    {
        var option = new Option<string>("--format", "-f")
        {
            Description = "How to tell it: table, json, sarif, asff, cyclonedx or openvex.",
            DefaultValueFactory = static _ => "table",
        };
        OneOf(option, "table", "json", "sarif", "asff", "cyclonedx", "openvex");
        // The list of values would make the column of names too wide.
        option.HelpName = "FORMAT";
        return option;
    }

    public static Option<string?> Output() =>
        new("--output", "-o") { Description = "Write to a file instead of standard output.", HelpName = "FILE" };

    public static Option<string> FailOn()
    {
        var option = new Option<string>("--fail-on")
        {
            Description = "The least severity that makes the exit code 1.",
            DefaultValueFactory = static _ => "high",
        };
        return OneOf(option, "none", "low", "medium", "high", "critical");
    }

    public static Option<string?> Advisories() => new("--advisories")
    {
        Description = "Advisories that 'advisories build' made, or 'builtin'; downloaded by default.",
        HelpName = "DIR|builtin",
    };

    public static Option<string> MaxAdvisoryAge()
    {
        var option = new Option<string>("--max-advisory-age")
        {
            Description = "Advisories that are older are a gap.",
            HelpName = "48h|7d",
            DefaultValueFactory = static _ => "48h",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && AgeOf(token.Value) is null) result.AddError($"'{token.Value}' is no age; write hours or days, like 48h or 7d");
        });
        return option;
    }

    /// <summary>A number of hours (<c>48</c>, <c>48h</c>) or days (<c>7d</c>); null for anything else.</summary>
    public static TimeSpan? AgeOf(string text)
    {
        var hours = text.EndsWith('d') ? 24 : 1;
        var number = text.EndsWith('d') || text.EndsWith('h') ? text[..^1] : text;
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 1_000_000 ? TimeSpan.FromHours((double)count * hours) : null;
    }

    public static Option<bool> Offline() =>
        new("--offline") { Description = "Fetch no advisories: use those of the cache, else the built-in ones." };

    public static Option<string[]> Functions(string description) => new("--function") { Description = description, HelpName = "NAME|ARN" };

    public static Option<string?> Profile() => new("--profile") { Description = "The profile for AWS; AWS_PROFILE by default.", HelpName = "NAME" };

    public static Option<string?> Region()
    {
        var option = new Option<string?>("--region") { Description = "The AWS Region; AWS_REGION or the profile's by default.", HelpName = "REGION" };
        option.Validators.Add(static result =>
        {
            if (result.Tokens is [var token] && !(token.Value.Length > 0 && token.Value.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')))
                result.AddError($"'{token.Value}' is no Region; write it like eu-central-1");
        });
        return option;
    }

    public static Option<string> Stack() => new("--stack")
    {
        Description = "The CloudFormation stack of the deployed scanner.",
        HelpName = "NAME",
        DefaultValueFactory = static _ => "serverlesssec",
    };

    public static Option<string[]> Parameters() => new("--parameters", "-p")
    {
        Description = "Values of template parameters; they win over samconfig.toml.",
        HelpName = "K=V",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<string[]> Layers() => new("--layer")
    {
        Description = "A layer of the package, zip or directory; several in their order.",
        HelpName = "ZIP|DIR",
    };

    public static Severity? SeverityOf(string word) => word switch
    {
        "info" => Severity.Informational,
        "low" => Severity.Low,
        "medium" => Severity.Medium,
        "high" => Severity.High,
        "critical" => Severity.Critical,
        _ => null,
    };

    /// <summary>Says which option it was, which the library's own check does not.</summary>
    public static Option<string> OneOf(Option<string> option, params string[] values)
    {
        option.HelpName = string.Join('|', values);
        option.CompletionSources.Add(values);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !values.Contains(token.Value))
                result.AddError($"'{token.Value}' is no value of {option.Name}; use {string.Join(", ", values[..^1])} or {values[^1]}");
        });
        return option;
    }

    public static ImmutableSortedDictionary<string, string> Pairs(string[]? pairs)
    {
        var values = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var pair in pairs ?? [])
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            if (at < 1)
            {
                throw new UsageException(
                    $"{Shown(pair)} is no parameter",
                    "Write --parameters Name=Value, several separated by blanks; PATHs stand before it.");
            }

            values[pair[..at]] = pair[(at + 1)..];
        }

        return values.ToImmutable();
    }

    // A path or option that stands in the wrong place may be told; a value that lost its name may be a password.
    private static string Shown(string pair) => pair.StartsWith('-') || Path.Exists(pair) ? $"'{pair}'" : "a value without a name";
}
