using System.Text;

namespace ServerlessSec.Templates;

public sealed class GrowthTests
{
    [Fact]
    public void Work_grows_in_step_with_the_number_of_functions()
    {
        Read.Template(Generated(100));
        var (few, many) = (Allocated(Generated(100)), Allocated(Generated(500)));
        Assert.True(many < few * 7, $"{few} bytes for 100 functions, {many} for 500");
    }

    [Fact]
    public void Five_hundred_functions_are_read_whole()
    {
        var application = Read.Template(Generated(500));
        Assert.Equal(500, application.Functions.Length);
        Assert.All(application.Functions, function => Assert.NotNull(function.Role));
        Assert.All(application.Functions, function => Assert.NotEmpty(function.Triggers));
        Assert.Empty(application.Gaps);
    }

    /// <summary>Work as what it allocates: time would be the machine's.</summary>
    private static long Allocated(string text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Read.Template(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Generated(int functions)
    {
        var text = new StringBuilder("""
            Transform: AWS::Serverless-2016-10-31
            Parameters: {Stage: {Type: String, Default: live}}
            Conditions: {Live: !Equals [!Ref Stage, live]}
            Globals:
              Function: {Runtime: python3.13, Handler: app.handler, Timeout: 10, Tracing: Active, Environment: {Variables: {STAGE: !Ref Stage, TABLE: !Ref Stock}}}
            Resources:
              Stock: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}
              Front: {Type: AWS::Serverless::HttpApi, Properties: {Auth: {DefaultAuthorizer: AWS_IAM, EnableIamAuthorizer: true}}}

            """);
        for (var i = 0; i < functions; i++)
        {
            var @event = (i % 4) switch
            {
                0 => $"{{Type: HttpApi, Properties: {{ApiId: !Ref Front, Path: /p{i}, Method: get}}}}",
                1 => $"{{Type: SQS, Properties: {{Queue: !GetAtt Desk{i}.Arn, BatchSize: 5}}}}",
                2 => "{Type: Schedule, Properties: {Schedule: rate(1 day)}}",
                _ => "{Type: DynamoDB, Properties: {Stream: !GetAtt Stock.StreamArn, StartingPosition: LATEST}}",
            };
            text.Append($$$"""
                  Desk{{{i}}}:
                    Type: AWS::SQS::Queue
                    Properties: {RedrivePolicy: {deadLetterTargetArn: !If [Live, !Sub 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:spare', !Ref AWS::NoValue], maxReceiveCount: 5}}
                  Role{{{i}}}:
                    Type: AWS::IAM::Role
                    Properties:
                      AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
                      Policies: [{PolicyName: own, PolicyDocument: {Statement: [{Effect: Allow, Action: ['sqs:SendMessage'], Resource: !GetAtt Desk{{{i}}}.Arn}]}}]
                  Work{{{i}}}:
                    Type: AWS::Serverless::Function
                    Properties:
                      CodeUri: src/{{{i}}}
                      {{{(i % 2 == 0 ? $"Role: !GetAtt Role{i}.Arn" : $"Policies: [SQSSendMessagePolicy: {{QueueName: !GetAtt Desk{i}.QueueName}}, AmazonS3ReadOnlyAccess]")}}}
                      Environment: {Variables: {QUEUE: !Ref Desk{{{i}}}, NAME: !Sub '${AWS::StackName}-{{{i}}}'}}
                      Events: {Take: {{{@event}}}}
                  Lines{{{i}}}:
                    Type: AWS::Logs::LogGroup
                    Properties: {LogGroupName: !Sub '/aws/lambda/${Work{{{i}}}}', RetentionInDays: 14}

                """);
        }

        return text.ToString();
    }
}
