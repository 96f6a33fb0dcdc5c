using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The Security Hub operations that the scanner calls (https://docs.aws.amazon.com/securityhub/1.0/APIReference/).</summary>
internal sealed class SecurityHubClient(AWSCredentials credentials, Action<ClientConfig> configure) : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service = new("SecurityHub", "securityhub", "securityhub", "2018-10-26");

    /// <param name="batch">The body <c>{"Findings":[…]}</c>: at most 100 findings and 6 MB.</param>
    public Task<BatchImportAnswer> BatchImportFindingsAsync(byte[] batch, CancellationToken stop) => RestAsync(
        new() { Operation = "BatchImportFindings", Path = "/findings/import", Body = batch }, SecurityHubJson.Default.BatchImportAnswer, stop);

    /// <summary>Throws an error with the code <c>InvalidAccessException</c> while Security Hub is off.</summary>
    public Task<HubDescription> DescribeHubAsync(CancellationToken stop) =>
        RestAsync(new() { Operation = "DescribeHub", Method = "GET", Path = "/accounts" }, SecurityHubJson.Default.HubDescription, stop);

    /// <summary>What people decided about findings of ours, by finding id.</summary>
    /// <param name="generator">What the generator ids of our findings begin with.</param>
    /// <param name="workflow">A workflow status, such as <c>SUPPRESSED</c>.</param>
    public async IAsyncEnumerable<HubFinding> GetFindingsAsync(
        string generator, string workflow, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
    {
        string? token = null;
        do
        {
            var input = new GetFindingsInput(
                new([new(generator, "PREFIX")], [new(workflow, "EQUALS")]), MaxResults: 100, token);
            var page = await RestAsync(
                new()
                {
                    Operation = "GetFindings",
                    Path = "/findings",
                    Body = JsonSerializer.SerializeToUtf8Bytes(input, SecurityHubJson.Default.GetFindingsInput),
                },
                SecurityHubJson.Default.GetFindingsAnswer,
                stop).ConfigureAwait(false);
            foreach (var finding in page.Findings) yield return finding;
            token = page.NextToken;
        }
        while (!string.IsNullOrEmpty(token));
    }
}

internal sealed record BatchImportAnswer
{
    public ImmutableArray<ImportFailure> FailedFindings { get; init => field = value.IsDefault ? [] : value; } = [];
}

internal sealed record ImportFailure(string Id, string ErrorCode, string ErrorMessage);

internal sealed record HubDescription(string? HubArn);

internal sealed record StringFilter(string Value, string Comparison);

internal sealed record FindingFilters(ImmutableArray<StringFilter> GeneratorId, ImmutableArray<StringFilter> WorkflowStatus);

internal sealed record GetFindingsInput(FindingFilters Filters, int MaxResults, string? NextToken);

internal sealed record GetFindingsAnswer
{
    public ImmutableArray<HubFinding> Findings { get; init => field = value.IsDefault ? [] : value; } = [];

    public string? NextToken { get; init; }
}

internal sealed record HubFinding
{
    public required string Id { get; init; }

    /// <summary>Names the account and Region that imported it, which nobody can do for another.</summary>
    public string? ProductArn { get; init; }

    public HubWorkflow? Workflow { get; init; }

    public HubNote? Note { get; init; }
}

internal sealed record HubWorkflow(string? Status);

internal sealed record HubNote(string? Text, string? UpdatedBy, string? UpdatedAt);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(BatchImportAnswer))]
[JsonSerializable(typeof(HubDescription))]
[JsonSerializable(typeof(GetFindingsInput))]
[JsonSerializable(typeof(GetFindingsAnswer))]
internal sealed partial class SecurityHubJson : JsonSerializerContext;
