using System.Collections.Immutable;
using System.Text.Json;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Iam;

/// <summary>Reads policy documents as IAM does. What is only known at deployment leaves the document incomplete; what
/// IAM would refuse is malformed.</summary>
public static class PolicyParser
{
    /// <summary>A policy of AWS that comes without its document is looked up; where it is not known, the result is
    /// empty and incomplete.</summary>
    /// <exception cref="FormatException">The document is malformed, or larger or deeper than the limits allow.</exception>
    public static PolicyDocument Parse(PolicySnapshot policy, ScanLimits limits)
    {
        var json = policy.Json ?? ManagedPolicies.Find(policy.Arn ?? policy.Name);
        if (json is null || IsHole(json)) return new() { Name = policy.Name, Kind = policy.Kind, IsComplete = false };
        if (json.Length > limits.ManifestBytes)
            throw new LimitReachedException($"policy '{policy.Name}' is longer than {limits.ManifestBytes}");

        try
        {
            using var document = JsonDocument.Parse(
                json.AsMemory().TrimStart('\uFEFF'),
                new() { MaxDepth = Math.Min(limits.DocumentDepth, 1_000) });
            return new PolicyReader(policy, new StepBudget(limits.Steps, $"policy '{policy.Name}'")).Read(document.RootElement);
        }
        catch (JsonException e)
        {
            throw new FormatException($"policy '{policy.Name}' is no JSON document: line {e.LineNumber + 1}", e);
        }
        catch (InvalidOperationException e)
        {
            // Thrown for an escaped half of a surrogate pair.
            throw new FormatException($"policy '{policy.Name}' holds a character that is none", e);
        }
    }

    internal static bool IsHole(string text) =>
        text.Length > 2 && text[0] == Text.Open && text.IndexOf(Text.Close, StringComparison.Ordinal) == text.Length - 1;
}

/// <summary>Maps one JSON document to statements.</summary>
internal sealed class PolicyReader(PolicySnapshot policy, StepBudget budget)
{
    private bool isComplete = true;
    private bool hasVariables;

    public PolicyDocument Read(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.String && PolicyParser.IsHole(root.GetString()!)) return Finish([], complete: false);
        if (root.ValueKind != JsonValueKind.Object) throw Malformed("is no object");

        var elements = Elements(root);
        if (!elements.TryGetValue("Statement", out var statement)) throw Malformed("has no Statement");
        hasVariables = elements.TryGetValue("Version", out var version) && ReadVersion(version);

        JsonElement[] items = statement.ValueKind == JsonValueKind.Array ? [.. statement.EnumerateArray()] : [statement];
        var statements = ImmutableArray.CreateBuilder<PolicyStatement>(items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            if (ReadStatement(items[i], Locate(i, items.Length)) is { } read) statements.Add(read);
        }

