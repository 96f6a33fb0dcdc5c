using System.Collections.Frozen;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// Packages that are released together and ask for each other in exactly their own version, so that the version of one is
/// that of all.
/// </summary>
internal static class ReleasedTogether
{
    private static readonly string[][] Families =
    [
        [
            "vue", "@vue/runtime-core", "@vue/runtime-dom", "@vue/reactivity", "@vue/shared", "@vue/compiler-core", "@vue/compiler-dom", "@vue/compiler-sfc",
            "@vue/compiler-ssr", "@vue/server-renderer",
        ],
        [
            "@angular/core", "@angular/common", "@angular/compiler", "@angular/forms", "@angular/router", "@angular/animations", "@angular/platform-browser",
            "@angular/platform-browser-dynamic", "@angular/platform-server", "@angular/localize", "@angular/service-worker", "@angular/upgrade", "@angular/elements",
        ],
        [
            "@sentry/core", "@sentry/node", "@sentry/node-core", "@sentry/utils", "@sentry/types", "@sentry/hub", "@sentry/minimal", "@sentry/tracing",
            "@sentry/browser", "@sentry/opentelemetry", "@sentry/serverless", "@sentry/aws-serverless",
        ],
    ];

    private static readonly FrozenDictionary<string, int> FamilyOf =
        Families.SelectMany((names, family) => names.Select(name => (name, family))).ToFrozenDictionary(pair => pair.name, pair => pair.family, StringComparer.Ordinal);

    /// <summary>The number of the family; null where the package is of none.</summary>
    public static int? Of(string name) => FamilyOf.TryGetValue(name, out var family) ? family : null;
}
