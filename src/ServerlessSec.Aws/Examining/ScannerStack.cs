using System.Collections.Immutable;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients;
using ServerlessSec.Aws.Collecting;

namespace ServerlessSec.Aws.Examining;

/// <summary>The CloudFormation stack of a deployed scanner.</summary>
public sealed class ScannerStack
{
    private readonly CloudFormationClient client;

    internal ScannerStack(string name, CloudFormationClient client) => (Name, this.client) = (name, client);

    public string Name { get; }

    /// <summary>Null where there is no such stack.</summary>
    /// <exception cref="AwsAccessException">AWS does not say.</exception>
    public async Task<StackDescription?> DescribeAsync(CancellationToken stop)
    {
        try
        {
            return await client.FindStackAsync(Name, stop).ConfigureAwait(false);
        }
        catch (AmazonServiceException denied) when (Attempt.IsDenied(denied))
        {
            throw new AwsAccessException($"cloudformation:DescribeStacks on the stack '{Name}' was refused ({denied.ErrorCode})", "Ask for the permission (docs/operations.md, Asking the scanner).", denied);
        }
        catch (Exception refused) when (AwsAccessException.Explains(refused))
        {
            throw AwsAccessException.Of(refused);
        }
    }

    /// <summary>Physical ids by logical id.</summary>
    internal async Task<ImmutableDictionary<string, string>> ResourcesAsync(CancellationToken stop) =>
        (await client.ListStackResourcesAsync(Name, stop).ToListAsync(stop).ConfigureAwait(false)).ToImmutableDictionary();
}
