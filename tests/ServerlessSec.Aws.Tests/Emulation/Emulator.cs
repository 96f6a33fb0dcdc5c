using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Emulation;
using ServerlessSec.Aws.Storing;
using ServerlessSec.Shared;

[assembly: AssemblyFixture(typeof(Emulator))]

namespace ServerlessSec.Aws.Emulation;

/// <summary>One AWS emulator for the whole assembly, started on loopback by the first test that needs it, stopped at the end.</summary>
public sealed class Emulator : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1);
    private Process? process;
    private Task<Uri>? started;
    private int tables;

    /// <summary>Anything will do for the emulator.</summary>
    public static BasicAWSCredentials Credentials { get; } = new("testing", "testing");

    public Task<Uri> AddressAsync()
    {
        var program = Requires.Emulator();
        lock (gate) return started ??= StartAsync(program);
    }

    /// <summary>
    /// Tests take turns: the emulator answers some requests, transactions among them, wrongly when it has to do several at once.
    /// </summary>
    public async Task<IDisposable> TurnAsync()
    {
        await one.WaitAsync(TestContext.Current.CancellationToken);
        return new Turn(one);
    }

    /// <summary>A new table, keyed and indexed as the deployed one.</summary>
    internal async Task<(StateTable Table, string Name, AmazonDynamoDBClient Client)> TableAsync(TimeProvider time, Uri? through = null)
    {
        var address = await AddressAsync();
        var name = $"state-{Interlocked.Increment(ref tables)}";
        using (var direct = DynamoDb(address)) await direct.CreateTableAsync(TableDefinition.Of(name));
        var client = DynamoDb(through ?? address);
        return (new StateTable(client, name, time), name, client);
    }

    public static AmazonDynamoDBClient DynamoDb(Uri address) =>
        new(Credentials, new AmazonDynamoDBConfig { ServiceURL = address.ToString(), AuthenticationRegion = "eu-central-1", RetryMode = RequestRetryMode.Standard, MaxErrorRetry = 5 });

    public static AmazonS3Client S3(Uri address) =>
        new(Credentials, new AmazonS3Config { ServiceURL = address.ToString(), AuthenticationRegion = "eu-central-1", ForcePathStyle = true });

    internal static SecurityHubClient SecurityHub(Uri address) => new(Credentials, config =>
    {
        config.ServiceURL = address.ToString();
        config.AuthenticationRegion = "eu-central-1";
    });

    public async ValueTask DisposeAsync()
    {
        one.Dispose();
        if (process is null) return;
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.Dispose();
    }

    private async Task<Uri> StartAsync(string program)
    {
        var port = FreePort();
        var ready = new TaskCompletionSource();
        process = new Process
        {
            StartInfo = new(program, ["-H", "127.0.0.1", "-p", $"{port}"]) { RedirectStandardError = true, RedirectStandardOutput = true },
            EnableRaisingEvents = true,
        };
        process.ErrorDataReceived += Read;
        process.OutputDataReceived += Read;
        process.Exited += (_, _) => ready.TrySetException(new InvalidOperationException($"'{program}' ended before it answered"));
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await ready.Task.WaitAsync(Patience);
        return new($"http://127.0.0.1:{port}");

        void Read(object _, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains("Running on", StringComparison.Ordinal) == true) ready.TrySetResult();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private sealed class Turn(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}

/// <summary>The state table as the template defines it.</summary>
internal static class TableDefinition
{
    public static CreateTableRequest Of(string name) => new()
    {
        TableName = name,
        BillingMode = BillingMode.PAY_PER_REQUEST,
        KeySchema = [new(RowKey.PartitionName, KeyType.HASH), new(RowKey.SortName, KeyType.RANGE)],
        AttributeDefinitions =
        [
            new(RowKey.PartitionName, ScalarAttributeType.S),
            new(RowKey.SortName, ScalarAttributeType.S),
            .. TableIndex.All.SelectMany(static i => new[] { i.PartitionName, i.SortName }).Select(static a => new AttributeDefinition(a, ScalarAttributeType.S)),
        ],
        GlobalSecondaryIndexes =
        [
            .. TableIndex.All.Select(static i => new GlobalSecondaryIndex
            {
                IndexName = i.Name,
                KeySchema = [new(i.PartitionName, KeyType.HASH), new(i.SortName, KeyType.RANGE)],
                Projection = new() { ProjectionType = ProjectionType.KEYS_ONLY },
            }),
        ],
        StreamSpecification = new() { StreamEnabled = true, StreamViewType = StreamViewType.NEW_IMAGE },
    };
}
