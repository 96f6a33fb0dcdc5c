using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.RuntimeDependencies;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SQS;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Publishing;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws;

/// <summary>
/// The one place that makes clients, and knows account and Region. Credentials, Region and endpoints come as with any
/// program on the SDK: environment, profile, container or instance; <c>AWS_ENDPOINT_URL</c> is honoured.
/// </summary>
public sealed class AwsAccess : IDisposable
{
    private readonly Action<ClientConfig> configure;
    private readonly Lazy<AWSCredentials> credentials;
    private readonly Lazy<AmazonDynamoDBClient> dynamoDb;
    private readonly Lazy<AmazonS3Client> s3;
    private readonly Lazy<AmazonSQSClient> sqs;
    private readonly Lazy<LogsClient> logs;
    private readonly Lazy<IamClient> iam;
    private readonly Lazy<EcrClient> ecr;
    private readonly List<IDisposable> made = [];

    /// <summary>With the credentials that the SDK finds.</summary>
    /// <param name="configure">Changes each client's configuration, in tests.</param>
    public AwsAccess(Action<ClientConfig>? configure = null)
        : this(FindCredentials, configure)
    {
    }

    /// <param name="credentials">Asked for once. Lambda's stand in the environment; a program that looks nowhere else does
    /// not carry profiles, single sign-on and the rest of the SDK's chain.</param>
    /// <param name="configure">Changes each client's configuration, in tests.</param>
    public AwsAccess(Func<AWSCredentials> credentials, Action<ClientConfig>? configure = null)
    {
        this.configure = configure ?? (static _ => { });
        this.credentials = new(credentials);
        dynamoDb = new(() => Keep(new AmazonDynamoDBClient(this.credentials.Value, Configured(new AmazonDynamoDBConfig()))));
        s3 = new(() => Keep(new AmazonS3Client(this.credentials.Value, Configured(new AmazonS3Config { ForcePathStyle = HasOwnEndpoint }))));
        sqs = new(() => Keep(new AmazonSQSClient(this.credentials.Value, Configured(new AmazonSQSConfig()))));
        logs = new(() => Keep(new LogsClient(this.credentials.Value, this.configure)));
        iam = new(() => Keep(new IamClient(this.credentials.Value, this.configure)));
        ecr = new(() => Keep(new EcrClient(this.credentials.Value, this.configure)));
    }

    public static string Region => (FallbackRegionFactory.GetRegionEndpoint() ?? throw new InvalidOperationException("no Region is named: set AWS_REGION, or one in the profile")).SystemName;

    public static string Partition => RegionEndpoint.GetBySystemName(Region).PartitionName;

    public IAmazonDynamoDB DynamoDb => dynamoDb.Value;

    public IAmazonS3 S3 => s3.Value;

    public IAmazonSQS Sqs => sqs.Value;

    /// <summary>The account and Region that the credentials are of, asked of AWS.</summary>
    public async Task<Owner> ApplicationAsync(CancellationToken stop)
    {
        using var sts = new AmazonSecurityTokenServiceClient(credentials.Value, Configured(new AmazonSecurityTokenServiceConfig()));
        var identity = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), stop).ConfigureAwait(false);
        return Owner.Of(Partition, Region, identity.Account);
    }

    /// <summary>Live functions; calls to Lambda's control plane keep to a rate, and those for bulk work to half of it.</summary>
    public IFunctionSource Functions(StateTable table, double callsPerSecond) =>
        new LiveFunctions(Lambda(ApiPace.Of(table, callsPerSecond, isBulk: false)), Lambda(ApiPace.Of(table, callsPerSecond, isBulk: true)), logs.Value, iam.Value);

    /// <summary>Packages of live functions.</summary>
    /// <param name="table">Holds the budget of calls.</param>
    /// <param name="callsPerSecond">To Lambda's control plane.</param>
    /// <param name="http">For presigned addresses.</param>
    /// <param name="folder">For what is being read.</param>
    /// <param name="limits">Of one package.</param>
    /// <param name="isBulk">For bulk work.</param>
    public IPackageSource Packages(StateTable table, double callsPerSecond, HttpClient http, string folder, ScanLimits limits, bool isBulk) =>
        new LivePackageSource(Lambda(ApiPace.Of(table, callsPerSecond, isBulk)), ecr.Value, http, folder, limits);

    /// <summary>Its calls are few, and one after the other: in line with those of many bulk scans they would take hours.</summary>
    public AccountSweep Sweep(StateTable table, double callsPerSecond, IFindingStore findings, IFactsStore facts, IBulkStore bulk, TimeProvider time) =>
        new(Lambda(ApiPace.Of(table, callsPerSecond, isBulk: false)), iam.Value, findings, facts, bulk, time);

    /// <summary>Functions and packages for a person at a terminal, who is not held to a budget.</summary>
    public (IFunctionSource Functions, IPackageSource Packages) Terminal(HttpClient http, string folder, ScanLimits limits)
    {
        var lambda = Lambda();
        return (new LiveFunctions(lambda, lambda, logs.Value, iam.Value), new LivePackageSource(lambda, ecr.Value, http, folder, limits));
    }

    public SecurityHubPublisher Publisher(TimeProvider time) => Keep(new SecurityHubPublisher(credentials.Value, configure, time));

    public void Dispose()
    {
        foreach (var client in made) client.Dispose();
    }

    private static AWSCredentials FindCredentials()
    {
        // A profile may ask for a role; without this the SDK would look for its STS client by reflection.
        GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(
            static context => new AmazonSecurityTokenServiceClient(context.SecurityTokenServiceClientContextData.Region));
        return DefaultAWSCredentialsIdentityResolver.GetCredentials();
    }

    private static bool HasOwnEndpoint =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3"));

    private LambdaClient Lambda(ApiPace? pace = null) => Keep(new LambdaClient(credentials.Value, configure, pace is null ? null : pace.TakeAsync));

    private T Configured<T>(T config)
        where T : ClientConfig
    {
        // The standard mode's three attempts 50 ms apart are little against a storm of 5xx answers.
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = 5;
        configure(config);
        return config;
    }

    private T Keep<T>(T client)
        where T : IDisposable
    {
        made.Add(client);
        return client;
    }
}
