using Amazon.Runtime;
using ServerlessSec.Aws;
using ServerlessSec.Functions;
using ServerlessSec.Functions.Runtime;

// One binary for all functions: Lambda passes the handler's name. What fails before the first event is an init error.
var name = Environment.GetEnvironmentVariable("_HANDLER") ?? "";
var settings = new Settings(Environment.GetEnvironmentVariable);
var log = new Log(Console.OpenStandardOutput(), settings.LogLevel, name, TimeProvider.System);
using var api = new RuntimeApi(Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") ?? throw new InvalidOperationException("this program runs in Lambda: AWS_LAMBDA_RUNTIME_API is not set"));
using var aws = new AwsAccess(static () => new EnvironmentVariablesAWSCredentials());
using var composition = new Composition(aws, settings, log, TimeProvider.System);
return await new RuntimeLoop(api, log, TimeProvider.System).RunAsync(Make, CancellationToken.None).ConfigureAwait(false);

// One word names a function everywhere: file, class, handler, logical id.
Handler Make() => name switch
{
    nameof(ReceiveDeployment) => composition.ReceiveDeploymentHandler(),
    nameof(ScanPosture) => composition.ScanPostureHandler(),
    nameof(ScanPackage) => composition.ScanPackageHandler(),
    nameof(ScanApplication) => composition.ScanApplicationHandler(),
    nameof(PublishFindings) => composition.PublishFindingsHandler(),
    nameof(RefreshAdvisories) => composition.RefreshAdvisoriesHandler(),
    nameof(SweepAccount) => composition.SweepAccountHandler(),
    _ => throw new InvalidOperationException($"'{name}' is no function of this program"),
};
