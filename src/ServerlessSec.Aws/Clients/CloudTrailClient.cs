using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The CloudTrail operations by which it is known whether calls become events (https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/).</summary>
internal sealed class CloudTrailClient(AWSCredentials credentials, Action<ClientConfig> configure) : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service =
        new("CloudTrail", "cloudtrail", "cloudtrail", "2013-11-01", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101");

    /// <summary>Trails that record this Region, those of an organization included.</summary>
    public async Task<ImmutableArray<TrailDescription>> DescribeTrailsAsync(CancellationToken stop) =>
        (await JsonAsync("DescribeTrails", new DescribeTrailsInput(true), CloudTrailJson.Default.DescribeTrailsInput, CloudTrailJson.Default.DescribeTrailsAnswer, stop)
            .ConfigureAwait(false)).Trails;

    public async Task<bool> IsLoggingAsync(string trail, CancellationToken stop) =>
        (await JsonAsync("GetTrailStatus", new TrailInput(trail), CloudTrailJson.Default.TrailInput, CloudTrailJson.Default.TrailStatus, stop)
            .ConfigureAwait(false)).IsLogging;

    public Task<EventSelectorsAnswer> GetEventSelectorsAsync(string trail, CancellationToken stop) =>
        JsonAsync("GetEventSelectors", new SelectorsInput(trail), CloudTrailJson.Default.SelectorsInput, CloudTrailJson.Default.EventSelectorsAnswer, stop);
}

internal sealed record DescribeTrailsInput([property: JsonPropertyName("includeShadowTrails")] bool IncludeShadowTrails);

internal sealed record TrailInput(string Name);

internal sealed record SelectorsInput(string TrailName);

internal sealed record DescribeTrailsAnswer
{
    [JsonPropertyName("trailList")]
    public ImmutableArray<TrailDescription> Trails { get; init => field = value.IsDefault ? [] : value; } = [];
}

internal sealed record TrailDescription(string Name, string? TrailARN, bool IsMultiRegionTrail, string? HomeRegion);

internal sealed record TrailStatus(bool IsLogging);

internal sealed record EventSelectorsAnswer
{
    public ImmutableArray<EventSelector> EventSelectors { get; init => field = value.IsDefault ? [] : value; } = [];

    public ImmutableArray<AdvancedEventSelector> AdvancedEventSelectors { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Whether calls that write and manage are recorded, by either kind of selector.</summary>
    public bool RecordsManagementWrites =>
        EventSelectors.Any(static s => s is { IncludeManagementEvents: not false, ReadWriteType: not "ReadOnly" })
        || AdvancedEventSelectors.Any(static s =>
            s.FieldSelectors.Any(static f => f.Field == "eventCategory" && f.Values.Contains("Management"))
            && !s.FieldSelectors.Any(static f => f.Field == "readOnly" && f.Values.Contains("true")));
}

internal sealed record EventSelector(string? ReadWriteType, bool? IncludeManagementEvents);

internal sealed record AdvancedEventSelector
{
    public ImmutableArray<FieldSelector> FieldSelectors { get; init => field = value.IsDefault ? [] : value; } = [];
}

internal sealed record FieldSelector
{
    public string? Field { get; init; }

    [JsonPropertyName("Equals")]
    public ImmutableArray<string> Values { get; init => field = value.IsDefault ? [] : value; } = [];
}

[JsonSerializable(typeof(DescribeTrailsInput))]
[JsonSerializable(typeof(TrailInput))]
[JsonSerializable(typeof(SelectorsInput))]
[JsonSerializable(typeof(DescribeTrailsAnswer))]
[JsonSerializable(typeof(TrailStatus))]
[JsonSerializable(typeof(EventSelectorsAnswer))]
internal sealed partial class CloudTrailJson : JsonSerializerContext;
