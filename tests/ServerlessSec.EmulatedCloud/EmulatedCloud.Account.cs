using System.Text;
using System.Text.Json.Nodes;
using ServerlessSec.Emulation.Emulator;
using ServerlessSec.Emulation.Functions;

namespace ServerlessSec.Emulation;

/// <summary>What people and AWS do in the account.</summary>
public sealed partial class EmulatedCloud
{
    private const string Functions = "/2015-03-31/functions";

    /// <summary>Creates a role that functions may have; gives its ARN.</summary>
    /// <param name="policy">An inline policy, where it has one.</param>
    public async Task<string> CreateRoleAsync(string name, string? policy = null)
    {
        const string Trust = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}""";
        var answer = await IamAsync("CreateRole", new("RoleName", name), new("AssumeRolePolicyDocument", Trust)).ConfigureAwait(false);
        if (policy is not null) await PutRolePolicyAsync(name, "inline", policy).ConfigureAwait(false);
        return answer.Descendants("Arn").First().Value;
    }

    public Task PutRolePolicyAsync(string role, string name, string policy) =>
        IamAsync("PutRolePolicy", new("RoleName", role), new("PolicyName", name), new("PolicyDocument", policy));

    /// <summary>Any operation of IAM.</summary>
    public Task<System.Xml.Linq.XElement> IamAsync(string action, params IEnumerable<KeyValuePair<string, string>> arguments) => Aws.QueryAsync("iam", action, "2010-05-08", arguments);

    /// <summary>Creates a function; gives its ARN. No event tells of it: see <see cref="PutEventAsync(JsonObject)"/>.</summary>
    /// <param name="settings">More members of CreateFunction, or others than the usual.</param>
    public async Task<string> CreateFunctionAsync(string name, byte[] zip, string role, JsonObject? settings = null)
    {
        var input = new JsonObject
        {
            ["FunctionName"] = name,
            ["Runtime"] = "provided.al2023",
            ["Handler"] = name,
            ["Timeout"] = 30,
            ["MemorySize"] = 256,
        };
        foreach (var (key, value) in settings ?? []) input[key] = value?.DeepClone();
        input["Role"] = role;
        input["Code"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(zip) };
        return (await Aws.RestAsync("lambda", HttpMethod.Post, Functions, input).ConfigureAwait(false))["FunctionArn"]!.GetValue<string>();
    }

    public Task UpdateCodeAsync(string name, byte[] zip) =>
        Aws.RestAsync("lambda", HttpMethod.Put, $"{Functions}/{name}/code", new() { ["ZipFile"] = Convert.ToBase64String(zip) });

    public Task UpdateConfigurationAsync(string name, JsonObject settings) => Aws.RestAsync("lambda", HttpMethod.Put, $"{Functions}/{name}/configuration", settings);

    public Task DeleteFunctionAsync(string name) => Aws.RestAsync("lambda", HttpMethod.Delete, $"{Functions}/{name}");

    /// <summary>Creates a queue; gives its URL.</summary>
    public async Task<string> CreateQueueAsync(string name, JsonObject? attributes = null) =>
        (await Aws.JsonAsync("sqs", "AmazonSQS.CreateQueue", new() { ["QueueName"] = name, ["Attributes"] = attributes ?? [] }).ConfigureAwait(false))["QueueUrl"]!.GetValue<string>();

    public string QueueArn(string name) => $"arn:aws:sqs:{Options.Region}:{Account}:{name}";

    public Task SendAsync(string url, string body, JsonObject? more = null)
    {
        var input = more?.DeepClone().AsObject() ?? [];
        input["QueueUrl"] = url;
        input["MessageBody"] = body;
        return Aws.JsonAsync("sqs", "AmazonSQS.SendMessage", input);
    }

    /// <summary>What a queue holds and nobody takes, such as dead letters.</summary>
    public async Task<IReadOnlyList<string>> PeekAsync(string url)
    {
        List<string> bodies = [];
        while (true)
        {
            var answer = await Aws.JsonAsync("sqs", "AmazonSQS.ReceiveMessage", new() { ["QueueUrl"] = url, ["MaxNumberOfMessages"] = 10, ["VisibilityTimeout"] = 5 }).ConfigureAwait(false);
            if (answer["Messages"] is not JsonArray { Count: > 0 } messages) return bodies;
            bodies.AddRange(messages.Select(static m => m!["Body"]!.GetValue<string>()));
        }
    }

    /// <summary>Maps an event source to a function and polls it.</summary>
    public async Task AttachAsync(string function, string sourceArn, JsonObject? settings = null)
    {
        var input = settings?.DeepClone().AsObject() ?? [];
        input["FunctionName"] = function;
        input["EventSourceArn"] = sourceArn;
        var made = await Aws.RestAsync("lambda", HttpMethod.Post, "/2015-03-31/event-source-mappings", input).ConfigureAwait(false);
        await PollAsync(m => m.Id == made["UUID"]!.GetValue<string>()).ConfigureAwait(false);
    }

    /// <summary>Puts an event on the bus as AWS would: under its own source and id.</summary>
    public Task PutEventAsync(JsonObject @event) => PutEventAsync(@event, Aws);

    private async Task PutEventAsync(JsonObject @event, AwsCaller caller)
    {
        var answer = await caller.JsonAsync("events", "AWSEvents.PutEvents", new()
        {
            ["Entries"] = new JsonArray(new JsonObject
            {
                ["Source"] = @event["source"]?.DeepClone(),
                ["DetailType"] = @event["detail-type"]?.DeepClone(),
                ["Detail"] = @event["detail"]?.ToJsonString() ?? "{}",
                ["Resources"] = @event["resources"]?.DeepClone() ?? new JsonArray(),
                ["Time"] = (@event["time"] is { } time ? DateTimeOffset.Parse(time.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) : DateTimeOffset.UtcNow).ToUnixTimeSeconds(),
            }),
        }, @event["id"]?.GetValue<string>(), stop.Token).ConfigureAwait(false);
        if (answer["FailedEntryCount"]?.GetValue<int>() > 0) throw new InvalidOperationException($"the event was refused: {answer.ToJsonString()}");
    }

    /// <summary>Lets a recorded event happen now, under an id of its own.</summary>
    /// <param name="file">A file, or the name of one in the checkout's <c>events/deployments</c>.</param>
    public async Task PutEventAsync(string file)
    {
        var path = File.Exists(file) ? file : Path.Combine(Options.Repository, "events/deployments", file.EndsWith(".json", StringComparison.Ordinal) ? file : file + ".json");
        var recorded = JsonNode.Parse(await File.ReadAllTextAsync(path).ConfigureAwait(false))!.AsObject();
        recorded["id"] = Guid.NewGuid().ToString();
        recorded["time"] = DateTimeOffset.UtcNow.ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        await PutEventAsync(recorded).ConfigureAwait(false);
    }

    /// <summary>Runs a schedule of the stack as if its time had come.</summary>
    /// <param name="schedule">Logical id, such as <c>SweepSchedule</c>.</param>
    public async Task<Outcome> InvokeAsync(string schedule)
    {
        var found = await Aws.RestAsync("scheduler", HttpMethod.Get, $"/schedules/{Stack[schedule]}?groupName={Stack["Schedules"]}").ConfigureAwait(false);
        var target = found["Target"]!.AsObject();
        var arn = target["Arn"]!.GetValue<string>();
        var input = target["Input"]?.GetValue<string>() ?? "{}";
        if (arn.Contains(":lambda:", StringComparison.Ordinal)) return await InvokeAsynchronouslyAsync(arn, input).ConfigureAwait(false);
        await SendAsync(QueueUrl(arn), input).ConfigureAwait(false);
        return new("", [], null);
    }

    /// <summary>Invokes a function and waits for its answer.</summary>
    public Task<Outcome> InvokeFunctionAsync(string function, string payload) => functions.InvokeAsync(function, Encoding.UTF8.GetBytes(payload), stop.Token);

    /// <summary>The findings in Security Hub.</summary>
    /// <param name="filters">As of GetFindings.</param>
    public async Task<IReadOnlyList<JsonObject>> FindingsAsync(JsonObject? filters = null)
    {
        List<JsonObject> findings = [];
        for (string? token = null; ;)
        {
            var input = new JsonObject { ["MaxResults"] = 100, ["Filters"] = filters?.DeepClone() ?? new JsonObject() };
            if (token is not null) input["NextToken"] = token;
            var page = await Aws.RestAsync("securityhub", HttpMethod.Post, "/findings", input).ConfigureAwait(false);
            findings.AddRange(page["Findings"]!.AsArray().Select(static f => f!.AsObject()));
            token = page["NextToken"]?.GetValue<string>();
            if (token is null) return findings;
        }
    }

    /// <summary>Turns Security Hub on or off. Findings outlast it.</summary>
    public async Task SecurityHubAsync(bool on)
    {
        try
        {
            await Aws.RestAsync("securityhub", on ? HttpMethod.Post : HttpMethod.Delete, "/accounts", on ? [] : null).ConfigureAwait(false);
        }
        catch (AwsException refused) when (!on && refused.Code == "InvalidAccessException")
        {
            // It was off.
        }
    }

    private string QueueUrl(string arn) => new Uri(Address, $"{Account}/{arn.Split(':')[^1]}").ToString();

    /// <summary>Lambda's own queue: tried again, then sent to the destination for failures.</summary>
    private async Task<Outcome> InvokeAsynchronouslyAsync(string function, string payload)
    {
        var config = await Aws.RestAsync("lambda", HttpMethod.Get, $"/2019-09-25/functions/{function.Split(':')[6]}/event-invoke-config").ConfigureAwait(false);
        var retries = config["MaximumRetryAttempts"]?.GetValue<int>() ?? 2;
        for (var attempt = 0; ; attempt++)
        {
            var outcome = await InvokeFunctionAsync(function, payload).ConfigureAwait(false);
            if (!outcome.Failed) return outcome;
            if (attempt < retries) continue;
            if (config["DestinationConfig"]?["OnFailure"]?["Destination"]?.GetValue<string>() is { } destination)
            {
                var record = new JsonObject { ["requestContext"] = new JsonObject { ["functionArn"] = function, ["condition"] = "RetriesExhausted", ["approximateInvokeCount"] = attempt + 1 }, ["requestPayload"] = JsonNode.Parse(payload), ["responsePayload"] = outcome.Fault };
                await SendAsync(QueueUrl(destination), record.ToJsonString()).ConfigureAwait(false);
            }

            return outcome;
        }
    }
}
