using System.Text;

namespace ServerlessSec.Benchmarks;

/// <summary>What is measured: the sample, made templates, and the corpus' large package where it is there.</summary>
internal sealed class Inputs : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("serverlesssec-").FullName;

    public IEnumerable<(string What, string[] Arguments)> Commands
    {
        get
        {
            yield return ("`--help`", ["--help"]);
            yield return ("the sample", Scan(Path.Combine(Root, "tests/Corpus/shop"), "builtin"));
            yield return ("one small template", Scan(Write("small.yaml", Template(1)), "builtin"));
            yield return ("500 functions", Scan(Write("large.yaml", Template(500)), "builtin"));
            var package = Path.Combine(Root, "../shared/corpus/packages/npm-express-old.zip");
            if (!File.Exists(package)) yield break;
            yield return ("230 components, 6,914 entries", ["sbom", package]);
            yield return ("the same, matched", Scan(package, "builtin"));
        }
    }

    private static string Root
    {
        get
        {
            var here = new DirectoryInfo(AppContext.BaseDirectory);
            while (here is not null && !File.Exists(Path.Combine(here.FullName, "ServerlessSec.Cloud.sln"))) here = here.Parent;
            return here?.FullName ?? throw new InvalidOperationException("run it from a checkout");
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string[] Scan(string path, string advisories) =>
        ["scan", path, "--offline", "--advisories", advisories, "--format", "json", "--fail-on", "none"];

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A template with every kind of trigger and role in turn.</summary>
    private static string Template(int functions)
    {
        var text = new StringBuilder("AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\nResources:\n");
        for (var n = 0; n < functions; n++)
        {
            text.Append($"""
                  Queue{n}:
                    Type: AWS::SQS::Queue
                  Bucket{n}:
                    Type: AWS::S3::Bucket
                  Role{n}:
                    Type: AWS::IAM::Role
                    Properties:
                      AssumeRolePolicyDocument:
                        Version: '2012-10-17'
                        Statement: [{"{"}Effect: Allow, Principal: {"{"}Service: lambda.amazonaws.com{"}"}, Action: 'sts:AssumeRole'{"}"}]
                      Policies:
                        - PolicyName: work
                          PolicyDocument:
                            Version: '2012-10-17'
                            Statement:
                              - {"{"}Effect: Allow, Action: ['s3:GetObject', 's3:PutObject'], Resource: !Sub '${"{"}Bucket{n}.Arn{"}"}/out/*'{"}"}
                              - {"{"}Effect: Allow, Action: 'sqs:SendMessage', Resource: !GetAtt Queue{(n + 1) % functions}.Arn{"}"}
                  Function{n}:
                    Type: AWS::Serverless::Function
                    Properties:
                      Runtime: {(n % 3 == 0 ? "nodejs22.x" : "python3.13")}
                      Handler: app.handler
                      CodeUri: s3://artifacts/app{n}.zip
                      Role: !GetAtt Role{n}.Arn
                      Environment: {"{"}Variables: {"{"}TABLE: !Ref Bucket{n}, MODE: fast{"}"}{"}"}
                      Events:
                {Event(n)}

                """);
        }

        return text.ToString();
    }

    private static string Event(int n) => (n % 5) switch
    {
        0 => $"        Come: {{Type: SQS, Properties: {{Queue: !GetAtt Queue{n}.Arn, BatchSize: 5}}}}",
        1 => $"        Come: {{Type: HttpApi, Properties: {{Path: /p{n}, Method: get}}}}",
        2 => $"        Come: {{Type: S3, Properties: {{Bucket: !Ref Bucket{n}, Events: 's3:ObjectCreated:*', Filter: {{S3Key: {{Rules: [{{Name: prefix, Value: in/}}]}}}}}}}}",
        3 => "        Come: {Type: Schedule, Properties: {Schedule: rate(1 day)}}",
        _ => "        Come: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop.orders]}}}",
    };
}
