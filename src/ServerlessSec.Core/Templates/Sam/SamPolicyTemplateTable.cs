namespace ServerlessSec.Templates.Sam;

internal static partial class SamPolicyTemplates
{
    /// <summary>
    /// Every policy template that SAM publishes: name, service, actions, <c>@</c> resources, and <c>?</c> with operator, key and value of
    /// a condition. <c>+</c> begins another statement of the same template, <c>|</c> goes on with the line before. In a resource
    /// <c>~</c> stands for <c>arn:PARTITION:</c> and <c>sqs!</c> for <c>arn:PARTITION:sqs:REGION:ACCOUNT:</c>.
    /// </summary>
    private const string Table = """
        AMIDescribePolicy ec2: DescribeImages @ *
        AWSSecretsManagerGetSecretValuePolicy secretsmanager: GetSecretValue @ ${SecretArn}
        AWSSecretsManagerRotationPolicy secretsmanager: DescribeSecret GetSecretValue PutSecretValue UpdateSecretVersionStage @
        | secretsmanager!secret:* ? StringEquals secretsmanager:resource/AllowRotationLambdaArn lambda!function:${FunctionName}
        + secretsmanager: GetRandomPassword @ *
        AcmGetCertificatePolicy acm: GetCertificate @ ${CertificateArn}
        AthenaQueryPolicy athena: ListWorkGroups GetExecutionEngine GetExecutionEngines GetNamespace GetCatalogs GetNamespaces
        | GetTables GetTable @ *
        + athena: StartQueryExecution GetQueryResults DeleteNamedQuery GetNamedQuery ListQueryExecutions StopQueryExecution
        | GetQueryResultsStream ListNamedQueries CreateNamedQuery GetQueryExecution BatchGetNamedQuery BatchGetQueryExecution
        | GetWorkGroup @ athena!workgroup/${WorkGroupName}
        CloudFormationDescribeStacksPolicy cloudformation: DescribeStacks @ cloudformation!stack/*
        CloudWatchDashboardPolicy cloudwatch: GetDashboard ListDashboards PutDashboard ListMetrics @ *
        CloudWatchDescribeAlarmHistoryPolicy cloudwatch: DescribeAlarmHistory @ *
        CloudWatchPutMetricPolicy cloudwatch: PutMetricData @ *
        CodeCommitCrudPolicy codecommit: GitPull GitPush CreateBranch DeleteBranch GetBranch ListBranches MergeBranchesByFastForward
        | MergeBranchesBySquash MergeBranchesByThreeWay UpdateDefaultBranch BatchDescribeMergeConflicts CreateUnreferencedMergeCommit
        | DescribeMergeConflicts GetMergeCommit GetMergeOptions BatchGetPullRequests CreatePullRequest DescribePullRequestEvents
        | GetCommentsForPullRequest GetCommitsFromMergeBase GetMergeConflicts GetPullRequest ListPullRequests
        | MergePullRequestByFastForward MergePullRequestBySquash MergePullRequestByThreeWay PostCommentForPullRequest
        | UpdatePullRequestDescription UpdatePullRequestStatus UpdatePullRequestTitle DeleteFile GetBlob GetFile GetFolder PutFile
        | DeleteCommentContent GetComment GetCommentsForComparedCommit PostCommentForComparedCommit PostCommentReply UpdateComment
        | BatchGetCommits CreateCommit GetCommit GetCommitHistory GetDifferences GetObjectIdentifier GetReferences GetTree GetRepository
        | UpdateRepositoryDescription ListTagsForResource TagResource UntagResource GetRepositoryTriggers PutRepositoryTriggers
        | TestRepositoryTriggers GetBranch GetCommit UploadArchive GetUploadArchiveStatus CancelUploadArchive @
        | codecommit!${RepositoryName}
        CodeCommitReadPolicy codecommit: GitPull GetBranch ListBranches BatchDescribeMergeConflicts DescribeMergeConflicts
        | GetMergeCommit GetMergeOptions BatchGetPullRequests DescribePullRequestEvents GetCommentsForPullRequest
        | GetCommitsFromMergeBase GetMergeConflicts GetPullRequest ListPullRequests GetBlob GetFile GetFolder GetComment
        | GetCommentsForComparedCommit BatchGetCommits GetCommit GetCommitHistory GetDifferences GetObjectIdentifier GetReferences
        | GetTree GetRepository ListTagsForResource GetRepositoryTriggers TestRepositoryTriggers GetBranch GetCommit
        | GetUploadArchiveStatus @ codecommit!${RepositoryName}
        CodePipelineLambdaExecutionPolicy codepipeline: PutJobSuccessResult PutJobFailureResult @ *
        CodePipelineReadOnlyPolicy codepipeline: ListPipelineExecutions @ codepipeline!${PipelineName}
        ComprehendBasicAccessPolicy comprehend: BatchDetectKeyPhrases DetectDominantLanguage DetectEntities BatchDetectEntities
        | DetectKeyPhrases DetectSentiment BatchDetectDominantLanguage BatchDetectSentiment @ *
        CostExplorerReadOnlyPolicy ce: GetCostAndUsage GetDimensionValues GetReservationCoverage GetReservationPurchaseRecommendation
        | GetReservationUtilization GetTags @ *
        DynamoDBBackupFullAccessPolicy dynamodb: CreateBackup DescribeContinuousBackups @ dynamodb!table/${TableName}
        + dynamodb: DeleteBackup DescribeBackup ListBackups @ dynamodb!table/${TableName}/backup/*
        DynamoDBCrudPolicy dynamodb: GetItem DeleteItem PutItem Scan Query UpdateItem BatchWriteItem BatchGetItem DescribeTable
        | ConditionCheckItem @ dynamodb!table/${TableName} dynamodb!table/${TableName}/index/*
        DynamoDBReadPolicy dynamodb: GetItem Scan Query BatchGetItem DescribeTable @ dynamodb!table/${TableName}
        | dynamodb!table/${TableName}/index/*
        DynamoDBReconfigurePolicy dynamodb: UpdateTable @ dynamodb!table/${TableName}
        DynamoDBRestoreFromBackupPolicy dynamodb: RestoreTableFromBackup @ dynamodb!table/${TableName}/backup/*
        + dynamodb: PutItem UpdateItem DeleteItem GetItem Query Scan BatchWriteItem @ dynamodb!table/${TableName}
        DynamoDBStreamReadPolicy dynamodb: DescribeStream GetRecords GetShardIterator @
        | dynamodb!table/${TableName}/stream/${StreamName}
        + dynamodb: ListStreams @ dynamodb!table/${TableName}/stream/*
        DynamoDBWritePolicy dynamodb: PutItem UpdateItem BatchWriteItem @ dynamodb!table/${TableName}
        | dynamodb!table/${TableName}/index/*
        EC2CopyImagePolicy ec2: CopyImage @ ec2!image/${ImageId}
        EC2DescribePolicy ec2: DescribeRegions DescribeInstances @ *
        EFSWriteAccessPolicy elasticfilesystem: ClientMount ClientWrite @ elasticfilesystem!file-system/${FileSystem} ? StringEquals
        | elasticfilesystem:AccessPointArn elasticfilesystem!access-point/${AccessPoint}
        EKSDescribePolicy eks: DescribeCluster ListClusters @ *
        EcsRunTaskPolicy ecs: RunTask @ ecs!task-definition/${TaskDefinition}
        ElasticMapReduceAddJobFlowStepsPolicy elasticmapreduce: AddJobFlowSteps @ elasticmapreduce!cluster/${ClusterId}
        ElasticMapReduceCancelStepsPolicy elasticmapreduce: CancelSteps @ elasticmapreduce!cluster/${ClusterId}
        ElasticMapReduceModifyInstanceFleetPolicy elasticmapreduce: ModifyInstanceFleet ListInstanceFleets @
        | elasticmapreduce!cluster/${ClusterId}
        ElasticMapReduceModifyInstanceGroupsPolicy elasticmapreduce: ModifyInstanceGroups ListInstanceGroups @
        | elasticmapreduce!cluster/${ClusterId}
        ElasticMapReduceSetTerminationProtectionPolicy elasticmapreduce: SetTerminationProtection @
        | elasticmapreduce!cluster/${ClusterId}
        ElasticMapReduceTerminateJobFlowsPolicy elasticmapreduce: TerminateJobFlows @ elasticmapreduce!cluster/${ClusterId}
        ElasticsearchHttpPostPolicy es: ESHttpPost ESHttpPut @ es!domain/${DomainName}/*
        EventBridgePutEventsPolicy events: PutEvents @ events!event-bus/${EventBusName}
        FilterLogEventsPolicy logs: FilterLogEvents @ logs!log-group:${LogGroupName}:log-stream:*
        FirehoseCrudPolicy firehose: CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream PutRecord PutRecordBatch
        | UpdateDestination @ firehose!deliverystream/${DeliveryStreamName}
        FirehoseWritePolicy firehose: PutRecord PutRecordBatch @ firehose!deliverystream/${DeliveryStreamName}
        KMSDecryptPolicy kms: Decrypt @ kms!key/${KeyId}
        KMSEncryptPolicy kms: Encrypt @ kms!key/${KeyId}
        KMSEncryptPolicy_v2 kms: Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateDataKeyPair
        | GenerateDataKeyPairWithoutPlaintext @ kms!key/${KeyId}
        KinesisCrudPolicy kinesis: AddTagsToStream CreateStream DecreaseStreamRetentionPeriod DeleteStream DescribeStream
        | DescribeStreamSummary GetShardIterator IncreaseStreamRetentionPeriod ListTagsForStream MergeShards PutRecord PutRecords
        | SplitShard RemoveTagsFromStream @ kinesis!stream/${StreamName}
        KinesisStreamReadPolicy kinesis: ListStreams DescribeLimits @ kinesis!stream/*
        + kinesis: DescribeStream DescribeStreamSummary GetRecords GetShardIterator @ kinesis!stream/${StreamName}
        LambdaInvokePolicy lambda: InvokeFunction @ lambda!function:${FunctionName}*
        MobileAnalyticsWriteOnlyAccessPolicy mobileanalytics: PutEvents @ *
        OrganizationsListAccountsPolicy organizations: ListAccounts @ *
        PinpointEndpointAccessPolicy mobiletargeting: GetEndpoint UpdateEndpoint UpdateEndpointsBatch @
        | mobiletargeting!apps/${PinpointApplicationId}/endpoints/*
        PollyFullAccessPolicy polly: GetLexicon DeleteLexicon @ polly!lexicon/${LexiconName}
        + polly: DescribeVoices ListLexicons PutLexicon SynthesizeSpeech @ polly!lexicon/*
        RekognitionDetectOnlyPolicy rekognition: DetectFaces DetectLabels DetectModerationLabels DetectText @ *
        RekognitionFacesManagementPolicy rekognition: IndexFaces DeleteFaces SearchFaces SearchFacesByImage ListFaces @
        | rekognition!collection/${CollectionId}
        RekognitionFacesPolicy rekognition: CompareFaces DetectFaces @ *
        RekognitionLabelsPolicy rekognition: DetectLabels DetectModerationLabels @ *
        RekognitionNoDataAccessPolicy rekognition: CompareFaces DetectFaces DetectLabels DetectModerationLabels @
        | rekognition!collection/${CollectionId}
        RekognitionReadPolicy rekognition: ListCollections ListFaces SearchFaces SearchFacesByImage @
        | rekognition!collection/${CollectionId}
        RekognitionWriteOnlyAccessPolicy rekognition: CreateCollection IndexFaces @ rekognition!collection/${CollectionId}
        Route53ChangeResourceRecordSetsPolicy route53: ChangeResourceRecordSets @ ~route53:::hostedzone/${HostedZoneId}
        S3CrudPolicy s3: GetObject ListBucket GetBucketLocation GetObjectVersion PutObject PutObjectAcl GetLifecycleConfiguration
        | PutLifecycleConfiguration DeleteObject @ ~s3:::${BucketName} ~s3:::${BucketName}/*
        S3FullAccessPolicy s3: GetObject GetObjectAcl GetObjectVersion PutObject PutObjectAcl DeleteObject DeleteObjectTagging
        | DeleteObjectVersionTagging GetObjectTagging GetObjectVersionTagging PutObjectTagging PutObjectVersionTagging @
        | ~s3:::${BucketName}/*
        + s3: ListBucket GetBucketLocation GetLifecycleConfiguration PutLifecycleConfiguration @ ~s3:::${BucketName}
        S3ReadPolicy s3: GetObject ListBucket GetBucketLocation GetObjectVersion GetLifecycleConfiguration @ ~s3:::${BucketName}
        | ~s3:::${BucketName}/*
        S3WritePolicy s3: PutObject PutObjectAcl PutLifecycleConfiguration @ ~s3:::${BucketName} ~s3:::${BucketName}/*
        SESBulkTemplatedCrudPolicy ses: GetIdentityVerificationAttributes SendEmail SendRawEmail SendTemplatedEmail
        | SendBulkTemplatedEmail VerifyEmailIdentity @ ses!identity/${IdentityName}
        SESBulkTemplatedCrudPolicy_v2 ses: SendEmail SendRawEmail SendTemplatedEmail SendBulkTemplatedEmail @
        | ses!identity/${IdentityName} ses!template/${TemplateName}
        + ses: GetIdentityVerificationAttributes VerifyEmailIdentity @ *
        SESCrudPolicy ses: GetIdentityVerificationAttributes SendEmail SendRawEmail VerifyEmailIdentity @ ses!identity/${IdentityName}
        SESEmailTemplateCrudPolicy ses: CreateTemplate GetTemplate ListTemplates UpdateTemplate DeleteTemplate TestRenderTemplate @ *
        SESSendBouncePolicy ses: SendBounce @ ses!identity/${IdentityName}
        SNSCrudPolicy sns: ListSubscriptionsByTopic CreateTopic SetTopicAttributes Subscribe Publish @ sns!${TopicName}*
        SNSPublishMessagePolicy sns: Publish @ sns!${TopicName}
        SQSPollerPolicy sqs: ChangeMessageVisibility ChangeMessageVisibilityBatch DeleteMessage DeleteMessageBatch GetQueueAttributes
        | ReceiveMessage @ sqs!${QueueName}
        SQSSendMessagePolicy sqs: SendMessage* @ sqs!${QueueName}
        SSMParameterReadPolicy ssm: DescribeParameters @ *
        + ssm: GetParameters GetParameter GetParametersByPath @ ssm!parameter/${ParameterName}
        SSMParameterWithSlashPrefixReadPolicy ssm: DescribeParameters @ *
        + ssm: GetParameters GetParameter GetParametersByPath @ ssm!parameter${ParameterName}
        SageMakerCreateEndpointConfigPolicy sagemaker: CreateEndpointConfig @ sagemaker!endpoint-config/${EndpointConfigName}
        SageMakerCreateEndpointPolicy sagemaker: CreateEndpoint @ sagemaker!endpoint/${EndpointName}
        ServerlessRepoReadWriteAccessPolicy serverlessrepo: CreateApplication CreateApplicationVersion UpdateApplication
        | GetApplication ListApplications ListApplicationVersions ListApplicationDependencies @ serverlessrepo!applications/*
        StepFunctionsCallbackPolicy states: SendTaskFailure SendTaskHeartbeat SendTaskSuccess @
        | states!stateMachine:${StateMachineName}
        StepFunctionsExecutionPolicy states: StartExecution @ states!stateMachine:${StateMachineName}
        StepFunctionsExecutionPolicy_v2 states: StartExecution StartSyncExecution @ states!stateMachine:${StateMachineName}
        TextractDetectAnalyzePolicy textract: DetectDocumentText StartDocumentTextDetection StartDocumentAnalysis AnalyzeDocument @ *
        TextractGetResultPolicy textract: GetDocumentTextDetection GetDocumentAnalysis @ *
        TextractPolicy textract: * @ *
        VPCAccessPolicy ec2: CreateNetworkInterface DeleteNetworkInterface DescribeNetworkInterfaces DetachNetworkInterface @ *
        """;
}
