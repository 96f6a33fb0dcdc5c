namespace ServerlessSec.Packages.Images;

/// <summary>A layer that holds far more than any that was made of files: it ends there, and the image goes on.</summary>
public sealed class LayerRatioException(string message) : FormatException(message);
