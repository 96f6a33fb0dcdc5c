namespace ServerlessSec.Emulation;

/// <summary>How an emulated cloud is set up. What is not said is as in the template, but that nothing waits for a burst to settle.</summary>
public sealed record CloudOptions
{
    public string Region { get; init; } = "eu-central-1";

    /// <summary>Whether the scanner's own template is deployed; without it the account is empty.</summary>
    public bool Deploys { get; init; } = true;

    public bool SecurityHub { get; init; } = true;

    /// <summary>The checkout whose template and program are deployed.</summary>
    public string Repository { get; init; } = Layout.FindRepository();

    /// <summary>Folder with <c>bootstrap</c> or <c>bootstrap.dll</c>; null takes what was built or published last.</summary>
    public string? Code { get; init; }

    /// <summary>Parameters of the stack.</summary>
    public Dictionary<string, string> Parameters { get; init; } = new()
    {
        ["SettleSeconds"] = "0",
        ["ApplicationSettleSeconds"] = "0",
        ["DeletionProtection"] = "false",
    };

    /// <summary>More environment variables for every function.</summary>
    public Dictionary<string, string> Environment { get; init; } = [];

    /// <summary>Whether it is an error, told at the end, that a function did what its role does not allow.</summary>
    public bool ChecksPermissions { get; init; } = true;

    /// <summary>The longest that anything is awaited.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}
