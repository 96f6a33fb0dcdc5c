using System.Security.Cryptography;
using System.Text;

namespace ServerlessSec.Findings;

/// <summary>A finding's identity across scans: version 1 is the first 32 hexadecimal digits of SHA-256 over its parts.</summary>
public static class Fingerprint
{
    public static string Of(string rule, string subject, string place) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\u001f', "v1", rule, subject, place))))[..32];
}
