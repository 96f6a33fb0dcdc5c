using System.Collections.Immutable;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Reports.Asff;

/// <summary>The functions, or the application, that a finding is about.</summary>
internal sealed class AsffResources(AsffContext context, Func<string, string?> runtime)
{
    /// <summary>A finding belongs to the function it is about, else to the application.</summary>
    public string Owner(Subject subject) => subject.Function == subject.Id ? Arn(subject.Id) : context.Application;

    public string Owner(string? function) => function is null ? context.Application : Arn(function);

    public ImmutableArray<AsffResource> Of(Subject subject) => subject.Functions.IsEmpty
        ? [Application]
        : [.. subject.Functions.Take(AsffLimit.Resources).Select(Function)];

    public AsffResource Application =>
        new() { Type = "Other", Id = context.Application, Partition = context.Partition, Region = context.Region };

    public AsffResource Function(string name) => new()
    {
        Type = "AwsLambdaFunction",
        Id = Arn(name),
        Partition = context.Partition,
        Region = context.Region,
        Details = new(new(AsffLimit.Required(name, AsffLimit.Other), AsffLimit.Optional(runtime(name), AsffLimit.Other))),
    };

    // What follows the ARN in a finding's id, a slash, perhaps "gap/", and a fingerprint, has to fit too.
    private string Arn(string function) => AsffLimit.Identifier(context.Function(Shown.Line(function)), AsffLimit.Id - 40);
}
