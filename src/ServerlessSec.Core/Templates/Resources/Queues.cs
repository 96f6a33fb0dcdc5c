using System.Text.Json;
using ServerlessSec.Snapshots;
using ServerlessSec.Templates.Trees;

namespace ServerlessSec.Templates.Resources;

/// <summary>Where queues send what nobody could handle.</summary>
internal static class Queues
{
    public static void Read(Draft draft)
    {
        foreach (var queue in draft.Template.OfType("AWS::SQS::Queue"))
        {
            var target = DeadLetterTarget(queue.Properties["RedrivePolicy"]);
            if (target.IsKnown)
            {
                draft.Deliveries.Add(new()
                {
                    Kind = TriggerKind.Sqs,
                    From = draft.Template.Names.Of(queue).Arn,
                    To = target.Value!,
                    Location = target.Location,
                });
            }
        }
    }

    /// <summary>From a redrive policy, which may be a mapping or JSON text.</summary>
    public static Setting<string> DeadLetterTarget(Item redrive)
    {
        if (redrive.IsAbsent || redrive.IsMapping) return redrive["deadLetterTargetArn"].Name();
        if (redrive.IsUnknown || redrive.Text is not { } text) return Setting.Unknown<string>(redrive.Location);
        try
        {
            using var document = JsonText.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("deadLetterTargetArn", out var arn)
                && arn.ValueKind == JsonValueKind.String
                ? Setting.Known(arn.GetString()!, redrive.Location)
                : Setting.Unknown<string>(redrive.Location);
        }
        catch (Exception unread) when (unread is JsonException or FormatException)
        {
            return Setting.Unknown<string>(redrive.Location);
        }
    }
}
