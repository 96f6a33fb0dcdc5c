using System.Text.Json.Nodes;
using ServerlessSec.Emulation.Permissions;

namespace ServerlessSec.Emulation;

/// <summary>Whether the stack's roles allow what was done with them.</summary>
public sealed partial class EmulatedCloud
{
    /// <summary>Every call of the stack's functions, and what AWS's own services do with their roles, against the roles' policies.</summary>
    public async Task<PermissionLedger> PermissionsAsync()
    {
        var ours = Stack.Where(static r => r.Key.EndsWith("Role", StringComparison.Ordinal)).ToDictionary(r => r.Value, r => r.Key, StringComparer.Ordinal);
        var policies = await AskAsync("policies").ConfigureAwait(false);
        var ledger = new PermissionLedger(
            from role in policies
            let name = role.Key[(role.Key.LastIndexOf('/') + 1)..]
            where ours.ContainsKey(name)
            select KeyValuePair.Create(role.Key, RoleGrants.Read(ours[name], role.Key, role.Value!)));
        foreach (var (role, asked) in await AskAsync("wired").ConfigureAwait(false)) ledger.Note(role, Grant.Read(asked!), "its configuration");
        foreach (var call in Calls()) ledger.Note(call);
        return ledger;
    }

    /// <summary>The use, with the logical ids of the stack for what they are called in the account.</summary>
    public GrantUse Readable(GrantUse use) =>
        use with { Resource = Stack.Where(static r => r.Value.Length > 8).OrderByDescending(static r => r.Value.Length).Aggregate(use.Resource, static (text, r) => text.Replace(r.Value.Split('/')[^1], r.Key, StringComparison.Ordinal)) };

    /// <summary>What is done with the stack's roles and not allowed by them; every use of the scanner is a test of its permissions.</summary>
    private async Task<IReadOnlyCollection<string>> RefusedAsync() =>
        Stack.Count == 0 || !Options.ChecksPermissions ? [] : (await PermissionsAsync().ConfigureAwait(false)).Refused;

    private async Task<JsonObject> AskAsync(string path)
    {
        using var answer = await http.PostAsync(new Uri($"/_emulator/{path}", UriKind.Relative), null).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)!.AsObject() : throw new InvalidOperationException($"the emulator does not answer to '{path}': {text}");
    }
}
