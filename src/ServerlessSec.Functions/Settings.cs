using System.Globalization;
using ServerlessSec.Aws.Receiving;
using ServerlessSec.Findings;
using ServerlessSec.Functions.Runtime;
using ServerlessSec.Scanning;
using ServerlessSec.Sources.Advisories;

namespace ServerlessSec.Functions;

/// <summary>What the template gives every function, read once.</summary>
internal sealed class Settings(Func<string, string?> variable)
{
    public string Table => Need("TABLE_NAME");

    public string AdvisoriesBucket => Need("ADVISORIES_BUCKET");

    public string FactsBucket => Need("FACTS_BUCKET");

    public string SbomBucket => Need("SBOM_BUCKET");

    public QueueUrls Queues => new()
    {
        Deployments = Need("DEPLOYMENTS_QUEUE_URL"),
        Posture = Need("POSTURE_QUEUE_URL"),
        Package = Need("PACKAGE_QUEUE_URL"),
        Application = Need("APPLICATION_QUEUE_URL"),
        Publish = Need("PUBLISH_QUEUE_URL"),
        Refresh = Need("REFRESH_QUEUE_URL"),
    };

    public LogLevel LogLevel => Enum.TryParse<LogLevel>(variable("LOG_LEVEL"), ignoreCase: true, out var level) ? level : LogLevel.Info;

    public Severity Threshold => Enum.TryParse<Severity>(variable("SEVERITY_THRESHOLD"), ignoreCase: true, out var severity) ? severity : Severity.Informational;

    public OptOut OptOut => new(variable("OPT_OUT_PATTERNS"));

    public double ApiCallsPerSecond =>
        double.TryParse(variable("API_CALLS_PER_SECOND"), NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate > 0 ? rate : 5;

    /// <summary>Advisories that are older are a gap.</summary>
    public TimeSpan MaxAdvisoryAge =>
        int.TryParse(variable("MAX_ADVISORY_AGE_HOURS"), NumberStyles.None, CultureInfo.InvariantCulture, out var hours) ? TimeSpan.FromHours(hours) : AdvisoryStore.MaximumAge;

    /// <summary>A mirror of the public export; the template leaves it unset.</summary>
    public Uri AdvisorySource => Uri.TryCreate(variable("ADVISORY_SOURCE"), UriKind.Absolute, out var mirror) ? mirror : AdvisoryDownload.PublicExport;

    private string Need(string name) => variable(name) is { Length: > 0 } value ? value : throw new InvalidOperationException($"the environment variable {name} is not set");
}
