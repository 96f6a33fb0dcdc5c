namespace ServerlessSec.Secrets;

/// <summary>A credential found, without the credential.</summary>
/// <param name="Pattern">Which kind, in words: <c>AWS access key</c>.</param>
/// <param name="Masked">At most the first four characters and the length.</param>
/// <param name="Sha256">Lowercase hexadecimal digest of the value, so that equal secrets can be told apart from different ones.</param>
/// <param name="Certain">The value itself has a provider's shape; false where name and randomness speak for it.</param>
public sealed record SecretHit(string Pattern, string Masked, string Sha256, bool Certain);
