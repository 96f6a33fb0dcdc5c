using System.Text.Json.Nodes;
using ServerlessSec.Emulation.Emulator;

namespace ServerlessSec.Emulation;

/// <summary>What happens in other Regions of the account.</summary>
public sealed partial class EmulatedCloud
{
    /// <summary>Deploys the same template into another Region, as the one that sends IAM's events to the scanner.</summary>
    public async Task DeployForwarderAsync(string region)
    {
        await new AwsCaller(http, region).QueryAsync("cloudformation", "CreateStack", "2010-05-15",
        [
            new("StackName", StackName),
            new("TemplateURL", $"https://s3.{Options.Region}.amazonaws.com/deployed-code/template.json"),
            new("Capabilities.member.1", "CAPABILITY_IAM"),
            new("Parameters.member.1.ParameterKey", "Mode"),
            new("Parameters.member.1.ParameterValue", "Forwarder"),
            new("Parameters.member.2.ParameterKey", "ScannerRegion"),
            new("Parameters.member.2.ParameterValue", Options.Region),
        ]).ConfigureAwait(false);
    }

    /// <summary>Calls AWS in another Region as the account's owner.</summary>
    public AwsCaller In(string region) => new(http, region);

    /// <summary>Puts an event on the bus of another Region as AWS would.</summary>
    public Task PutEventAsync(JsonObject @event, string region) => PutEventAsync(@event, new AwsCaller(http, region));
}
