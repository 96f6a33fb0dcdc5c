using System.Collections.Immutable;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.SQS;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Examining;

/// <summary>Clients of what is examined.</summary>
/// <param name="GlobalEvents">In the partition's global Region.</param>
internal sealed record ExaminingClients(
    EventsClient Events, EventsClient GlobalEvents, CloudTrailClient Trail, SecurityHubClient Hub, IamClient Iam, IAmazonDynamoDB DynamoDb, IAmazonSQS Sqs);

/// <summary>Looks at a deployed scanner from outside, and changes nothing. What the caller may not see is said of each look.</summary>
public sealed class StackExamination
{
    private readonly ScannerStack stack;
    private readonly Owner application;
    private readonly ExaminingClients clients;
    private readonly TimeProvider time;

    internal StackExamination(ScannerStack stack, Owner application, ExaminingClients clients, TimeProvider time) =>
        (this.stack, this.application, this.clients, this.time) = (stack, application, clients, time);

    public async Task<ImmutableArray<StackCheck>> RunAsync(CancellationToken stop)
    {
        var description = await stack.DescribeAsync(stop).ConfigureAwait(false);
        var found = new StackCheck("Stack", CheckOutcome.Ok, "");
        if (description is null)
        {
            return
            [
                found with
                {
                    Outcome = CheckOutcome.Fail,
                    Message = $"There is no stack '{stack.Name}' in {application.Region} of account {application.Account}.",
                    Fix = "Deploy the scanner (docs/operations.md), or say where it is with --stack and --region.",
                },
            ];
        }

        found = Found(found, description);
        if (!description.Outputs.TryGetValue("Table", out var table)) return [found];
        var resources = ImmutableDictionary<string, string>.Empty;
        var listed = await LookAsync(
            new("Resources", "cloudformation:ListStackResources", async stop =>
            {
                resources = await stack.ResourcesAsync(stop).ConfigureAwait(false);
                return Diagnosis.Ok("");
            }),
            stop).ConfigureAwait(false);
        if (listed.Outcome != CheckOutcome.Ok) return [found, listed, .. await LookAtTableAsync(table, stop).ConfigureAwait(false)];

        IEnumerable<Look> looks =
        [
            .. new SourceLooks(clients, resources, application).All,
            .. new HubLooks(clients, resources, application).All,
            .. new QueueLooks(clients, resources).All,
        ];
        var checks = ImmutableArray.CreateBuilder<StackCheck>();
        checks.Add(found);
        foreach (var look in looks) checks.Add(await LookAsync(look, stop).ConfigureAwait(false));
        checks.AddRange(await LookAtTableAsync(table, stop).ConfigureAwait(false));
        var permissions = new PermissionLook(new(new(clients.DynamoDb, table, time)), resources, application);
        checks.Add(await LookAsync(permissions.After(checks.ToImmutable()), stop).ConfigureAwait(false));
        return checks.ToImmutable();
    }

    private StackCheck Found(StackCheck check, StackDescription description)
    {
        var where = $"'{stack.Name}' in {application.Region} of account {application.Account}";
        if (!description.Outputs.ContainsKey("Table"))
        {
            return check with
            {
                Outcome = CheckOutcome.Fail,
                Message = description.Outputs.ContainsKey("Forwarded") ? $"{where} only forwards events to a scanner in another Region." : $"{where} is no scanner: it has no output 'Table'.",
                Fix = description.Outputs.GetValueOrDefault("Forwarded")?.Split(':') is [_, _, _, { Length: > 0 } region, ..] ? $"Say --region {region}." : "Say --stack with the scanner's stack.",
            };
        }

        return description.Status.EndsWith("_IN_PROGRESS", StringComparison.Ordinal)
            ? check with { Outcome = CheckOutcome.Warn, Message = $"{where} is {description.Status}.", Fix = "Wait until the deployment is done." }
            : description.Status is "CREATE_COMPLETE" or "UPDATE_COMPLETE"
                ? check with { Message = $"{where} is {description.Status}." }
                : check with { Outcome = CheckOutcome.Fail, Message = $"{where} is {description.Status}.", Fix = $"See why with 'sam list stack-outputs --stack-name {stack.Name}' or in the console, and deploy again." };
    }

    private async Task<ImmutableArray<StackCheck>> LookAtTableAsync(string table, CancellationToken stop)
    {
        var checks = ImmutableArray.CreateBuilder<StackCheck>();
        foreach (var look in new TableLooks(new(clients.DynamoDb, table, time), application).All) checks.Add(await LookAsync(look, stop).ConfigureAwait(false));
        return checks.ToImmutable();
    }

    private static async Task<StackCheck> LookAsync(Look look, CancellationToken stop)
    {
        Diagnosis seen;
        try
        {
            seen = await look.DiagnoseAsync(stop).ConfigureAwait(false);
        }
        catch (AmazonServiceException denied) when (Attempt.IsDenied(denied))
        {
            seen = Diagnosis.Unchecked($"It was not looked at: {Attempt.Denial(look.Permission, denied)}.", $"Ask for {look.Permission}.") with { Lacks = look.Permission };
        }
        catch (Exception failed) when (failed is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            seen = Diagnosis.Unchecked($"It was not looked at: {Attempt.Failure(failed)}.", "Try again later.");
        }

        return new(look.Name, seen.Outcome, seen.Message, seen.Fix) { Lacks = seen.Lacks };
    }
}
