using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ServerlessSec.Inventory;
using ServerlessSec.Rules;
using ServerlessSec.Snapshots;

namespace ServerlessSec.Scanning;

/// <summary>What a function refers to, and is looked up by.</summary>
public enum ReferenceKind
{
    /// <summary>By name, which is unique in an account; events of a role often say no more.</summary>
    Role,

    /// <summary>By ARN.</summary>
    Policy,

    /// <summary>By ARN without version.</summary>
    Layer,

    /// <summary>By address.</summary>
    Inventory,
}

/// <param name="Target">A name, an ARN, or an inventory's address.</param>
public sealed record Reference(ReferenceKind Kind, string Target)
{
    /// <summary>The kinds that a scan learns of.</summary>
    public static ImmutableArray<ReferenceKind> KindsOf(ScanKind scan) => scan switch
    {
        ScanKind.Posture => [ReferenceKind.Role, ReferenceKind.Policy],
        ScanKind.Package => [ReferenceKind.Layer, ReferenceKind.Inventory],
        _ => [],
    };

    public static IEnumerable<Reference> OfPosture(FunctionSnapshot function)
    {
        foreach (var role in function.Served.Prepend(function).Select(static each => each.Role).OfType<ExecutionRole>().DistinctBy(static role => role.Arn))
        {
            yield return new(ReferenceKind.Role, role.Id);
            foreach (var policy in role.Policies.Append(role.Boundary))
            {
                if (policy?.Arn is { } arn) yield return new(ReferenceKind.Policy, arn);
            }
        }
    }

    public static IEnumerable<Reference> OfPackage(FunctionSnapshot function, string inventory) =>
    [
        .. function.Served.Prepend(function).SelectMany(static each => each.Package.Layers)
            .Select(static layer => new Reference(ReferenceKind.Layer, Unversioned(layer.Arn))).Distinct(),
        new(ReferenceKind.Inventory, inventory),
    ];

    /// <summary>Equal for inventories of the same components.</summary>
    public static string AddressOf(PackageInventory inventory) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', inventory.Components.Select(static c => c.Purl.ToString()).Distinct().Order(StringComparer.Ordinal)))))[..32];

    private static string Unversioned(string layer) => layer.Split(':') is { Length: 8 } parts ? string.Join(':', parts[..7]) : layer;
}

/// <summary>From a role, policy, layer or inventory to the functions that use it.</summary>
public interface IReferenceStore
{
    /// <summary>Makes these all that the owner refers to by <paramref name="kinds"/>.</summary>
    Task ReplaceAsync(Owner owner, IReadOnlyCollection<ReferenceKind> kinds, IEnumerable<Reference> references, CancellationToken stop);

    /// <summary>Functions that refer to it, in order of their ARN; the index lags a little.</summary>
    IAsyncEnumerable<Owner> OwnersAsync(Reference reference, CancellationToken stop);
}

/// <summary>What components there are, for look-ups and for people.</summary>
public interface IInventoryStore
{
    /// <param name="owner">The function whose package it is of.</param>
    /// <param name="address">Equal for equal inventories.</param>
    /// <param name="inventory">What was found.</param>
    /// <param name="stop">Ends the work.</param>
    Task PutAsync(Owner owner, string address, PackageInventory inventory, CancellationToken stop);
}
