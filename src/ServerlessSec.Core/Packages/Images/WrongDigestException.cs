namespace ServerlessSec.Packages.Images;

/// <summary>What came is not what its digest says.</summary>
public sealed class WrongDigestException(string message) : FormatException(message);
