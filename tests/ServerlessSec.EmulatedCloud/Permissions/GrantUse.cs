namespace ServerlessSec.Emulation.Permissions;

/// <summary>One action on one resource that a statement of a role allows; names of the stack's resources are their logical ids.</summary>
public sealed record GrantUse(string Role, string Sid, string Action, string Resource)
{
    public override string ToString() => $"{Role}, {Sid}: {Action} on {Resource}";
}
