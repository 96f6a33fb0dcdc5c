using CsCheck;

namespace ServerlessSec.Secrets;

public class SecretScannerTests
{
    // Put together here, so that no text of this repository looks like a secret.
    private static string Key(string prefix, string rest) => string.Concat(prefix, rest);

    private static readonly string AccessKey = Key("AKIA", "2SYNTHETIC7XQRVW");
    private static readonly string SecretKey = Key("zq7SyNtHeTiC0nly/", "NoTaReaLk3y+4uS7wPbXd2L");

    public static TheoryData<string, string, string> Credentials => new()
    {
        { "PARTNER_ACCESS_KEY_ID", AccessKey, "AWS access key" },
        { "PARTNER_SECRET_ACCESS_KEY", SecretKey, "AWS secret access key" },
        { "aws_secret", SecretKey, "AWS secret access key" },
        { "DB_PASSWORD", Key("Wq7-synthetic-", "Rk29xPv"), "password" },
        { "DB_PASSWORD", Key("BE25Uheei", "LGsZqGuzN"), "password" },
        { "SMTP_PASS", Key("letme", "in42"), "password" },
        { "ANYTHING", Key("SG.", "yfHJ6_sLe9GT9rlBF59pHk.nitDSUHmoJRp39rdIvmO5DQTpLWsVae9OiGG6eCRz-e"), "SendGrid key" },
        { "GH", Key("ghp_", "aj8qho5YpZKpRw6686JYCdDbjBkYjf208Jwi"), "GitHub token" },
        { "X", Key("xoxb-", "123456789012-123456789012-qW8eR2tY6uI0oP4aS7dF3gH9"), "Slack token" },
        { "X", Key("sk_live_", "4eC39HqLyjWDarjtT1zdp7dc"), "Stripe key" },
        { "X", Key("AIza", "SyB7rQ2xW9dK3mV5nP8tZ1cF4gH6jL0aEsU"), "Google API key" },
        { "X", Key("npm_", "4kR7tYq2WmZx9LbVc3NfGh6JdPs8AeUoTi1K"), "npm token" },
        { "X", Key("glpat-", "x7Yz3Kq9mW2vRt5LpN8s"), "GitLab token" },
        { "X", Key("sk-ant-", "api03-" + new string('k', 20) + "Q2w4E6r8T0y1U3i5O7p9A1s3D5f7G9h2J4k6L8z0X1c3V5b7N9m2q4W6e8R0t1Y3u5I7o9AA"), "Anthropic key" },
        { "X", Key("110201543", ":AAHdqTcvCH1vGWJxfSe1ofSAs0K5PALDsaw"), "Telegram bot token" },
        { "X", Key("hvs.", "CAESIJ1mK9x2Vq7Rt4Lp8Nz3Wb6Yc5Hd"), "HashiCorp Vault token" },
        { "DATABASE_URL", "postgresql://staff_app:" + Key("ait2rfkT", "BNj4p7Yr") + "@staff.eu-west-1.rds.amazonaws.com:5432/staff", "address with a password" },
        { "DB", "Server=db.example.net;Database=shop;User Id=app;Password=" + Key("q7!mZ2", "vK9p") + ";", "connection string with a password" },
        { "STORAGE", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + Convert.ToBase64String([.. Enumerable.Range(0, 64).Select(static i => (byte)(i * 37 + 11))]),
            "Azure storage key" },
        { "STRIPE_API_KEY", Key("f3a9c1d8e7b2", "465098fedcba71623"), "secret" },
        { "apiToken", Key("9f8G7h6J5k4L", "3m2N1p0Q"), "secret" },
        { "SIGNING_KEY", "-----BEGIN RSA "
            + "PRIVATE KEY-----\\nMIIEpAIBAAKCAQEAtC/W21MKYdBbUTGbO4mQXX/XIKrUD9UdcTorgoJ1y6B2q3ipIHyYGcRWo3Yypcx5KGMTGTpikuUwhWNp\\n-----END RSA PRIVATE KEY-----",
            "private key" },
        { "DD_API_KEY", Key("a1b2c3d4e5f60718", "293a4b5c6d7e8f90"), "Datadog key" },
    };

    [Theory, MemberData(nameof(Credentials))]
    public void Finds_a_credential_in_a_variable(string name, string value, string pattern)
    {
        var hit = SecretScanner.Inspect(name, value);
        Assert.NotNull(hit);
        Assert.Equal(pattern, hit.Pattern);
    }

