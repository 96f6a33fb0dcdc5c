using System.Buffers.Binary;
using System.Text;

namespace ServerlessSec.Inventory.Linux;

/// <summary>Databases of distributions, and which distribution they are of.</summary>
public sealed class LinuxTests
{
    private const string Debian = "ID=debian\nVERSION_ID=\"12\"\n";

    [Theory]
    [InlineData("ID=debian\nVERSION_ID=\"12\"", "debian", "Debian:12")]
    [InlineData("ID=debian\nVERSION_CODENAME=forky", "debian", "Debian:14")]
    [InlineData("ID=ubuntu\nVERSION_ID='22.04'\nVERSION=\"22.04.3 LTS (Jammy Jellyfish)\"", "ubuntu", "Ubuntu:22.04:LTS")]
    [InlineData("ID=ubuntu\nVERSION_ID=\"23.10\"\nVERSION=\"23.10 (Mantic Minotaur)\"", "ubuntu", "Ubuntu:23.10")]
    [InlineData("ID=alpine\nVERSION_ID=3.18.4", "alpine", "Alpine:v3.18")]
    [InlineData("ID=wolfi\nVERSION_ID=20230201", "wolfi", "Wolfi")]
    [InlineData("ID=\"rhel\"\nVERSION_ID=\"9.3\"", "redhat", "Red Hat:enterprise_linux:9")]
    [InlineData("ID=\"rocky\"\nVERSION_ID=\"8.8\"", "rocky", "Rocky Linux:8")]
    [InlineData("ID=\"sles\"\nPRETTY_NAME=\"SUSE Linux Enterprise Server 15 SP5\"", "suse", "SUSE:Linux Enterprise Server 15 SP5")]
    [InlineData("ID=\"opensuse-leap\"\nPRETTY_NAME=\"openSUSE Leap 15.5\"", "opensuse", "openSUSE:Leap 15.5")]
    [InlineData("NAME=\"Amazon Linux\"\nID=\"amzn\"\nVERSION_ID=\"2023\"", "amzn", "Amazon Linux:2023")]
    [InlineData("# nothing\n=x\n", "debian", "Debian")]
    public void A_distribution_is_known_by_its_description(string text, string vendor, string ecosystem)
    {
        var distribution = Distribution.Of(text, "debian");
        Assert.Equal((vendor, ecosystem), (distribution.Vendor, distribution.Ecosystem));
    }

