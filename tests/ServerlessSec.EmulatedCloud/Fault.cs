using System.Text.Json.Nodes;

namespace ServerlessSec.Emulation;

/// <summary>One thing that shall go wrong: which calls, and how.</summary>
public sealed record Fault
{
    /// <summary>Such as <c>dynamodb</c>; null is any.</summary>
    public string? Service { get; init; }

    /// <summary>Such as <c>PutItem</c>, or <c>PresignedGet</c> (of the service <c>s3</c>) for a package by its address, <c>ImportFinding</c> (of <c>securityhub</c>) for one of a batch; <c>write</c> is whatever changes something; <c>*</c> is any.</summary>
    public string Operation { get; init; } = "*";

    /// <summary>Part of the ARN of the role that calls.</summary>
    public string Caller { get; init; } = "";

    /// <summary>Part of what is called for: a function's name, a role's.</summary>
    public string Resource { get; init; } = "";

    /// <summary>How many calls that fit go well first.</summary>
    public int After { get; init; }

    public int Times { get; init; } = 1;

    /// <summary>
    /// The error code of the refusal, <c>TransactionConflict</c> of one in the form that the call has for it; null does the call, and kills who made it before it learns so.
    /// </summary>
    public string? Code { get; init; }

    /// <summary>Kills who made the call before it is done.</summary>
    public bool Before { get; init; }

    /// <summary>Does the call late, and nothing else.</summary>
    public TimeSpan Delay { get; init; }

    public int Status { get; init; } = 400;

    private string Then => this switch
    {
        { Delay.Ticks: > 0 } => "delay",
        { Code: not null } => "refuse",
        { Before: true } => "lose",
        _ => "hold",
    };

    internal JsonNode ToJson()
    {
        var json = new JsonObject { ["operation"] = Operation, ["caller"] = Caller, ["resource"] = Resource, ["skip"] = After, ["times"] = Times, ["then"] = Then, ["status"] = Status };
        if (Delay > TimeSpan.Zero) json["seconds"] = Delay.TotalSeconds;
        if (Code is not null) json["code"] = Code;
        if (Service is not null) json["service"] = Service;
        return json;
    }
}
