using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Amazon.Runtime;
using ServerlessSec.Aws.Clients.Wire;

namespace ServerlessSec.Aws.Clients;

/// <summary>The CloudFormation operations by which a deployed scanner is found (https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/).</summary>
internal sealed class CloudFormationClient(AWSCredentials credentials, Action<ClientConfig> configure) : WireClient(Service, credentials, configure)
{
    private static readonly WireService Service = new("CloudFormation", "cloudformation", "cloudformation", "2010-05-15");

    /// <summary>The stack of that name, or null.</summary>
    public async Task<StackDescription?> FindStackAsync(string name, CancellationToken stop)
    {
        try
        {
            var answer = await QueryAsync("DescribeStacks", [new("StackName", name)], stop).ConfigureAwait(false);
            return answer.Element("Stacks")?.Element("member") is { } stack
                ? new(stack.Element("StackStatus")?.Value ?? "", Pairs(stack, "Parameters", "Parameter"), Pairs(stack, "Outputs", "Output"))
                : null;
        }
        catch (AmazonServiceException absent) when (absent.ErrorCode == "ValidationError" && absent.Message.Contains("does not exist", StringComparison.Ordinal))
        {
            return null;
        }
    }

    /// <summary>Logical and physical ids.</summary>
    public async IAsyncEnumerable<KeyValuePair<string, string>> ListStackResourcesAsync(string stack, [EnumeratorCancellation] CancellationToken stop)
    {
        string? token = null;
        do
        {
            var page = await QueryAsync("ListStackResources", [new("StackName", stack), new("NextToken", token)], stop).ConfigureAwait(false);
            foreach (var member in page.Element("StackResourceSummaries")?.Elements("member") ?? [])
            {
                if (member.Element("PhysicalResourceId")?.Value is { Length: > 0 } physical) yield return new(member.Element("LogicalResourceId")?.Value ?? "", physical);
            }

            token = page.Element("NextToken")?.Value;
        }
        while (!string.IsNullOrEmpty(token));
    }

    private static ImmutableSortedDictionary<string, string> Pairs(XElement stack, string list, string word)
    {
        var pairs = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in stack.Element(list)?.Elements("member") ?? [])
            pairs[member.Element(word + "Key")?.Value ?? ""] = member.Element(word + "Value")?.Value ?? "";
        return pairs.ToImmutable();
    }
}

/// <summary>A stack as CloudFormation describes it.</summary>
public sealed record StackDescription(string Status, ImmutableSortedDictionary<string, string> Parameters, ImmutableSortedDictionary<string, string> Outputs);
