using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Templates;

/// <summary>Short ways to read a template in a test.</summary>
internal static class Read
{
    public static ApplicationSnapshot Template(string text, params (string Name, string Value)[] parameters) =>
        TemplateReader.Read("template.yaml", text,
            new TemplateOptions { Parameters = parameters.ToImmutableSortedDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal) });

    /// <summary>A SAM template with the given resources.</summary>
    public static ApplicationSnapshot Sam(string resources, params (string Name, string Value)[] parameters) =>
        Template("Transform: AWS::Serverless-2016-10-31\n" + resources, parameters);

    public static FunctionSnapshot Function(this ApplicationSnapshot application, string id) => Assert.Single(application.Functions, function => function.Id == id);

    public static ResourceSnapshot Resource(this ApplicationSnapshot application, string id) => Assert.Single(application.Resources, resource => resource.Id == id);

    /// <summary>The value that an expression has as an environment variable of a function.</summary>
    public static EnvironmentVariable Value(string expression, string rest = "", params (string Name, string Value)[] parameters) =>
        Assert.Single(Template(
            $$$"""
            {{{rest}}}
            Resources:
              Asker:
                Type: AWS::Lambda::Function
                Properties:
                  Environment:
                    Variables:
                      V: {{{expression}}}
              Pile: {Type: AWS::SQS::Queue}
              Named: {Type: AWS::SQS::Queue, Properties: {QueueName: parcels}}
              Shelf: {Type: AWS::S3::Bucket, Properties: {BucketName: example-shelf}}
              Stock: {Type: AWS::DynamoDB::Table}
              News: {Type: AWS::SNS::Topic}
              Hat: {Type: AWS::IAM::Role, Properties: {Path: /crew/}}
            """, parameters).Function("Asker").Configuration.Environment);
}
