using System.Collections.Immutable;
using System.Globalization;
using ServerlessSec.Findings;
using ServerlessSec.Reports.Asff;
using ServerlessSec.Scanning;

namespace ServerlessSec.Aws.Publishing;

/// <summary>A stored finding or gap as Security Hub takes it: encoded as reports are, with its history.</summary>
internal static class AsffPublication
{
    public static AsffFinding Encode(Publication publication, DateTimeOffset updatedAt)
    {
        var owner = publication.Owner;
        var context = AsffContext.Of(owner.Account, owner.Region, owner.Partition, publication.FirstSeen, updatedAt);
        var encoded = AsffReport.Encode(Report(publication, DateOnly.FromDateTime(updatedAt.UtcDateTime)), context).Single();
        return encoded with
        {
            Id = Id(publication),
            // Reports carry whole seconds; within one a finding may change twice.
            UpdatedAt = updatedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            RecordState = publication.IsOpen ? "ACTIVE" : "ARCHIVED",
            // Somebody's decisions about a finding are theirs.
            Workflow = null,
        };
    }

    /// <summary>The owner and what it is; two scans may meet one and the same gap.</summary>
    public static string Id(Publication publication) => publication.Finding is { } finding
        ? $"{publication.Owner.Arn}/{finding.Fingerprint}"
        : $"{publication.Owner.Arn}/gap/{publication.Gap!.Scan.ToString().ToUpperInvariant()}/{publication.Gap.Key}";

    /// <summary>The finding that an id names; null where it names none of ours.</summary>
    public static (Owner Owner, string Fingerprint)? Parse(string id)
    {
        if (id.Split('/') is not [var arn, { Length: 32 } fingerprint] || !fingerprint.All(char.IsAsciiHexDigitLower)) return null;
        try
        {
            return (Owner.Parse(arn), fingerprint);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    /// <summary>Of the product that the owner's account imports findings for, in the owner's Region.</summary>
    public static string ProductArn(Owner owner) => AsffContext.Of(owner.Account, owner.Region, owner.Partition, default, default).ProductArn;

    private static ScanReport Report(Publication publication, DateOnly today)
    {
        if (publication.Finding is { } stored)
        {
            return new()
            {
                Target = publication.Owner.Arn,
                Today = today,
                Functions = publication.Owner.Function is { } function ? [new() { Name = function, Runtime = stored.Runtime }] : [],
                Findings = [new(stored.Finding, FindingState.New, null)],
            };
        }

        var gap = publication.Gap!;
        ImmutableArray<Gap> gaps = [gap.Gap];
        return (gap.Function ?? publication.Owner.Function) is { } name
            ? new() { Target = publication.Owner.Arn, Today = today, Functions = [new() { Name = name, Gaps = gaps }] }
            : new() { Target = publication.Owner.Arn, Today = today, Gaps = gaps };
    }
}