        return Finish(statements.DrainToImmutable(), isComplete);
    }

    private PolicyDocument Finish(ImmutableArray<PolicyStatement> statements, bool complete) =>
        new() { Name = policy.Name, Kind = policy.Kind, Statements = statements, IsComplete = complete };

    private SourceLocation? Locate(int index, int count) =>
        policy.StatementLocations.Length == count ? policy.StatementLocations[index] : policy.Location;

    private bool ReadVersion(JsonElement version) => version.ValueKind switch
    {
        JsonValueKind.String when version.GetString() is "2012-10-17" => true,
        JsonValueKind.String when version.GetString() is "2008-10-17" => false,
        JsonValueKind.String when PolicyParser.IsHole(version.GetString()!) => true,
        _ => throw Malformed("has an unknown Version"),
    };

    /// <summary>Null for a statement of which nothing is known.</summary>
    private PolicyStatement? ReadStatement(JsonElement item, SourceLocation? location)
    {
        if (item.ValueKind == JsonValueKind.String && !Text.IsExact(item.GetString()!))
        {
            isComplete = false;
            return null;
        }

        if (item.ValueKind != JsonValueKind.Object) throw Malformed("has a statement that is no object");
        var elements = Elements(item);
        if (ReadEffect(elements) is not { } allow)
        {
            isComplete = false;
            return null;
        }

        var actions = ReadEither(elements, "Action", out var notAction) ?? throw Malformed("has a statement without Action");
        var resources = ReadEither(elements, "Resource", out var notResource);
        var principals = ReadPrincipals(elements, out var notPrincipal);
        if (resources is null && policy.Kind is not (PolicyKind.Resource or PolicyKind.Trust))
            throw Malformed("has a statement without Resource");

        return new PolicyStatement
        {
            Policy = policy.Name,
            Sid = elements.TryGetValue("Sid", out var sid) && sid.ValueKind == JsonValueKind.String ? sid.GetString() : null,
            Allow = allow,
            Actions = actions,
            NotAction = notAction,
            Resources = resources ?? [],
            NotResource = notResource,
            Principals = principals,
            NotPrincipal = notPrincipal,
            Conditions = elements.TryGetValue("Condition", out var condition) ? ReadConditions(condition) : [],
            HasVariables = hasVariables,
            Location = location,
        };
    }

    private bool? ReadEffect(Dictionary<string, JsonElement> elements)
    {
        if (!elements.TryGetValue("Effect", out var effect) || effect.ValueKind != JsonValueKind.String)
            throw Malformed("has a statement without Effect");
        return effect.GetString() switch
        {
            "Allow" => true,
            "Deny" => false,
            var text when !Text.IsExact(text!) => null,
            _ => throw Malformed("has an Effect that is neither Allow nor Deny"),
        };
    }

    private ImmutableArray<string>? ReadEither(Dictionary<string, JsonElement> elements, string name, out bool negated)
    {
        var has = elements.TryGetValue(name, out var value);
        negated = elements.TryGetValue($"Not{name}", out var not);
        if (has && negated) throw Malformed($"has a statement with both {name} and Not{name}");
        if (!has && !negated) return null;

        var texts = ReadTexts(negated ? not : value, name);
        if (texts.Any(PolicyParser.IsHole)) isComplete = false;
        return texts;
    }

    private ImmutableArray<string> ReadTexts(JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Array) return [.. value.EnumerateArray().Select(item => ReadText(item, name))];
        return [ReadText(value, name)];
    }

    private string ReadText(JsonElement value, string name)
    {
        budget.Spend();
        return value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number when name is "Condition" or "Principal" => value.GetRawText(),
            _ => throw Malformed($"has a {name} that is no text"),
        };
    }

    private ImmutableArray<PolicyPrincipal> ReadPrincipals(Dictionary<string, JsonElement> elements, out bool negated)
    {
        var has = elements.TryGetValue("Principal", out var value);
        negated = elements.TryGetValue("NotPrincipal", out var not);
        if (has && negated) throw Malformed("has a statement with both Principal and NotPrincipal");
        if (!has && !negated) return [];
        if (negated) value = not;
        if (value.ValueKind == JsonValueKind.Object)
        {
            return [.. Elements(value).SelectMany(pair => ReadTexts(pair.Value, "Principal").Select(text => Principal(pair.Key, text)))];
        }

        return [.. ReadTexts(value, "Principal")
            .Select(static text => text == "*" ? new PolicyPrincipal("*", "*") : Principal("AWS", text))];
    }

    // IAM: an account's number is its root.
    private static PolicyPrincipal Principal(string type, string value) =>
        type == "AWS" && (value == Text.Hole("AWS::AccountId") || (value.Length == 12 && value.All(char.IsAsciiDigit)))
            ? new(type, $"arn:aws:iam::{value}:root")
            : new(type, value);

    private ImmutableArray<PolicyCondition> ReadConditions(JsonElement block)
    {
        if (block.ValueKind == JsonValueKind.String && !Text.IsExact(block.GetString()!))
        {
            isComplete = false;
            return [new(block.GetString()!, "", [])];
        }

        if (block.ValueKind != JsonValueKind.Object) throw Malformed("has a Condition that is no object");
        var conditions = ImmutableArray.CreateBuilder<PolicyCondition>();
        foreach (var test in block.EnumerateObject())
        {
            if (test.Value.ValueKind != JsonValueKind.Object)
            {
                conditions.Add(Unread(test.Name, test.Value));
                continue;
            }

            foreach (var key in test.Value.EnumerateObject()) conditions.Add(new(test.Name, key.Name, ReadTexts(key.Value, "Condition")));
        }

        return conditions.DrainToImmutable();
    }

    private PolicyCondition Unread(string test, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.String || Text.IsExact(value.GetString()!))
            throw Malformed("has a condition operator without keys");
        isComplete = false;
        return new(test, value.GetString()!, []);
    }

    /// <summary>Elements by name in any case. Of a name that stands twice the last counts, and the document is not
    /// taken for complete.</summary>
    private Dictionary<string, JsonElement> Elements(JsonElement item)
    {
        var elements = new Dictionary<string, JsonElement>(StringComparer.OrdinalIgnoreCase);
        foreach (var property in item.EnumerateObject())
        {
            budget.Spend();
            if (!elements.TryAdd(property.Name, property.Value))
            {
                elements[property.Name] = property.Value;
                isComplete = false;
            }
        }

        return elements;
    }

    private FormatException Malformed(string what) => new($"policy '{policy.Name}' {what}");
}
