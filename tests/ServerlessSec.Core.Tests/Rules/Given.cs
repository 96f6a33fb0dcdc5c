using System.Collections.Immutable;
using ServerlessSec.Facts;
using ServerlessSec.Iam;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Rules;

/// <summary>Facts made by hand, as small as a test needs them.</summary>
internal static class Given
{
    public static DateOnly Today { get; } = new(2026, 9, 1);

    public static SourceLocation At(int line) => new("template.yaml", line, 1, null);

    public static PostureFacts Posture(string name = "Checkout") => new() { Id = name, Arn = FunctionArn(name) };

    public static FunctionFacts Function(PostureFacts posture) => new() { Name = posture.Id, Today = Today, Posture = posture };

    public static FunctionFacts Package(PackageFacts package) => new() { Name = package.Id, Today = Today, Package = package };

    public static FunctionFacts Configured(FunctionConfiguration configuration) => Function(Posture() with { Configuration = configuration });

    public static RoleFacts Role(string id, params ImmutableArray<PolicyStatement> statements) => new()
    {
        Id = id,
        Arn = $"arn:⟨AWS::Partition⟩:iam::⟨AWS::AccountId⟩:role/⟨{id}⟩",
        Policies = [new() { Name = "inline", Kind = PolicyKind.Inline, Statements = statements }],
    };

    public static PolicyStatement Allow(string action, params ImmutableArray<string> resources) =>
        new() { Policy = "inline", Allow = true, Actions = [.. action.Split(' ')], Resources = resources };

    public static PolicyStatement Deny(string action, params ImmutableArray<string> resources) => Allow(action, resources) with { Allow = false };

    public static string FunctionArn(string name) => $"arn:⟨AWS::Partition⟩:lambda:⟨AWS::Region⟩:⟨AWS::AccountId⟩:function:⟨{name}⟩";

    public static string Queue(string id) => $"arn:⟨AWS::Partition⟩:sqs:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨{id}⟩";

    public static string Topic(string id) => $"arn:⟨AWS::Partition⟩:sns:⟨AWS::Region⟩:⟨AWS::AccountId⟩:⟨{id}⟩";

    public static string Table(string id) => $"arn:⟨AWS::Partition⟩:dynamodb:⟨AWS::Region⟩:⟨AWS::AccountId⟩:table/⟨{id}⟩";

    public static string Stream(string id) => $"arn:⟨AWS::Partition⟩:kinesis:⟨AWS::Region⟩:⟨AWS::AccountId⟩:stream/⟨{id}⟩";

    public static string Bus(string name) => $"arn:⟨AWS::Partition⟩:events:⟨AWS::Region⟩:⟨AWS::AccountId⟩:event-bus/{name}";

    public static string Bucket(string name) => $"arn:⟨AWS::Partition⟩:s3:::{name}";

    public static ResourceSnapshot Resource(ResourceKind kind, string id, string arn) => new() { Id = id, Kind = kind, Type = "AWS::Any", Arn = arn };

    public static ApplicationFacts Application(params ImmutableArray<PostureFacts> functions) =>
        new() { Name = "template.yaml", Today = Today, Functions = [.. functions.Select(Function)] };
}