    [Theory]
    [InlineData("MACHINE", "StateMachineThatSortsParcelsByWeightSize")]
    [InlineData("MANUAL_URL", "https://www.example.com/files/768/manual")]
    [InlineData("GIT_COMMIT", "3f786850e387550fdab836ed7e6dc881de23001b")]
    [InlineData("TOKEN_COMMIT_SHA", "3f786850e387550fdab836ed7e6dc881de23001b")]
    [InlineData("DROP_BUCKET", "example-drop-eu-west-1-123456789012-uploads-of-q")]
    [InlineData("SEAL", "arn:aws:kms:eu-west-1:123456789012:key/0f0f0f0f-1e1e-4d2d-8c3c-4b4b4b4b4b4b")]
    [InlineData("DB_SECRET", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ship/database-a1B2c3")]
    [InlineData("DB_PASSWORD", "{{resolve:secretsmanager:example/db:SecretString:password}}")]
    [InlineData("DB_PASSWORD", "{{resolve:secretsmanager:⟨Safe⟩:SecretString:password}}")]
    [InlineData("DB_PASSWORD", "⟨DbPassword⟩")]
    [InlineData("DB_PASSWORD", "${DB_PASSWORD}")]
    [InlineData("DB_PASSWORD", "$DB_PASSWORD")]
    [InlineData("DB_PASSWORD", "changeme")]
    [InlineData("DB_PASSWORD", "ChangeMe123!")]
    [InlineData("DB_PASSWORD", "xxxxxxxxxx")]
    [InlineData("DB_PASSWORD", "<your password>")]
    [InlineData("DB_PASSWORD", "REPLACE_ME")]
    [InlineData("DB_PASSWORD", "")]
    [InlineData("DB_PASSWORD", "true")]
    [InlineData("DB_PASSWORD", "prod/db/password")]
    [InlineData("DB_PASSWORD", "/prod/db/password")]
    [InlineData("DB_PASSWORD", "shop-db-password")]
    [InlineData("DB_SECRET_NAME", "ship/database_credentials")]
    [InlineData("CARRIER_TOKEN_PARAMETER", "/ship/prod/carrier-token")]
    [InlineData("AWS_CA_BUNDLE", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem")]
    [InlineData("PRIVATE_KEY", "keys/server-2024.pem")]
    [InlineData("PASSWORD_RESET_URL", "https://ship.example.org/reset")]
    [InlineData("API_KEY_HEADER", "x-api-key")]
    [InlineData("API_KEY", "x-api-key")]
    [InlineData("API_TOKEN", "MY_SERVICE_API_TOKEN")]
    [InlineData("TOKEN", "42")]
    [InlineData("MAX_TOKENS", "4096")]
    [InlineData("AUTH_TOKEN_TTL", "3600")]
    [InlineData("TENANT", "1e342f13-e354-47b8-a2ba-810c6fd8c86e")]
    [InlineData("SESSION_TOKEN_ID", "1e342f13-e354-47b8-a2ba-810c6fd8c86e")]
    [InlineData("REPOSITORY", "git+ssh://git@git.example.org/menu.git")]
    [InlineData("DATABASE_URL", "postgresql://menu_app@menu.eu-west-1.rds.amazonaws.com:5432/menu")]
    [InlineData("DATABASE_URL", "mysql://<user>:<password>@<host>:3306/menu")]
    [InlineData("DATABASE_URL", "postgres://app:⟨Password⟩@db.example.net/shop")]
    [InlineData("DATABASE_URL", "postgres://app:${PASSWORD}@db.example.net/shop")]
    [InlineData("IMAGE", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("LOG_LEVEL", "INFO")]
    [InlineData("TABLE_NAME", "shop-OrdersTable-1A2B3C4D5E6F7")]
    [InlineData("QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/123456789012/orders")]
    [InlineData("USER_POOL_CLIENT_ID", "1h57kf5cpq17m0eml12EXAMPLE")]
    [InlineData("TOKEN_ISSUER", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aBcDeFgHi")]
    public void Leaves_references_and_placeholders_alone(string name, string value) => Assert.Null(SecretScanner.Inspect(name, value));

    [Fact]
    public void Keys_that_documentation_shows_are_none()
    {
        Assert.Null(SecretScanner.Inspect("AWS_ACCESS_KEY_ID", Key("AKIAIOSFODNN7", "EXAMPLE")));
        Assert.Null(SecretScanner.Inspect("AWS_SECRET_ACCESS_KEY", Key("wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "EXAMPLEKEY")));
        Assert.Empty(SecretScanner.Find($"accessKeyId: '{Key("AKIAIOSFODNN7", "EXAMPLE")}',\n secretAccessKey: '{Key("wJalrXUtnFEMI/K7MDENG/bPxRfiCY", "EXAMPLEKEY")}',"));
    }

    [Fact]
    public void A_checksum_that_does_not_fit_makes_no_github_token()
    {
        Assert.Single(SecretScanner.Find($"'Bearer {Key("ghp_", "aj8qho5YpZKpRw6686JYCdDbjBkYjf208Jwi")}'"));
        Assert.Empty(SecretScanner.Find($"shape: '{Key("ghp_", "74kOKgSk25VS4gpNDCiJW5O91Cnhy3MgDpO0")}', filler: '{Key("ghp_", new string('x', 36))}'"));
    }

    [Fact]
    public void Reads_a_value_that_stands_on_the_next_line()
    {
        var secret = Key("LbExQ9QpVqnlmzdRIQdMhqEX7qCnwUxPypLRNfwp9bjBMhU3WZNhW", "/z6GSNnvugRrfHwDcJ+ZJcEKAOtf7yenQ==");
        Assert.Single(SecretScanner.Find($"exports.partnerApiSecret =\n  '{secret}';"));
        Assert.Empty(SecretScanner.Find(
            "exports.partnerApiSecret =\n  process.env.PARTNER_API_SECRET_FROM_PARAMETER_STORE;\nexports.partnerApiToken =\n  require('./index').handler.name;"));
    }

    [Fact]
    public void Looks_into_base64_once()
    {
        var json = "{\"accessKeyId\": \"" + AccessKey + "\", \"secretAccessKey\": \"" + SecretKey + "\"}";
        var once = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(json));
        Assert.EndsWith("in base64", Assert.Single(SecretScanner.Find($"SETUP = load(\"{once}\")")).Hit.Pattern, StringComparison.Ordinal);
        Assert.Empty(SecretScanner.Find("PICTURE = \"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAYAAACqaXHeAAA5l0L62UiKMWJGyyJAze3RWVJx5SaPuPr3DHGPMDPnO50CzbZQg2\""));
    }

    [Fact]
    public void A_key_block_of_dots_is_a_placeholder() =>
        Assert.Empty(SecretScanner.Find("\"private_key\": \"-----BEGIN " + "PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----\\n\""));

    [Fact]
    public void Finds_several_in_the_order_in_which_they_stand()
    {
        var text = $"first {AccessKey}\n{new string(' ', 5_000)}\nthen {Key("sk_live_", "4eC39HqLyjWDarjtT1zdp7dc")} and {Key("glpat-", "x7Yz3Kq9mW2vRt5LpN8s")}";
        var matches = SecretScanner.Find(text);
        Assert.Equal(["AWS access key", "Stripe key", "GitLab token"], matches.Select(static match => match.Hit.Pattern));
        Assert.Equal(AccessKey, text.Substring(matches[0].Offset, matches[0].Length));
    }

    [Fact]
    public void Equal_secrets_have_equal_digests_and_different_ones_do_not()
    {
        SecretHit first = SecretScanner.Inspect("A", AccessKey)!, again = SecretScanner.Inspect("B_KEY", AccessKey)!,
        other = SecretScanner.Inspect("A", Key("AKIA", "3SYNTHETIC7XQRVW"))!;
        Assert.Equal(first, again);
        Assert.NotEqual(first.Sha256, other.Sha256);
        Assert.True(first.Certain);
        Assert.Equal("AKIA… (20 characters)", first.Masked);
    }

    private static readonly Gen<string> Random = Gen.Char["ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"].Array[20, 60].Select(static chars => new string(chars));

    [Fact]
    public void No_hit_holds_the_secret() =>
        Random.Sample(static secret =>
        {
            foreach (var name in new[] { "API_TOKEN", "DB_PASSWORD", "aws_secret_access_key" })
            {
                var hit = SecretScanner.Inspect(name, secret);
                if (hit is not null && new[] { hit.Pattern, hit.Masked, hit.Sha256, hit.ToString() }.Any(field => Leaks(field, secret))) return false;
            }

            return true;
        });

    /// <summary>More than four characters in a row.</summary>
    private static bool Leaks(string field, string secret) =>
        Enumerable.Range(0, secret.Length - 5).Any(i => field.Contains(secret.Substring(i, 6), StringComparison.Ordinal) && !secret.Substring(i, 6).All(char.IsAsciiHexDigitLower));

    [Theory]
    [InlineData("password=")]
    [InlineData("://a:")]
    [InlineData("eyJ")]
    [InlineData("secret: \"")]
    [InlineData("-----BEGIN PRIVATE KEY-----\n")]
    [InlineData("AKIA")]
    [InlineData("a.b")]
    [InlineData("curl -u ")]
    [InlineData("auths\"")]
    [InlineData("jdbc:mysql:")]
    [InlineData("server=a;password=")]
    [InlineData("aA0=")]
    [InlineData("twilio ")]
    [InlineData("https://a:b?sv=2020-01-01&sig=")]
    public void Hostile_texts_take_no_longer_than_their_length(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 20_000 / piece.Length));
        _ = SecretScanner.Find(text);
        _ = SecretScanner.Inspect("API_TOKEN", text);
    }

    [Fact]
    public void Every_pattern_has_a_name_and_keywords_long_enough_to_be_rare()
    {
        foreach (var pattern in SecretPatterns.All)
        {
            Assert.NotEmpty(pattern.Name);
            Assert.NotEmpty(pattern.Keywords);
            Assert.All(pattern.Keywords, static keyword => Assert.True(keyword.Length >= 2, keyword));
            Assert.Contains("s", pattern.Matcher.GetGroupNames());
        }
    }
}
