using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ServerlessSec.Iam;

/// <param name="Class">What it gives away: <c>privilege</c>, <c>secrets</c>, <c>data</c> or <c>destruction</c>.</param>
/// <param name="Resource">All resources that the action may be limited to.</param>
public sealed record SensitiveAction(string Action, string Class, string Resource)
{
    internal ActionPattern Pattern { get; } = ActionPattern.Parse(Action);

    internal ArnPattern Everything { get; } = ArnPattern.Parse(Resource);
}

/// <summary>
/// Actions that nobody should have on every resource. Each can be limited to resources; actions that cannot are left
/// out, and so are those that AWS's own roles for functions have on everything, such as reading from queues and streams.
/// </summary>
public static class SensitiveActions
{
    public static ImmutableArray<SensitiveAction> All { get; } =
    [
        .. Of("privilege", "arn:*:iam::*:role/*", "iam:PassRole iam:AttachRolePolicy iam:PutRolePolicy iam:UpdateAssumeRolePolicy iam:CreateRole iam:DeleteRolePermissionsBoundary iam:PutRolePermissionsBoundary iam:DeleteRolePolicy iam:DetachRolePolicy sts:AssumeRole"),
        .. Of("privilege", "arn:*:iam::*:user/*", "iam:AttachUserPolicy iam:PutUserPolicy iam:CreateAccessKey iam:CreateLoginProfile iam:UpdateLoginProfile iam:CreateUser"),
        .. Of("privilege", "arn:*:iam::*:group/*", "iam:AttachGroupPolicy iam:PutGroupPolicy iam:AddUserToGroup"),
        .. Of("privilege", "arn:*:iam::*:policy/*", "iam:CreatePolicyVersion iam:SetDefaultPolicyVersion"),
        .. Of("privilege", "arn:*:lambda:*:*:function:*", "lambda:CreateFunction lambda:UpdateFunctionCode lambda:UpdateFunctionConfiguration lambda:AddPermission lambda:CreateFunctionUrlConfig lambda:UpdateFunctionUrlConfig"),
        .. Of("privilege", "arn:*:lambda:*:*:layer:*", "lambda:PublishLayerVersion lambda:AddLayerVersionPermission"),
        .. Of("privilege", "arn:*:cloudformation:*:*:stack/*", "cloudformation:CreateStack cloudformation:UpdateStack cloudformation:CreateChangeSet cloudformation:ExecuteChangeSet cloudformation:SetStackPolicy"),
        .. Of("privilege", "arn:*:cloudformation:*:*:stackset/*", "cloudformation:UpdateStackSet"),
        .. Of("privilege", "arn:*:ec2:*:*:instance/*", "ec2:RunInstances ec2:AssociateIamInstanceProfile ec2:ReplaceIamInstanceProfileAssociation ec2:ModifyInstanceAttribute ec2-instance-connect:SendSSHPublicKey ssm:StartSession"),
        .. Of("privilege", "arn:*:ssm:*:*:document/*", "ssm:SendCommand ssm:StartAutomationExecution"),
        .. Of("privilege", "arn:*:glue:*:*:job/*", "glue:CreateJob glue:UpdateJob glue:StartJobRun"),
        .. Of("privilege", "arn:*:codebuild:*:*:project/*", "codebuild:CreateProject codebuild:UpdateProject codebuild:StartBuild"),
        .. Of("privilege", "arn:*:ecs:*:*:task-definition/*", "ecs:RunTask ecs:StartTask ecs:RegisterTaskDefinition"),
        .. Of("privilege", "arn:*:ecs:*:*:cluster/*", "ecs:ExecuteCommand"),
        .. Of("privilege", "arn:*:ecs:*:*:service/*", "ecs:UpdateService"),
        .. Of("privilege", "arn:*:batch:*:*:job-definition/*", "batch:RegisterJobDefinition"),
        .. Of("privilege", "arn:*:sagemaker:*:*:notebook-instance/*", "sagemaker:CreateNotebookInstance sagemaker:CreatePresignedNotebookInstanceUrl"),
        .. Of("privilege", "arn:*:sagemaker:*:*:training-job/*", "sagemaker:CreateTrainingJob"),
        .. Of("privilege", "arn:*:sagemaker:*:*:processing-job/*", "sagemaker:CreateProcessingJob"),
        .. Of("privilege", "arn:*:states:*:*:stateMachine:*", "states:CreateStateMachine states:UpdateStateMachine"),
        .. Of("privilege", "arn:*:datapipeline:*:*:pipeline/*", "datapipeline:PutPipelineDefinition"),
        .. Of("privilege", "arn:*:apprunner:*:*:service/*", "apprunner:CreateService apprunner:UpdateService"),
        .. Of("privilege", "arn:*:scheduler:*:*:schedule/*", "scheduler:CreateSchedule"),
        .. Of("privilege", "arn:*:kms:*:*:key/*", "kms:PutKeyPolicy kms:CreateGrant"),
        .. Of("privilege", "arn:*:s3:::*", "s3:PutBucketPolicy s3:PutBucketAcl s3:PutBucketPublicAccessBlock s3:DeleteBucketPolicy"),
        .. Of("privilege", "arn:*:s3:::*/*", "s3:PutObjectAcl"),
        .. Of("privilege", "arn:*:secretsmanager:*:*:secret:*", "secretsmanager:PutResourcePolicy"),
        .. Of("privilege", "arn:*:sqs:*:*:*", "sqs:AddPermission"),
        .. Of("privilege", "arn:*:sns:*:*:*", "sns:AddPermission"),
        .. Of("privilege", "arn:*:dynamodb:*:*:table/*", "dynamodb:PutResourcePolicy"),
        .. Of("privilege", "arn:*:ecr:*:*:repository/*", "ecr:SetRepositoryPolicy"),
        .. Of("privilege", "arn:*:cognito-idp:*:*:userpool/*", "cognito-idp:AdminSetUserPassword"),
        .. Of("privilege", "arn:*:eks:*:*:cluster/*", "eks:CreateAccessEntry"),

        .. Of("secrets", "arn:*:secretsmanager:*:*:secret:*", "secretsmanager:GetSecretValue secretsmanager:PutSecretValue"),
        .. Of("secrets", "arn:*:ssm:*:*:parameter/*", "ssm:GetParameter ssm:GetParameters ssm:GetParametersByPath ssm:GetParameterHistory"),
        .. Of("secrets", "arn:*:kms:*:*:key/*", "kms:Decrypt kms:ReEncryptFrom"),

        .. Of("data", "arn:*:s3:::*/*", "s3:GetObject s3:GetObjectVersion"),
        .. Of("data", "arn:*:dynamodb:*:*:table/*", "dynamodb:Scan dynamodb:Query dynamodb:GetItem dynamodb:BatchGetItem dynamodb:PartiQLSelect dynamodb:ExportTableToPointInTime"),
        .. Of("data", "arn:*:rds:*:*:cluster:*", "rds-data:ExecuteStatement rds-data:BatchExecuteStatement"),
        .. Of("data", "arn:*:rds:*:*:snapshot:*", "rds:CopyDBSnapshot rds:ModifyDBSnapshotAttribute"),
        .. Of("data", "arn:*:ec2:*::snapshot/*", "ec2:ModifySnapshotAttribute ebs:GetSnapshotBlock"),
        .. Of("data", "arn:*:redshift:*:*:dbuser:*", "redshift:GetClusterCredentials"),
        .. Of("data", "arn:*:athena:*:*:workgroup/*", "athena:GetQueryResults"),
        .. Of("data", "arn:*:cognito-idp:*:*:userpool/*", "cognito-idp:ListUsers cognito-idp:AdminGetUser"),
        .. Of("data", "arn:*:codecommit:*:*:*", "codecommit:GitPull"),

        .. Of("destruction", "arn:*:s3:::*", "s3:DeleteBucket s3:PutLifecycleConfiguration"),
        .. Of("destruction", "arn:*:s3:::*/*", "s3:DeleteObject s3:DeleteObjectVersion s3:PutObject"),
        .. Of("destruction", "arn:*:dynamodb:*:*:table/*", "dynamodb:DeleteTable dynamodb:DeleteItem dynamodb:PutItem dynamodb:UpdateItem dynamodb:BatchWriteItem"),
        .. Of("destruction", "arn:*:dynamodb:*:*:table/*/backup/*", "dynamodb:DeleteBackup"),
        .. Of("destruction", "arn:*:kms:*:*:key/*", "kms:ScheduleKeyDeletion kms:DisableKey"),
        .. Of("destruction", "arn:*:logs:*:*:log-group:*", "logs:DeleteLogGroup"),
        .. Of("destruction", "arn:*:rds:*:*:db:*", "rds:DeleteDBInstance"),
        .. Of("destruction", "arn:*:rds:*:*:cluster:*", "rds:DeleteDBCluster"),
        .. Of("destruction", "arn:*:rds:*:*:snapshot:*", "rds:DeleteDBSnapshot"),
        .. Of("destruction", "arn:*:ec2:*:*:instance/*", "ec2:TerminateInstances"),
        .. Of("destruction", "arn:*:ec2:*:*:volume/*", "ec2:DeleteVolume"),
        .. Of("destruction", "arn:*:lambda:*:*:function:*", "lambda:DeleteFunction"),
        .. Of("destruction", "arn:*:sqs:*:*:*", "sqs:DeleteQueue sqs:PurgeQueue"),
        .. Of("destruction", "arn:*:sns:*:*:*", "sns:DeleteTopic"),
        .. Of("destruction", "arn:*:secretsmanager:*:*:secret:*", "secretsmanager:DeleteSecret"),
        .. Of("destruction", "arn:*:cloudformation:*:*:stack/*", "cloudformation:DeleteStack"),
        .. Of("destruction", "arn:*:cloudtrail:*:*:trail/*", "cloudtrail:DeleteTrail cloudtrail:StopLogging cloudtrail:UpdateTrail"),
        .. Of("destruction", "arn:*:kinesis:*:*:stream/*", "kinesis:DeleteStream"),
        .. Of("destruction", "arn:*:elasticfilesystem:*:*:file-system/*", "elasticfilesystem:DeleteFileSystem"),
        .. Of("destruction", "arn:*:backup:*:*:backup-vault:*", "backup:DeleteBackupVault"),
        .. Of("destruction", "arn:*:ecr:*:*:repository/*", "ecr:DeleteRepository"),
        .. Of("destruction", "arn:*:redshift:*:*:cluster:*", "redshift:DeleteCluster"),
        .. Of("destruction", "arn:*:cognito-idp:*:*:userpool/*", "cognito-idp:DeleteUserPool"),
        .. Of("destruction", "arn:*:route53:::hostedzone/*", "route53:DeleteHostedZone route53:ChangeResourceRecordSets"),
        .. Of("destruction", "arn:*:iam::*:role/*", "iam:DeleteRole"),
        .. Of("destruction", "arn:*:guardduty:*:*:detector/*", "guardduty:DeleteDetector"),
    ];

    private static readonly FrozenDictionary<string, SensitiveAction> ByName =
        All.ToFrozenDictionary(static action => action.Action, StringComparer.OrdinalIgnoreCase);

    /// <summary>Null for an action that is not sensitive.</summary>
    public static SensitiveAction? Find(string action) => ByName.GetValueOrDefault(action);

    private static IEnumerable<SensitiveAction> Of(string @class, string resource, string actions) =>
        actions.Split(' ').Select(action => new SensitiveAction(action, @class, resource));
}
