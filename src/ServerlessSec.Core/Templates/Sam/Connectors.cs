using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Resolving;
using ServerlessSec.Templates.Resources;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Sam;

/// <summary>SAM connectors: what they let a function do, and whom they let call it.</summary>
internal sealed class Connectors(Draft draft, Policies policies)
{
    private const string ReadObjects =
        "s3:GetObject s3:GetObjectAcl s3:GetObjectLegalHold s3:GetObjectRetention s3:GetObjectTorrent "
            + "s3:GetObjectVersion s3:GetObjectVersionAcl s3:GetObjectVersionForReplication s3:GetObjectVersionTorrent "
            + "s3:ListBucket s3:ListBucketMultipartUploads s3:ListBucketVersions s3:ListMultipartUploadParts";

    private const string WriteObjects =
        "s3:AbortMultipartUpload s3:DeleteObject s3:DeleteObjectVersion s3:PutObject s3:PutObjectLegalHold "
            + "s3:PutObjectRetention s3:RestoreObject";

    private const string ReadItems =
        "dynamodb:GetItem dynamodb:Query dynamodb:Scan dynamodb:BatchGetItem dynamodb:ConditionCheckItem dynamodb:PartiQLSelect";

    private const string WriteItems =
        "dynamodb:PutItem dynamodb:UpdateItem dynamodb:DeleteItem dynamodb:BatchWriteItem "
            + "dynamodb:PartiQLDelete dynamodb:PartiQLInsert dynamodb:PartiQLUpdate";

    public void Read()
    {
        foreach (var resource in draft.Template.Resources)
        {
            if (resource.Type == "AWS::Serverless::Connector") Connect(resource.Id, resource.Properties["Source"], resource.Properties);
            if (!resource.Body.TryFind("Connectors", out _)) continue;
            var self = draft.Template.Part(resource, "Connectors");
            foreach (var connector in self.Entries)
                Connect(resource.Id + connector.Key, self.With(Nodes.Map(Nodes.Entry("Id", resource.Id))), connector["Properties"]);
        }
    }

    private void Connect(string id, Item source, Item properties)
    {
        var permissions = properties["Permissions"].Texts().ToHashSet(StringComparer.Ordinal);
        foreach (var destination in properties["Destination"].Elements)
            Connect(id, new End(draft, source), new End(draft, destination), permissions, properties.Location);
    }

    private void Connect(string id, End source, End destination, HashSet<string> permissions, SourceLocation location)
    {
        var statements = new List<Mapping>();
        if (permissions.Contains("Read")) statements.AddRange(Grants(source, destination, isWrite: false));
        if (permissions.Contains("Write")) statements.AddRange(Grants(source, destination, isWrite: true));
        var role = source.Function ?? destination.Function;
        if (statements.Count > 0) role?.AddedPolicies.Add(policies.Written(id + "Policy", location, [.. statements]));
        if (destination.Function is { } called && Caller(source) is var (principal, arn, account))
        {
            called.Grants.Add(new()
            {
                Sid = id + "Permission",
                Principal = principal,
                Action = "lambda:InvokeFunction",
                SourceArn = arn,
                SourceAccount = account,
                Location = location,
            });
        }
    }

    private IEnumerable<Mapping> Grants(End source, End destination, bool isWrite)
    {
        var arn = destination.Arn;
        if (source.Function is not null)
        {
            return (destination.Kind, isWrite) switch
            {
                ("Bucket", false) => [Policies.Allow(ReadObjects, arn, arn + "/*")],
                ("Bucket", true) => [Policies.Allow(WriteObjects, arn, arn + "/*")],
                ("Table", false) => [Policies.Allow(ReadItems, arn, arn + "/index/*")],
                ("Table", true) => [Policies.Allow(WriteItems, arn, arn + "/index/*")],
                ("Queue", false) => [Policies.Allow("sqs:ReceiveMessage sqs:GetQueueAttributes", arn)],
                ("Queue", true) => [Policies.Allow("sqs:DeleteMessage sqs:SendMessage sqs:ChangeMessageVisibility sqs:PurgeQueue", arn)],
                ("Topic", true) => [Policies.Allow("sns:Publish", arn)],
                ("Function", true) => [Policies.Allow("lambda:InvokeAsync lambda:InvokeFunction", arn)],
                ("EventBus", true) => [Policies.Allow("events:PutEvents", arn)],
                ("PlaceIndex", false) =>
                    [Policies.Allow(
                        "geo:DescribePlaceIndex geo:GetPlace geo:SearchPlaceIndexForPosition "
                            + "geo:SearchPlaceIndexForSuggestions geo:SearchPlaceIndexForText",
                        arn)],
                ("StateMachine", true) =>
                    [
                        Policies.Allow("states:StartExecution states:StartSyncExecution", arn),
                        Policies.Allow("states:StopExecution", Executions(destination)),
                    ],
                ("StateMachine", false) => [
                    Policies.Allow("states:DescribeStateMachine states:ListExecutions", arn),
                    Policies.Allow(
                        "states:DescribeExecution states:DescribeStateMachineForExecution states:GetExecutionHistory",
                        Executions(destination)),
                ],
                _ => [],
            };
        }

        return (destination.Function, source.Kind, isWrite) switch
        {
            (not null, "Queue", true) => [Policies.Allow("sqs:DeleteMessage", source.Arn)],
            (not null, "Queue", false) => [Policies.Allow("sqs:ReceiveMessage sqs:GetQueueAttributes", source.Arn)],
            (not null, "Table", false) =>
                [Policies.Allow(
                    "dynamodb:DescribeStream dynamodb:GetRecords dynamodb:GetShardIterator dynamodb:ListStreams",
                    source.Arn + "/stream/*")],
            _ => [],
        };
    }

    private string Executions(End machine) => draft.Template.Names.Arn("states", $"execution:{ArnText.LastPart(machine.Arn)}:*");

    private (string Principal, string Arn, string? Account)? Caller(End source) => source.Kind switch
    {
        "Rule" => ("events.amazonaws.com", source.Arn, null),
        "Topic" => ("sns.amazonaws.com", source.Arn, null),
        "Bucket" => ("s3.amazonaws.com", source.Arn, draft.Template.Resolver.Pseudo("AWS::AccountId")),
        "Api" or "RestApi" or "HttpApi" => (
            "apigateway.amazonaws.com",
            draft.Template.Names.Arn("execute-api", $"{source.Name}/{source.Qualifier ?? "*"}"),
            null),
        "GraphQLApi" => ("appsync.amazonaws.com", source.Arn, null),
        _ => null,
    };

    /// <summary>One end of a connector: a resource of the template, or one described by type and ARN.</summary>
    private sealed class End
    {
        public End(Draft draft, Item item)
        {
            var resource = draft.Template.ById(item["Id"].Text);
            var names = resource is null ? null : draft.Template.Names.Of(resource);
            Kind = (resource?.Type ?? item["Type"].Text ?? "").Split(':')[^1] switch
            {
                "SimpleTable" or "GlobalTable" => "Table",
                var kind => kind,
            };
            Arn = item["Arn"].Text ?? names?.Arn ?? Text.Hole(item.Path);
            Name = item["ResourceId"].Text ?? names?.Name ?? Text.Hole(item.Path);
            Qualifier = item["Qualifier"].Text;
            Function = Kind == "Function" ? draft.Function(resource is null ? Arn : names!.Name) : null;
        }

        public string Kind { get; }

        public string Arn { get; }

        public string Name { get; }

        public string? Qualifier { get; }

        public FunctionDraft? Function { get; }
    }
}