    [Fact]
    public void Dpkg_lists_what_is_installed_with_its_source()
    {
        var inventory = Read.Package(
            ("etc/os-release", Debian),
            ("var/lib/dpkg/status",
                """
                Package: libgcc-s1
                Status: install ok installed
                Source: gcc-12 (12.2.0-14)
                Version: 12.2.0-14+b1
                Depends: gcc-12-base (= 12.2.0-14), libc6 (>= 2.35) | libc7
                Description: GCC support library
                 Version: 9 is no field

                Package: libc6
                Status: install ok installed
                Source: glibc
                Version: 2.36-9+deb12u4

                Package: removed
                Status: deinstall ok config-files
                Version: 1

                Package: bash
                Status: hold ok half-configured
                Version: 5.2.15-2+b2

                Package: nameless
                Status: install ok installed
                """));
        Assert.Equal(["pkg:deb/debian/bash@5.2.15-2%2Bb2", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u4", "pkg:deb/debian/libgcc-s1@12.2.0-14%2Bb1"], inventory.Purls());
        Assert.Equal(new SourcePackage("gcc-12", "12.2.0-14"), inventory.Only("libgcc-s1").Source);
        Assert.Equal(new SourcePackage("glibc", "2.36-9+deb12u4"), inventory.Only("libc6").Source);
        Assert.Equal("Debian:12", inventory.Only("bash").Ecosystem);
        Assert.Equal(["pkg:deb/debian/libc6@2.36-9%2Bdeb12u4"], inventory.Only("libgcc-s1").DependsOn);
        Assert.Contains(inventory.Gaps, static g => g.Reason == "malformed package");
    }

    [Fact]
    public void An_image_without_dpkg_itself_has_a_file_for_each_package()
    {
        var inventory = Read.Package(
            ("usr/lib/os-release", Debian),
            ("var/lib/dpkg/status.d/libssl3", "Package: libssl3\nVersion: 3.0.11-1\nSource: openssl\n"),
            ("var/lib/dpkg/status.d/libssl3.md5sums", "0123  usr/bin/openssl\n"),
            ("usr/bin/openssl", "\u007fELF" + new string('x', 100)));
        Assert.Equal(["pkg:deb/debian/libssl3@3.0.11-1"], inventory.Purls());
        Assert.DoesNotContain(inventory.Opaque, static o => o.Path == "usr/bin/openssl");
    }

    [Fact]
    public void What_a_package_of_the_system_brought_is_that_package()
    {
        const string metadata = "Metadata-Version: 2.1\nName: requests\nVersion: 2.28.1\n";
        (string, string)[] files =
        [
            ("etc/os-release", Debian),
            ("var/lib/dpkg/status", "Package: python3-requests\nStatus: install ok installed\nVersion: 2.28.1+dfsg-1\n"),
            ("usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA", metadata),
            ("var/task/requests-2.28.2.dist-info/METADATA", metadata.Replace("2.28.1", "2.28.2", StringComparison.Ordinal)),
            ("usr/bin/python3.11", "\u007fELF" + new string('x', 100)),
        ];
        var owned = Read.Package([.. files, ("var/lib/dpkg/info/python3-requests.list", "/.\n/bin/python3.11\n/usr/lib/python3/dist-packages/requests-2.28.1.dist-info/METADATA\n")]);
        Assert.Equal(["pkg:deb/debian/python3-requests@2.28.1%2Bdfsg-1", "pkg:pypi/requests@2.28.2"], owned.Purls());
        Assert.Contains("pkg:pypi/requests@2.28.1", Read.Package(files).Purls());
    }

    [Fact]
    public void Apk_lists_what_is_installed_with_its_origin()
    {
        const string installed = "C:Q1x=\nP:libcrypto3\nV:3.1.4-r1\nA:x86_64\nL:Apache-2.0\no:openssl\nD:so:libc.musl-x86_64.so.1 musl>=1.2 !old\nF:lib\nR:libcrypto.so.3\n\nP:musl\nV:1.2.4-r2\no:musl\np:so:libc.musl-x86_64.so.1=1\n\nP:busybox\nV:1.36.1-r5\no:busybox\nD:so:libc.musl-x86_64.so.1\np:/bin/sh\n\nP:scripts\nV:1.0-r0\nD:/bin/sh\n\nP:x\n\n";
        foreach (var place in new[] { "lib/apk/db/installed", "usr/lib/apk/db/installed", "rootfs/lib/apk/db/installed" })
        {
            var root = place.StartsWith("rootfs", StringComparison.Ordinal) ? "rootfs/" : "";
            var inventory = Read.Package((root + "etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"), (place, installed));
            Assert.Equal(["pkg:apk/alpine/busybox@1.36.1-r5", "pkg:apk/alpine/libcrypto3@3.1.4-r1", "pkg:apk/alpine/musl@1.2.4-r2", "pkg:apk/alpine/scripts@1.0-r0"], inventory.Purls());
            var crypto = inventory.Only("libcrypto3");
            Assert.Equal((new SourcePackage("openssl", "3.1.4-r1"), "Alpine:v3.18", "Apache-2.0"), (crypto.Source, crypto.Ecosystem, Assert.Single(crypto.Licences)));
            Assert.Equal(["pkg:apk/alpine/musl@1.2.4-r2"], crypto.DependsOn);
            Assert.Equal(["pkg:apk/alpine/musl@1.2.4-r2"], inventory.Only("busybox").DependsOn);
            Assert.Equal(["pkg:apk/alpine/busybox@1.36.1-r5"], inventory.Only("scripts").DependsOn);
            Assert.Null(inventory.Only("musl").Source);
        }
    }

    [Fact]
    public void Rpms_own_database_lists_what_is_installed()
    {
        var inventory = Rpm("Packages.db", Ndb(Header("bash", "5.1.8", "6.el9", 0, "bash-5.1.8-6.el9.src.rpm"), Header("libssl", "3.0", "1.el9", 2, "openssl-3.0-1.el9.src.rpm")));
        Assert.Equal(["pkg:rpm/rocky/bash@5.1.8-6.el9", "pkg:rpm/rocky/libssl@2:3.0-1.el9"], inventory.Purls());
        Assert.Equal(new SourcePackage("openssl", "2:3.0-1.el9"), inventory.Only("libssl").Source);
        Assert.Equal("Rocky Linux:9", inventory.Only("bash").Ecosystem);
    }

    [Fact]
    public void A_database_of_another_time_or_not_closed_is_a_gap()
    {
        Assert.Contains(Rpm("Packages", new byte[100]).Gaps, static g => g.Reason == "Berkeley DB");
        Assert.Contains(Rpm("rpmdb.sqlite-wal", new byte[100]).Gaps, static g => g.Reason == "unfinished database");
        Assert.Contains(Rpm("rpmdb.sqlite", new byte[1000]).Gaps, static g => g.Reason == "malformed manifest");
    }

    /// <summary>Every byte that is changed, and every place it is cut at, gives components or a gap.</summary>
    [Fact]
    public void A_damaged_database_of_rpm_is_a_gap_or_loses_a_package()
    {
        var good = Ndb(Header("bash", "5.1.8", "6.el9", 1, "bash-5.1.8-6.el9.src.rpm"));
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var bad = good.ToArray();
            for (var n = 0; n < 4; n++) bad[random.Next(2) == 0 ? random.Next(64) : 4096 + random.Next(bad.Length - 4096)] = (byte)random.Next(256);
            Rpm("Packages.db", i % 4 == 0 ? bad[..random.Next(1, bad.Length)] : bad);
        }
    }

    private static PackageInventory Rpm(string name, byte[] database) => Read.Package(
        new Packages.Zips().Add("etc/os-release", "ID=rocky\nVERSION_ID=9.3\n").Add($"var/lib/rpm/{name}", database).ToArray());

    private static byte[] Header(string name, string version, string release, int epoch, string source)
    {
        var values = new MemoryStream();
        var index = new MemoryStream();
        var count = 0;
        foreach (var (tag, text) in new[] { (1000, name), (1001, version), (1002, release), (1044, source), (1014, "MIT") }) Add(tag, 6, [.. Encoding.UTF8.GetBytes(text), 0]);
        while (values.Length % 4 != 0) values.WriteByte(0);
        Add(1003, 4, Big(epoch));
        return [.. Big(count), .. Big((int)values.Length), .. index.ToArray(), .. values.ToArray()];

        void Add(int tag, int type, byte[] value)
        {
            index.Write([.. Big(tag), .. Big(type), .. Big((int)values.Length), .. Big(1)]);
            values.Write(value);
            count++;
        }
    }

    private static byte[] Ndb(params byte[][] headers)
    {
        var file = new byte[4096 + headers.Sum(static h => 16 + ((h.Length + 15) / 16 * 16))];
        Put(0, "RpmP");
        Little(12, 1);
        for (var slot = 32; slot < 4096; slot += 16) Put(slot, "Slot");
        var at = 4096;
        for (var i = 0; i < headers.Length; i++)
        {
            Little(32 + 16 * i + 4, i + 1);
            Little(32 + 16 * i + 8, at / 16);
            Put(at, "BlbS");
            Little(at + 4, i + 1);
            Little(at + 12, headers[i].Length);
            headers[i].CopyTo(file, at + 16);
            at += 16 + ((headers[i].Length + 15) / 16 * 16);
        }

        return file;

        void Put(int at, string text) => Encoding.ASCII.GetBytes(text).CopyTo(file, at);

        void Little(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
    }

    private static byte[] Big(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}
