using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Amazon.Runtime.Credentials;
using Amazon.RuntimeDependencies;
using Amazon.S3;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Amazon.SQS;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Clients.Wire;
using ServerlessSec.Aws.Collecting;
using ServerlessSec.Aws.Examining;
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
    private readonly Lazy<RegionEndpoint?> region;
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
        : this(static () => FindCredentials(null), configure)
    {
    }

    /// <summary>As a person says it; what is not said is found by the SDK.</summary>
    /// <param name="profile">Of the shared configuration files, instead of the environment's.</param>
    /// <param name="region">Instead of the environment's or the profile's.</param>
    /// <param name="configure">Changes each client's configuration, in tests.</param>
    public AwsAccess(string? profile, string? region, Action<ClientConfig>? configure = null)
        : this(() => FindCredentials(profile), () => FindRegion(profile, region), config =>
        {
            if (profile is not null || region is not null) config.RegionEndpoint = FindRegion(profile, region);
            configure?.Invoke(config);
        })
    {
    }

    /// <param name="credentials">Asked for once. Lambda's stand in the environment; a program that looks nowhere else does
    /// not carry profiles, single sign-on and the rest of the SDK's chain.</param>
    /// <param name="configure">Changes each client's configuration, in tests.</param>
    public AwsAccess(Func<AWSCredentials> credentials, Action<ClientConfig>? configure = null)
        : this(credentials, FallbackRegionFactory.GetRegionEndpoint, configure)
    {
    }

    private AwsAccess(Func<AWSCredentials> credentials, Func<RegionEndpoint?> region, Action<ClientConfig>? configure)
    {
        this.configure = configure ?? (static _ => { });
        this.credentials = new(credentials);
        this.region = new(region);
        dynamoDb = new(() => Keep(new AmazonDynamoDBClient(this.credentials.Value, Configured(new AmazonDynamoDBConfig()))));
        s3 = new(() => Keep(new AmazonS3Client(this.credentials.Value, Configured(new AmazonS3Config { ForcePathStyle = HasOwnEndpoint }))));
        sqs = new(() => Keep(new AmazonSQSClient(this.credentials.Value, Configured(new AmazonSQSConfig()))));
        logs = new(() => Keep(new LogsClient(this.credentials.Value, this.configure)));
        iam = new(() => Keep(new IamClient(this.credentials.Value, this.configure)));
        ecr = new(() => Keep(new EcrClient(this.credentials.Value, this.configure)));
    }

    /// <exception cref="AwsAccessException">None is named.</exception>
    public string Region => Endpoint.SystemName;

    public string Partition => Endpoint.PartitionName;

    public IAmazonDynamoDB DynamoDb => dynamoDb.Value;

    public IAmazonS3 S3 => s3.Value;

    public IAmazonSQS Sqs => sqs.Value;

    /// <summary>The account and Region that the credentials are of, asked of AWS; whoever has credentials may ask.</summary>
    /// <exception cref="AwsAccessException">AWS cannot be reached in this way.</exception>
    public async Task<Owner> ApplicationAsync(CancellationToken stop)
    {
        _ = Endpoint;
        try
        {
            using var sts = new AmazonSecurityTokenServiceClient(credentials.Value, Configured(new AmazonSecurityTokenServiceConfig()));
            var identity = await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), stop).ConfigureAwait(false);
            return Owner.Of(Partition, Region, identity.Account);
        }
        catch (Exception refused) when (AwsAccessException.Explains(refused))
        {
            throw AwsAccessException.Of(refused);
        }
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
        new LivePackageSource(Lambda(ApiPace.Of(table, callsPerSecond, isBulk)), ecr.Value, new(S3, TimeProvider.System), http, folder, limits);

    /// <summary>Its calls are few, and one after the other: in line with those of many bulk scans they would take hours.</summary>
    public AccountSweep Sweep(StateTable table, double callsPerSecond, IFindingStore findings, IFactsStore facts, IBulkStore bulk, TimeProvider time) =>
        new(Lambda(ApiPace.Of(table, callsPerSecond, isBulk: false)), iam.Value, findings, facts, bulk, time);

    /// <summary>Functions and packages for a person at a terminal: held to a rate by this process alone, because there is no table.</summary>
    /// <param name="application">The account and Region.</param>
    /// <param name="http">For presigned addresses.</param>
    /// <param name="folder">For what is being read.</param>
    /// <param name="limits">Of one package.</param>
    /// <param name="time">By which calls take turns.</param>
    public (LiveAccount Account, IPackageSource Packages) Terminal(Owner application, HttpClient http, string folder, ScanLimits limits, TimeProvider time)
    {
        var lambda = Keep(new LambdaClient(credentials.Value, configure, new LocalPace(TerminalCallsPerSecond, burst: 10, time).TakeAsync));
        return (new LiveAccount(application, lambda, logs.Value, iam.Value), new UnrepeatedPackages(new LivePackageSource(lambda, ecr.Value, new(S3, time), http, folder, limits), limits));
    }

    /// <summary>The deployed scanner's stack, for those who look at it from outside.</summary>
    public ScannerStack Stack(string name) => new(name, Keep(new CloudFormationClient(credentials.Value, configure)));

    /// <summary>Examines a deployed scanner.</summary>
    public StackExamination Examination(ScannerStack stack, Owner application, TimeProvider time) => new(
        stack,
        application,
        new(Keep(new EventsClient(credentials.Value, configure)), Keep(new EventsClient(credentials.Value, config => ConfigureIn(config, WireEndpoints.GlobalRegion(application.Partition)))), Keep(new CloudTrailClient(credentials.Value, configure)), Keep(new SecurityHubClient(credentials.Value, configure)), iam.Value, DynamoDb, Sqs),
        time);

    private void ConfigureIn(ClientConfig config, string? elsewhere)
    {
        configure(config);
        if (elsewhere is null) return;
        if (HasOwnEndpoint) config.AuthenticationRegion = elsewhere;
        else config.RegionEndpoint = RegionEndpoint.GetBySystemName(elsewhere);
    }

    public SecurityHubPublisher Publisher(TimeProvider time) => Keep(new SecurityHubPublisher(credentials.Value, configure, time));

    public void Dispose()
    {
        foreach (var client in made) client.Dispose();
    }

    /// <summary>Of the 15 that Lambda's control plane gives the whole account; deployments, and a deployed scanner's 5, go on beside.</summary>
    private const double TerminalCallsPerSecond = 8;

    private RegionEndpoint Endpoint => region.Value ?? throw AwsAccessException.NoRegion();

    private static AWSCredentials FindCredentials(string? profile)
    {
        // A profile may ask for a role; without this the SDK would look for its STS client by reflection.
        GlobalRuntimeDependencyRegistry.Instance.RegisterSecurityTokenServiceClient(
            static context => new AmazonSecurityTokenServiceClient(context.SecurityTokenServiceClientContextData.Region));
        return profile is null ? DefaultAWSCredentialsIdentityResolver.GetCredentials() : Profile(profile).GetAWSCredentials(new CredentialProfileStoreChain());
    }

    private static RegionEndpoint? FindRegion(string? profile, string? region) =>
        region is { Length: > 0 } ? RegionEndpoint.GetBySystemName(region)
        : (profile is null ? null : Profile(profile).Region) ?? FallbackRegionFactory.GetRegionEndpoint();

    private static CredentialProfile Profile(string name) =>
        new CredentialProfileStoreChain().TryGetProfile(name, out var profile) ? profile : throw AwsAccessException.NoProfile(name);

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
