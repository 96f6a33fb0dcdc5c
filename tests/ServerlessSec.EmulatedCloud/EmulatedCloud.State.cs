using System.Globalization;
using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation;

/// <summary>The account's data as a whole, and time that passes for all of it.</summary>
public sealed partial class EmulatedCloud
{
    /// <summary>
    /// Time passes: for queues as by <see cref="AdvanceAsync"/>, and for what is stored, which is so much older afterwards,
    /// because functions have the real clock. Rows whose time is over go, and findings that Security Hub was not told of
    /// for 90 days. Where nothing waits or runs.
    /// </summary>
    public async Task ElapseAsync(TimeSpan time)
    {
        await AdvanceAsync(time).ConfigureAwait(false);
        await ControlAsync($"age?seconds={time.TotalSeconds.ToString(CultureInfo.InvariantCulture)}").ConfigureAwait(false);
    }

    /// <summary>From now on Lambda says that the function is in these states; with none it is ready.</summary>
    /// <param name="states">Such as <c>State=Pending</c> or <c>LastUpdateStatus=InProgress</c>.</param>
    public Task SettlingAsync(string function, params IEnumerable<string> states) => ControlAsync($"settling?{string.Join('&', states.Prepend($"function={function}"))}");

    /// <summary>From now on nobody may use the customer's key to read what functions keep under it, or they may again.</summary>
    public Task KeyAsync(string arn, bool usable) => ControlAsync($"keys?key={Uri.EscapeDataString(arn)}&usable={(usable ? "true" : "false")}");

    /// <summary>Rows of tables, digests of objects in versioned buckets, and findings.</summary>
    public async Task<JsonObject> ShowAsync() => JsonNode.Parse(await http.GetStringAsync(new Uri("/_emulator/show", UriKind.Relative)).ConfigureAwait(false))!.AsObject();

    /// <summary>Keeps rows, objects and findings under a name, for <see cref="RestoreAsync"/>.</summary>
    public Task SaveAsync(string name) => ControlAsync($"save?name={name}");

    /// <summary>Rows, objects and findings are as they were; queues are empty.</summary>
    public Task RestoreAsync(string name) => ControlAsync($"restore?name={name}");
}
