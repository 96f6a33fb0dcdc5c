namespace ServerlessSec.Templates.Resources;

/// <summary>AWS::Lambda::EventInvokeConfig: what becomes of asynchronous calls, standing outside of the function.</summary>
internal static class InvokeConfigs
{
    public static void Read(Draft draft)
    {
        foreach (var resource in draft.Template.OfType("AWS::Lambda::EventInvokeConfig"))
        {
            var properties = resource.Properties;
            if (draft.Function(properties["FunctionName"].Text) is not { } function) continue;
            var destinations = properties["DestinationConfig"];
            function.Configuration = function.Configuration with
            {
                OnFailure = destinations["OnFailure"]["Destination"].Name(),
                OnSuccess = destinations["OnSuccess"]["Destination"].Name(),
                MaximumRetryAttempts = properties["MaximumRetryAttempts"].Number(),
            };
        }
    }
}
