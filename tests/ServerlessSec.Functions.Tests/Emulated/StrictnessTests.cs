using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessSec.Emulation;
using ServerlessSec.Emulation.Emulator;

namespace ServerlessSec.Functions.Emulated;

/// <summary>The emulator refuses what AWS refuses.</summary>
public sealed class StrictnessTests(EmptyAccount account)
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Findings_are_refused_while_Security_Hub_is_off_and_kept_until_it_is_on()
    {
        var cloud = await account.StartAsync();
        await ImportAsync(cloud, Finding("kept"));
        await cloud.SecurityHubAsync(false);
        var refused = await Assert.ThrowsAsync<AwsException>(() => ImportAsync(cloud, Finding("late")));
        Assert.Equal(("InvalidAccessException", 401), (refused.Code, refused.Status));
        Assert.Equal("InvalidAccessException", (await Assert.ThrowsAsync<AwsException>(() => cloud.FindingsAsync())).Code);
        await cloud.SecurityHubAsync(true);
        Assert.Single(await cloud.FindingsAsync(ById("kept")));
        Assert.Empty(await cloud.FindingsAsync(ById("late")));
    }

    [Fact]
    public async Task Of_writers_of_one_object_who_read_the_same_of_it_one_is_let_through()
    {
        const int Writers = 8, Times = 10;
        var cloud = await account.StartAsync();
        using var s3 = new AmazonS3Client(
            new BasicAWSCredentials(AwsCaller.Harness, "any"),
            new AmazonS3Config { ServiceURL = cloud.Address.ToString(), AuthenticationRegion = cloud.Options.Region, ForcePathStyle = true });
        await cloud.Aws.CreateBucketAsync("counted", Stop);
        await s3.PutObjectAsync(new() { BucketName = "counted", Key = "count", ContentBody = "0" }, Stop);
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < Times;)
            {
                var (tag, count) = await ReadAsync();
                try
                {
                    await s3.PutObjectAsync(new() { BucketName = "counted", Key = "count", ContentBody = $"{count + 1}", IfMatch = tag }, Stop);
                    done++;
                }
                catch (AmazonS3Exception late) when (late.StatusCode == HttpStatusCode.PreconditionFailed)
                {
                    // Another was quicker.
                }
            }
        }, Stop)));
        Assert.Equal(Writers * Times, (await ReadAsync()).Count);

        async Task<(string Tag, int Count)> ReadAsync()
        {
            using var answer = await s3.GetObjectAsync(new() { BucketName = "counted", Key = "count" }, Stop);
            using var text = new StreamReader(answer.ResponseStream);
            return (answer.ETag, int.Parse(await text.ReadToEndAsync(Stop), CultureInfo.InvariantCulture));
        }
    }

    [Fact]
    public async Task At_most_a_hundred_findings_are_imported_at_once()
    {
        var cloud = await account.StartAsync();
        var refused = await Assert.ThrowsAsync<AwsException>(() => ImportAsync(cloud, [.. Enumerable.Range(0, 101).Select(static i => Finding($"many-{i}"))]));
        Assert.Equal("InvalidInputException", refused.Code);
        var taken = await ImportAsync(cloud, [.. Enumerable.Range(0, 100).Select(static i => Finding($"many-{i}"))]);
        Assert.Equal(100, taken["SuccessCount"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("Title", null)]
    [InlineData("CreatedAt", "yesterday")]
    [InlineData("SchemaVersion", "2020-01-01")]
    [InlineData("AwsAccountId", "210987654321")]
    public async Task A_finding_of_the_wrong_form_fails_alone(string member, string? value)
    {
        var cloud = await account.StartAsync();
        var wrong = Finding("wrong");
        wrong[member] = value;
        var answer = await ImportAsync(cloud, Finding("right"), wrong);
        Assert.Equal(1, answer["SuccessCount"]!.GetValue<int>());
        Assert.Equal(Id("wrong"), Assert.Single(answer["FailedFindings"]!.AsArray())!["Id"]!.GetValue<string>());
    }

    [Fact]
    public async Task What_a_customer_decided_survives_an_import_and_can_be_asked_for()
    {
        var cloud = await account.StartAsync();
        await ImportAsync(cloud, Finding("decided"));
        var answer = await cloud.Aws.RestAsync("securityhub", HttpMethod.Patch, "/findings/batchupdate", new()
        {
            ["FindingIdentifiers"] = new JsonArray(Identifier("decided"), Identifier("unknown")),
            ["Workflow"] = new JsonObject { ["Status"] = "SUPPRESSED" },
        }, Stop);
        Assert.Single(answer["ProcessedFindings"]!.AsArray());
        Assert.Single(answer["UnprocessedFindings"]!.AsArray());

        var again = Finding("decided");
        again["Workflow"] = new JsonObject { ["Status"] = "NEW" };
        again["Title"] = "Another title";
        again["UpdatedAt"] = "2026-11-03T00:00:00Z";
        await ImportAsync(cloud, again);
        var filters = ById("decided");
        filters["WorkflowStatus"] = new JsonArray(new JsonObject { ["Value"] = "SUPPRESSED", ["Comparison"] = "EQUALS" });
        Assert.Equal("Another title", Assert.Single(await cloud.FindingsAsync(filters))["Title"]!.GetValue<string>());
        filters["WorkflowStatus"]![0]!["Comparison"] = "NOT_EQUALS";
        Assert.Empty(await cloud.FindingsAsync(filters));
    }

    [Fact]
    public async Task At_most_25_items_are_written_at_once()
    {
        var cloud = await account.StartAsync();
        var table = await TableAsync(cloud, "batches");
        JsonObject Batch(int count) => new()
        {
            ["RequestItems"] = new JsonObject { [table] = new JsonArray([.. Enumerable.Range(0, count).Select(static i => new JsonObject { ["PutRequest"] = new JsonObject { ["Item"] = Key($"{i}") } })]) },
        };
        Assert.Equal("ValidationException", (await Assert.ThrowsAsync<AwsException>(() => DynamoAsync(cloud, "BatchWriteItem", Batch(26)))).Code);
        await DynamoAsync(cloud, "BatchWriteItem", Batch(25));
    }

    [Theory]
    [InlineData("S", 409_000, true)]
    [InlineData("S", 410_000, false)]
    // Two bytes each.
    [InlineData("ü", 204_000, true)]
    [InlineData("ü", 205_000, false)]
    [InlineData("B", 409_000, true)]
    [InlineData("B", 410_000, false)]
    [InlineData("L", 409_000, true)]
    [InlineData("L", 410_000, false)]
    public async Task A_row_holds_400_KiB_however_it_comes(string kind, int length, bool fits)
    {
        var cloud = await account.StartAsync();
        var table = await TableAsync(cloud, $"large-{(int)kind[0]}-{length}");
        var large = kind switch
        {
            "B" => new JsonObject { ["B"] = Convert.ToBase64String(new byte[length]) },
            "L" => new JsonObject { ["L"] = new JsonArray(new JsonObject { ["S"] = new string('x', length) }) },
            "ü" => new JsonObject { ["S"] = new string('ü', length) },
            _ => new JsonObject { ["S"] = new string('x', length) },
        };
        var item = Key("put");
        item["v"] = large.DeepClone();
        JsonObject Update(string key) => new()
        {
            ["TableName"] = table,
            ["Key"] = Key(key),
            ["UpdateExpression"] = "SET v = :v, n = :n",
            ["ExpressionAttributeValues"] = new JsonObject { [":v"] = large.DeepClone(), [":n"] = new JsonObject { ["N"] = "2" } },
        };
        var small = Key("small");
        small["n"] = new JsonObject { ["N"] = "1" };
        await DynamoAsync(cloud, "PutItem", new() { ["TableName"] = table, ["Item"] = small });
        foreach (var (operation, input) in new (string, JsonObject)[]
        {
            ("PutItem", new() { ["TableName"] = table, ["Item"] = item.DeepClone() }),
            ("BatchWriteItem", new() { ["RequestItems"] = new JsonObject { [table] = new JsonArray(new JsonObject { ["PutRequest"] = new JsonObject { ["Item"] = item.DeepClone() } }) } }),
            ("UpdateItem", Update("new")),
            ("UpdateItem", Update("small")),
        })
        {
            if (fits) await DynamoAsync(cloud, operation, input);
            else Assert.Equal("ValidationException", (await Assert.ThrowsAsync<AwsException>(() => DynamoAsync(cloud, operation, input))).Code);
        }

        // What was refused has changed nothing.
        Assert.Equal(fits ? "2" : "1", await NumberAsync(cloud, table, "small"));
        Assert.Equal(fits ? "2" : null, await NumberAsync(cloud, table, "new"));
        Assert.Equal(fits, (await DynamoAsync(cloud, "GetItem", new() { ["TableName"] = table, ["Key"] = Key("put") }))["Item"] is not null);
        Assert.Equal(fits, (await DynamoAsync(cloud, "GetItem", new() { ["TableName"] = table, ["Key"] = Key("new") }))["Item"] is not null);
    }

    [Fact]
    public async Task A_transaction_that_would_make_a_row_too_large_leaves_no_trace()
    {
        var cloud = await account.StartAsync();
        var table = await TableAsync(cloud, "large-transaction");
        JsonObject Update(string key, int length) => new()
        {
            ["Update"] = new JsonObject
            {
                ["TableName"] = table,
                ["Key"] = Key(key),
                ["UpdateExpression"] = "SET v = :v",
                ["ExpressionAttributeValues"] = new JsonObject { [":v"] = new JsonObject { ["S"] = new string('x', length) } },
            },
        };
        await Assert.ThrowsAsync<AwsException>(() => DynamoAsync(cloud, "TransactWriteItems", new() { ["TransactItems"] = new JsonArray(Update("a", 10), Update("b", 410_000)) }));
        Assert.Equal(0, (await DynamoAsync(cloud, "Scan", new() { ["TableName"] = table }))["Count"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("UpdateItem", "TransactionConflictException")]
    [InlineData("PutItem", "TransactionConflictException")]
    [InlineData("TransactWriteItems", "TransactionCanceledException")]
    public async Task A_conflict_of_transactions_is_told_in_the_form_of_the_call(string operation, string code)
    {
        var cloud = await account.StartAsync();
        var table = await TableAsync(cloud, "conflict-" + operation);
        var put = new JsonObject { ["TableName"] = table, ["Item"] = Key("a") };
        var input = operation switch
        {
            "UpdateItem" => new JsonObject
            {
                ["TableName"] = table,
                ["Key"] = Key("a"),
                ["UpdateExpression"] = "SET n = :n",
                ["ExpressionAttributeValues"] = new JsonObject { [":n"] = new JsonObject { ["N"] = "1" } },
            },
            "PutItem" => put,
            _ => new JsonObject { ["TransactItems"] = new JsonArray(new JsonObject { ["Put"] = put }) },
        };
        await cloud.FaultsAsync(new Fault { Service = "dynamodb", Operation = operation, Caller = "meets-one", Code = "TransactionConflict" });
        var caller = cloud.Aws.With("meets-one");
        var refused = await Assert.ThrowsAsync<AwsException>(() => caller.JsonAsync("dynamodb", "DynamoDB_20120810." + operation, input, stop: Stop));
        Assert.Equal((code, 400), (refused.Code, refused.Status));
        Assert.Equal(0, (await DynamoAsync(cloud, "Scan", new() { ["TableName"] = table }))["Count"]!.GetValue<int>());
        await caller.JsonAsync("dynamodb", "DynamoDB_20120810." + operation, input, stop: Stop);
        Assert.Equal(1, (await DynamoAsync(cloud, "Scan", new() { ["TableName"] = table }))["Count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Messages_and_batches_of_them_hold_256_KiB()
    {
        var cloud = await account.StartAsync();
        var url = await cloud.CreateQueueAsync("large");
        JsonObject Batch(int length) => new()
        {
            ["QueueUrl"] = url,
            ["Entries"] = new JsonArray([.. Enumerable.Range(0, 4).Select(i => new JsonObject { ["Id"] = $"m{i}", ["MessageBody"] = new string('x', length) })]),
        };
        Assert.Equal("InvalidParameterValue", (await Assert.ThrowsAsync<AwsException>(() => cloud.SendAsync(url, new string('x', 262_145)))).Code);
        Assert.Equal("InvalidParameterValue", (await Assert.ThrowsAsync<AwsException>(() => cloud.SendAsync(url, new string('ü', 131_073)))).Code);
        Assert.Equal("InvalidParameterValue", (await Assert.ThrowsAsync<AwsException>(() => cloud.SendAsync(url, new string('x', 262_000), new()
        {
            ["MessageAttributes"] = new JsonObject { ["more"] = new JsonObject { ["DataType"] = "String", ["StringValue"] = new string('y', 200) } },
        }))).Code);
        Assert.Equal("AWS.SimpleQueueService.BatchRequestTooLong", (await Assert.ThrowsAsync<AwsException>(() => cloud.Aws.JsonAsync("sqs", "AmazonSQS.SendMessageBatch", Batch(65_537), stop: Stop))).Code);
        await cloud.SendAsync(url, new string('x', 262_144));
        await cloud.Aws.JsonAsync("sqs", "AmazonSQS.SendMessageBatch", Batch(65_536), stop: Stop);
        Assert.Equal(5, (await cloud.PeekAsync(url)).Count);
    }

    [Fact]
    public async Task More_than_ten_imports_a_second_are_refused()
    {
        var cloud = await account.StartAsync();
        // A Region that no other test waits for.
        var elsewhere = cloud.In("sa-east-1");
        await elsewhere.RestAsync("securityhub", HttpMethod.Post, "/accounts", [], Stop);
        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                await ImportAsync(elsewhere, Finding($"burst-{i}"));
                return 200;
            }
            catch (AwsException refused)
            {
                Assert.Equal("TooManyRequestsException", refused.Code);
                return refused.Status;
            }
        }));
        Assert.InRange(calls.Count(static c => c == 200), 10, 90);
        Assert.Equal([200, 429], calls.Distinct().Order());
    }

    [Fact]
    public async Task A_transaction_with_the_same_token_is_done_once_and_one_that_fails_leaves_no_trace()
    {
        var cloud = await account.StartAsync();
        var table = await TableAsync(cloud, "transactions");
        JsonObject Add(string key, string token, string? condition = null)
        {
            var update = new JsonObject { ["TableName"] = table, ["Key"] = Key(key), ["UpdateExpression"] = "ADD #n :one", ["ExpressionAttributeNames"] = new JsonObject { ["#n"] = "n" }, ["ExpressionAttributeValues"] = new JsonObject { [":one"] = new JsonObject { ["N"] = "1" } } };
            var put = new JsonObject { ["TableName"] = table, ["Item"] = Key(key + "-too") };
            if (condition is not null) put["ConditionExpression"] = condition;
            return new() { ["ClientRequestToken"] = token, ["TransactItems"] = new JsonArray(new JsonObject { ["Update"] = update }, new JsonObject { ["Put"] = put }) };
        }

        await DynamoAsync(cloud, "TransactWriteItems", Add("a", "first"));
        await DynamoAsync(cloud, "TransactWriteItems", Add("a", "first"));
        Assert.Equal("1", await NumberAsync(cloud, table, "a"));
        Assert.Equal("IdempotentParameterMismatchException", (await Assert.ThrowsAsync<AwsException>(() => DynamoAsync(cloud, "TransactWriteItems", Add("b", "first")))).Code);
        Assert.Equal("TransactionCanceledException", (await Assert.ThrowsAsync<AwsException>(() => DynamoAsync(cloud, "TransactWriteItems", Add("a", "second", "attribute_not_exists(PK)")))).Code);
        Assert.Equal("1", await NumberAsync(cloud, table, "a"));
        Assert.Null(await NumberAsync(cloud, table, "b"));
    }

    [Fact]
    public async Task Rows_that_outlived_their_time_go_when_time_has_passed()
    {
        var cloud = await account.StartAsync();
        var table = await TableAsync(cloud, "ephemeral");
        await DynamoAsync(cloud, "UpdateTimeToLive", new() { ["TableName"] = table, ["TimeToLiveSpecification"] = new JsonObject { ["Enabled"] = true, ["AttributeName"] = "n" } });
        foreach (var (key, end) in new[] { ("soon", "1000"), ("late", "3000") })
        {
            var item = Key(key);
            item["n"] = new JsonObject { ["N"] = end };
            await DynamoAsync(cloud, "PutItem", new() { ["TableName"] = table, ["Item"] = item });
        }

        await cloud.ExpireAsync(DateTimeOffset.FromUnixTimeSeconds(2000));
        Assert.Null(await NumberAsync(cloud, table, "soon"));
        Assert.Equal("3000", await NumberAsync(cloud, table, "late"));
    }

    [Fact]
    public async Task Code_is_downloaded_by_a_URL_for_GET_that_expires()
    {
        var cloud = await account.StartAsync();
        var zip = Layout.Zip(("index.js", "exports.handler = () => 1"));
        await cloud.CreateFunctionAsync("downloaded", zip, await cloud.CreateRoleAsync("downloaded-role"));
        var url = await LocationAsync(cloud, "downloaded");
        using var http = new HttpClient();
        Assert.Equal(zip, await http.GetByteArrayAsync(new Uri(url), Stop));
        using var part = new HttpRequestMessage(HttpMethod.Get, url);
        part.Headers.Range = new(2, 5);
        using var answer = await http.SendAsync(part, Stop);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(zip[2..6], await answer.Content.ReadAsByteArrayAsync(Stop));
        using var head = new HttpRequestMessage(HttpMethod.Head, url);
        Assert.Equal(HttpStatusCode.Forbidden, (await http.SendAsync(head, Stop)).StatusCode);
        using var old = await http.GetAsync(new Uri(url.Replace("Expires=600", "Expires=-1", StringComparison.Ordinal)), Stop);
        Assert.Equal(HttpStatusCode.Forbidden, old.StatusCode);

        await cloud.UpdateCodeAsync("downloaded", Echo.Zip);
        Assert.Equal(Echo.Zip, await http.GetByteArrayAsync(new Uri(await LocationAsync(cloud, "downloaded")), Stop));
    }

    [Fact]
    public async Task A_layer_can_be_downloaded_by_the_ARN_of_its_version()
    {
        var cloud = await account.StartAsync();
        var zip = Layout.Zip(("python/tool.py", "x = 1"));
        var made = await cloud.Aws.RestAsync("lambda", HttpMethod.Post, "/2018-10-31/layers/tools/versions", new() { ["Content"] = new JsonObject { ["ZipFile"] = Convert.ToBase64String(zip) } }, Stop);
        var found = await cloud.Aws.RestAsync("lambda", HttpMethod.Get, $"/2018-10-31/layers?find=LayerVersion&Arn={Uri.EscapeDataString(made["LayerVersionArn"]!.GetValue<string>())}", null, Stop);
        using var http = new HttpClient();
        Assert.Equal(zip, await http.GetByteArrayAsync(new Uri(found["Content"]!["Location"]!.GetValue<string>()), Stop));
    }

    [Fact]
    public async Task Only_AWS_speaks_as_AWS_on_the_event_bus()
    {
        var cloud = await account.StartAsync();
        JsonObject Entry(string source) => new() { ["Entries"] = new JsonArray(new JsonObject { ["Source"] = source, ["DetailType"] = "x", ["Detail"] = "{}" }) };
        var refused = await cloud.Aws.With("somebody").JsonAsync("events", "AWSEvents.PutEvents", Entry("aws.lambda"), stop: Stop);
        Assert.Equal("NotAuthorizedForSourceException", refused["Entries"]![0]!["ErrorCode"]!.GetValue<string>());
        var taken = await cloud.Aws.With("somebody").JsonAsync("events", "AWSEvents.PutEvents", Entry("my.app"), stop: Stop);
        Assert.NotNull(taken["Entries"]![0]!["EventId"]);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task An_event_reaches_a_queue_only_where_its_policy_lets_the_rule_in(bool isLetIn)
    {
        var cloud = await account.StartAsync();
        var name = isLetIn ? "let-in" : "kept-out";
        var url = await cloud.CreateQueueAsync(name);
        var rule = await cloud.Aws.JsonAsync("events", "AWSEvents.PutRule", new() { ["Name"] = name, ["EventPattern"] = $$"""{"source":["{{name}}"]}""" }, stop: Stop);
        await cloud.Aws.JsonAsync("events", "AWSEvents.PutRule", new() { ["Name"] = name + "-hourly", ["ScheduleExpression"] = "rate(1 hour)" }, stop: Stop);
        foreach (var target in new[] { name, name + "-hourly" })
            await cloud.Aws.JsonAsync("events", "AWSEvents.PutTargets", new() { ["Rule"] = target, ["Targets"] = new JsonArray(new JsonObject { ["Id"] = "queue", ["Arn"] = cloud.QueueArn(name) }) }, stop: Stop);
        var source = isLetIn ? rule["RuleArn"]!.GetValue<string>() : "arn:aws:events:eu-central-1:123456789012:rule/another";
        await cloud.Aws.JsonAsync("sqs", "AmazonSQS.SetQueueAttributes", new()
        {
            ["QueueUrl"] = url,
            ["Attributes"] = new JsonObject { ["Policy"] = $$$$"""{"Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},"Action":"sqs:SendMessage","Resource":"{{{{cloud.QueueArn(name)}}}}","Condition":{"ArnEquals":{"aws:SourceArn":"{{{{source}}}}"}}}]}""" },
        }, stop: Stop);
        await cloud.PutEventAsync(new JsonObject { ["id"] = "5f2c0c1e-0000-4000-8000-00000000ffff", ["source"] = name, ["detail-type"] = "x", ["detail"] = new JsonObject() });
        var bodies = await cloud.PeekAsync(url);
        Assert.Equal(isLetIn ? 1 : 0, bodies.Count);
        if (!isLetIn) return;
        var body = JsonNode.Parse(bodies[0])!;
        Assert.Equal(("123456789012", "5f2c0c1e-0000-4000-8000-00000000ffff"), (body["account"]!.GetValue<string>(), body["id"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_FIFO_queue_forgets_a_deduplication_id_after_five_minutes_and_takes_no_delay()
    {
        var cloud = await account.StartAsync();
        var url = await cloud.CreateQueueAsync("once.fifo", new() { ["FifoQueue"] = "true", ["DeduplicationScope"] = "messageGroup", ["FifoThroughputLimit"] = "perMessageGroupId" });
        JsonObject More(string group) => new() { ["MessageGroupId"] = group, ["MessageDeduplicationId"] = "same" };
        await cloud.SendAsync(url, "1", More("a"));
        await cloud.SendAsync(url, "2", More("a"));
        await cloud.SendAsync(url, "3", More("b"));
        Assert.Equal(["1", "3"], (await cloud.PeekAsync(url)).Order(StringComparer.Ordinal));
        await cloud.Aws.JsonAsync("sqs", "AmazonSQS.PurgeQueue", new() { ["QueueUrl"] = url }, stop: Stop);
        await cloud.SendAsync(url, "4", More("a"));
        Assert.Empty(await cloud.PeekAsync(url));
        await cloud.AdvanceAsync(TimeSpan.FromMinutes(6));
        await cloud.SendAsync(url, "5", More("a"));
        Assert.Equal(["5"], await cloud.PeekAsync(url));
        var delayed = More("a");
        delayed["DelaySeconds"] = 5;
        Assert.Equal("InvalidParameterValue", (await Assert.ThrowsAsync<AwsException>(() => cloud.SendAsync(url, "6", delayed))).Code);
    }

    [Fact]
    public async Task Requests_are_recorded_as_a_policy_would_name_them()
    {
        var cloud = await account.StartAsync();
        var role = await cloud.CreateRoleAsync("recorded-role");
        var session = await cloud.Aws.QueryAsync("sts", "AssumeRole", "2011-06-15", [new("RoleArn", role), new("RoleSessionName", "test")], Stop);
        var caller = cloud.Aws.With(session.Descendants("AccessKeyId").First().Value);
        await cloud.CreateFunctionAsync("recorded", Layout.Zip(("a", "b")), role);
        var table = await TableAsync(cloud, "recorded");
        await cloud.Aws.CreateBucketAsync("recorded", Stop);
        var url = await cloud.CreateQueueAsync("recorded");

        await caller.RestAsync("lambda", HttpMethod.Get, "/2015-03-31/functions/recorded", null, Stop);
        await caller.RestAsync("lambda", HttpMethod.Get, "/2015-03-31/event-source-mappings?FunctionName=recorded", null, Stop);
        await caller.JsonAsync("sqs", "AmazonSQS.SendMessageBatch", new() { ["QueueUrl"] = url, ["Entries"] = new JsonArray(new JsonObject { ["Id"] = "a", ["MessageBody"] = "b" }) }, stop: Stop);
        await caller.PutObjectAsync("recorded", "some/key", [1], Stop);
        await caller.JsonAsync("dynamodb", "DynamoDB_20120810.TransactWriteItems", new() { ["TransactItems"] = new JsonArray(new JsonObject { ["Put"] = new JsonObject { ["TableName"] = table, ["Item"] = Key("a") } }) }, stop: Stop);
        await caller.QueryAsync("iam", "GetRole", "2010-05-08", [new("RoleName", "recorded-role")], Stop);
        await ImportAsync(caller, Finding("recorded"));
        await Assert.ThrowsAsync<AwsException>(() => caller.RestAsync("lambda", HttpMethod.Get, "/2015-03-31/functions/absent", null, Stop));

        var calls = cloud.Calls().Where(c => c.Caller == role).ToList();
        Assert.Equal(
            [
                "lambda:GetFunction arn:aws:lambda:eu-central-1:123456789012:function:recorded",
                "lambda:ListTags arn:aws:lambda:eu-central-1:123456789012:function:recorded",
                "lambda:ListEventSourceMappings *",
                "sqs:SendMessage arn:aws:sqs:eu-central-1:123456789012:recorded",
                "s3:PutObject arn:aws:s3:::recorded/some/key",
                "dynamodb:PutItem arn:aws:dynamodb:eu-central-1:123456789012:table/recorded",
                $"iam:GetRole {role}",
                "securityhub:BatchImportFindings arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default",
                "lambda:GetFunction arn:aws:lambda:eu-central-1:123456789012:function:absent",
            ],
            calls.SelectMany(static c => c.Grants).Select(static g => $"{g.Action} {g.Resource}"));
        Assert.Equal(["GetFunction", "ListEventSourceMappings", "SendMessageBatch", "PutObject", "TransactWriteItems", "GetRole", "BatchImportFindings", "GetFunction"], calls.Select(static c => c.Operation));
        Assert.Equal(404, calls[^1].Status);
    }

    [Fact]
    public async Task A_fault_hits_the_call_that_it_was_asked_for_and_no_other()
    {
        var cloud = await account.StartAsync();
        var url = await cloud.CreateQueueAsync("faulty");
        var caller = cloud.Aws.With("faulty-caller");
        JsonObject Message(string body) => new() { ["QueueUrl"] = url, ["MessageBody"] = body };
        await cloud.FaultsAsync(new Fault { Service = "sqs", Operation = "write", Caller = "faulty", After = 1, Code = "AccessDenied", Status = 403 });
        await caller.JsonAsync("sqs", "AmazonSQS.SendMessage", Message("1"), stop: Stop);
        await cloud.SendAsync(url, "ours");
        Assert.Equal("AccessDenied", (await Assert.ThrowsAsync<AwsException>(() => caller.JsonAsync("sqs", "AmazonSQS.SendMessage", Message("2"), stop: Stop))).Code);
        await caller.JsonAsync("sqs", "AmazonSQS.SendMessage", Message("3"), stop: Stop);
        Assert.Equal(["1", "3", "ours"], (await cloud.PeekAsync(url)).Order(StringComparer.Ordinal));
    }

    private static async Task<string> TableAsync(EmulatedCloud cloud, string name)
    {
        await DynamoAsync(cloud, "CreateTable", new()
        {
            ["TableName"] = name,
            ["BillingMode"] = "PAY_PER_REQUEST",
            ["KeySchema"] = new JsonArray(new JsonObject { ["AttributeName"] = "PK", ["KeyType"] = "HASH" }),
            ["AttributeDefinitions"] = new JsonArray(new JsonObject { ["AttributeName"] = "PK", ["AttributeType"] = "S" }),
        });
        return name;
    }

    private static async Task<string?> NumberAsync(EmulatedCloud cloud, string table, string key) =>
        (await DynamoAsync(cloud, "GetItem", new() { ["TableName"] = table, ["Key"] = Key(key) }))["Item"]?["n"]?["N"]?.GetValue<string>();

    private static Task<JsonObject> DynamoAsync(EmulatedCloud cloud, string operation, JsonObject input) => cloud.Aws.JsonAsync("dynamodb", "DynamoDB_20120810." + operation, input, stop: Stop);

    private static async Task<string> LocationAsync(EmulatedCloud cloud, string function) =>
        (await cloud.Aws.RestAsync("lambda", HttpMethod.Get, $"/2015-03-31/functions/{function}", null, Stop))["Code"]!["Location"]!.GetValue<string>();

    private static Task<JsonObject> ImportAsync(EmulatedCloud cloud, params JsonObject[] findings) => ImportAsync(cloud.Aws, findings);

    private static Task<JsonObject> ImportAsync(AwsCaller caller, params JsonObject[] findings) =>
        caller.RestAsync("securityhub", HttpMethod.Post, "/findings/import", new() { ["Findings"] = new JsonArray([.. findings]) }, Stop);

    private static JsonObject Key(string key) => new() { ["PK"] = new JsonObject { ["S"] = key } };

    private static string Id(string name) => $"arn:aws:lambda:eu-central-1:123456789012:function:{name}/x";

    private static JsonObject Identifier(string name) => new() { ["Id"] = Id(name), ["ProductArn"] = Finding(name)["ProductArn"]!.DeepClone() };

    private static JsonObject ById(string name) => new() { ["Id"] = new JsonArray(new JsonObject { ["Value"] = Id(name), ["Comparison"] = "EQUALS" }) };

    private static JsonObject Finding(string name) => new()
    {
        ["SchemaVersion"] = "2018-10-08",
        ["Id"] = Id(name),
        ["ProductArn"] = "arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default",
        ["GeneratorId"] = "test/1",
        ["AwsAccountId"] = "123456789012",
        ["CreatedAt"] = "2026-11-02T09:14:07Z",
        ["UpdatedAt"] = "2026-11-02T09:14:07Z",
        ["Title"] = "A title",
        ["Description"] = "A description",
        ["FindingProviderFields"] = new JsonObject { ["Severity"] = new JsonObject { ["Label"] = "HIGH" }, ["Types"] = new JsonArray("Software and Configuration Checks") },
        ["Resources"] = new JsonArray(new JsonObject { ["Type"] = "AwsLambdaFunction", ["Id"] = "arn:aws:lambda:eu-central-1:123456789012:function:x" }),
    };
}
