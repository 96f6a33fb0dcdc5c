using System.Globalization;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Routes;

/// <summary>The rate limits that stages and usage plans set on one API's routes.</summary>
internal sealed class ApiThrottling
{
    private readonly List<Item> methods = [];
    private readonly List<Item> routes = [];
    private readonly List<Item> defaults = [];
    private bool hasPlan;

    /// <summary>REST: a list of settings with path and method.</summary>
    public void AddMethods(Item settings) => methods.AddRange(settings.Elements);

    /// <summary>HTTP and WebSocket: settings by route key.</summary>
    public void AddRoutes(Item settings) => routes.Add(settings);

    public void AddDefault(Item settings) => defaults.Add(settings);

    public void AddPlan() => hasPlan = true;

    /// <param name="hasKey">A usage plan only counts callers that must show a key.</param>
    public Setting<bool> Of(string method, string path, bool hasKey)
    {
        if (hasPlan && hasKey) return Setting.Known(true);
        var applying = defaults
            .Concat(methods.Where(item => Applies(item, method, path)))
            .Concat(routes.Select(map => map[path.StartsWith('/') ? $"{method} {path}" : path]));
        var limits = applying
            .SelectMany(item => new[] { item.IsUnknown ? item : item["ThrottlingRateLimit"], item["ThrottlingBurstLimit"] })
            .Where(item => !item.IsAbsent)
            .ToList();
        if (limits.Exists(IsLimit)) return Setting.Known(true);
        return limits.Exists(item => item.Exact is null) ? Setting.Unknown<bool>() : Setting.Known(false);
    }

    private static bool IsLimit(Item item) =>
        double.TryParse(item.Exact, NumberStyles.Float, CultureInfo.InvariantCulture, out var limit) && limit >= 0;

    private static bool Applies(Item item, string method, string path)
    {
        if (item.IsUnknown) return true;
        var (forPath, forMethod) = (item["ResourcePath"].Text?.Replace("~1", "/", StringComparison.Ordinal), item["HttpMethod"].Text);
        return (forPath is null or "/*" or "*" || forPath.TrimStart('/') == path.TrimStart('/'))
            && (forMethod is null or "*" || string.Equals(forMethod, method, StringComparison.OrdinalIgnoreCase));
    }
}
