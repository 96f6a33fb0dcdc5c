using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Rules;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Examining;

/// <summary>
/// All permissions that are missed, in one line: of the scanner's roles as its open gaps name them, and of whoever looks as
/// the lines before tell.
/// </summary>
internal sealed class PermissionLook(FindingStore store, ImmutableDictionary<string, string> resources, Owner application)
{
    private const string Refused = " was refused";
    private const int Shown = 6;

    private static readonly string[] Signs = [Refused, "grant ", "needs "];

    public Look After(ImmutableArray<StackCheck> checks) => new(
        "Permissions", "dynamodb:BatchGetItem and dynamodb:Query on the table and its indexes", stop => DiagnoseAsync(checks, stop));

    /// <summary>What a text names as an action of IAM: <c>service:Operation</c>.</summary>
    internal static IEnumerable<string> Actions(string text) => text.Split([' ', ',', ';', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
        .Select(static word => word.TrimEnd('.', ':'))
        .Where(static word => word.Split(':') is [{ Length: > 0 } service, { Length: > 1 } operation]
            && service.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            && char.IsAsciiLetterUpper(operation[0]) && operation.All(char.IsAsciiLetterOrDigit))
        .Distinct();

    private async Task<Diagnosis> DiagnoseAsync(ImmutableArray<StackCheck> checks, CancellationToken stop)
    {
        var own = checks.Select(static c => c.Lacks).OfType<string>().SelectMany(Actions).Distinct().Order(StringComparer.Ordinal).ToList();
        var missed = await store.OpenGapsAsync(stop).Where(gap => gap.Owner.Application == application && gap.Gap.Kind == GapKind.Missing)
            .SelectMany(static gap => Missed(gap).ToAsyncEnumerable()).ToListAsync(stop).ConfigureAwait(false);
        var roles = missed.GroupBy(static m => m.Role).OrderBy(static g => g.Key, StringComparer.Ordinal).Select(role => $"{Named(role.Key)} lacks {Listed(role)}").ToList();
        if (own.Count + roles.Count == 0) return Diagnosis.Ok("None is missed, as far as the open gaps and the lines above tell.");

        var said = string.Join("; ", own.Count == 0 ? roles : roles.Append($"you lack {string.Join(", ", own)}"));
        var fixes = new List<string>();
        if (missed.Any(static m => m.Action == "kms:Decrypt")) fixes.Add("name the keys in DecryptKeyArns, and let their policies admit the role");
        if (missed.Any(static m => m.Action != "kms:Decrypt"))
            fixes.Add("deploy the stack again, and let PermissionsBoundaryArn and policies of the organization allow the actions; the next sweep closes the gaps");
        if (own.Count > 0) fixes.Add("ask for what you lack (docs/operations.md, Permissions of a person)");
        var (message, fix) = ($"{Capital(said)}.", $"{Capital(string.Join("; ", fixes))}.");
        return own.Count > 0 ? Diagnosis.Unchecked(message, fix) : Diagnosis.Warn(message, fix);
    }

    private static IEnumerable<(string Role, string Action, string Function)> Missed(StoredGap stored)
    {
        var gap = stored.Gap;
        var text = Signs.Any(sign => gap.Reason.Contains(sign, StringComparison.Ordinal)) ? gap.Reason
            : Signs.Any(sign => gap.Message.Contains(sign, StringComparison.Ordinal)) ? gap.Message : "";
        // What is asked for and what refused it are parted by a word: only the first is what lacks.
        if (text.IndexOf(Refused, StringComparison.Ordinal) is > 0 and var end) text = text[..end];
        var role = stored.Owner.Function is null ? "SweepAccountRole" : stored.Scan == ScanKind.Package ? "ScanPackageRole" : "ScanPostureRole";
        return Actions(text).Select(action => (role, action, stored.Function ?? stored.Owner.Function ?? ""));
    }

    private string Named(string id) => resources.TryGetValue(id, out var name) ? $"{id} ({name})" : id;

    private static string Listed(IEnumerable<(string Role, string Action, string Function)> missed)
    {
        var actions = missed.GroupBy(static m => m.Action).OrderByDescending(static g => g.Count()).ThenBy(static g => g.Key, StringComparer.Ordinal).ToList();
        var told = actions.Take(Shown).Select(static action => action.Key + (action.Select(static m => m.Function).Where(static f => f.Length > 0).Distinct().ToList() switch
        {
            [] => "",
            [var one] => $" for {one}",
            var many => string.Create(CultureInfo.InvariantCulture, $" for {many.Count} functions"),
        }));
        return string.Join(", ", told) + (actions.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $" and {actions.Count - Shown} more") : "");
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
