using System.Buffers;
using System.Collections.Immutable;
using ServerlessSec.Packages;

namespace ServerlessSec.Inventory.Native;

/// <summary>Names of shared libraries, as their own build scripts give them.</summary>
internal static class NativeNames
{
    private const int ShortestDigest = 6;
    private const int LongestDigest = 16;

    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private static readonly ImmutableArray<NativeName> All =
    [
        new("libcrypto", "openssl"), new("libssl", "openssl"),
        new("libz", "zlib", Tail.Version, "1."), new("liblzma", "xz", Tail.Version, "5."), new("libbz2", "bzip2"),
        new("libzstd", "zstd", Tail.Version, "1."), new("liblz4", "lz4", Tail.Version, "1."), new("libsnappy", "snappy", Tail.Version),
        new("libbrotlicommon", "brotli", Tail.Version), new("libbrotlidec", "brotli", Tail.Version), new("libbrotlienc", "brotli", Tail.Version),
        new("libcurl", "curl"), new("libcurl-gnutls", "curl"), new("libssh2", "libssh2"), new("libssh", "libssh"),
        new("libnghttp2", "nghttp2", Lead: "1."), new("libcares", "c-ares", Lead: "1."), new("libpsl", "libpsl", Lead: "0."),
        new("libsqlite3", "sqlite", Lead: "3."), new("libe_sqlite3", "sqlite", Lead: "3."),
        new("libxml2", "libxml2", Tail.Version), new("libxslt", "libxslt", Tail.Version), new("libxmlsec1", "xmlsec", Tail.Version),
        new("libexpat", "expat"), new("libexpatw", "expat"), new("libyaml-0", "libyaml", Lead: "0."),
        new("libffi", "libffi"), new("libpcre2-8", "pcre2"), new("libpcre2-16", "pcre2"), new("libpcre", "pcre"), new("libonig", "oniguruma"),
        new("libkrb5", "krb5"), new("libgssapi_krb5", "krb5"), new("libk5crypto", "krb5"), new("libpq", "postgresql"),
        new("libldap", "openldap"), new("libsasl2", "cyrus-sasl", Lead: "2."), new("libmariadb", "mariadb-connector-c", Lead: ""), new("libmysqlclient", "mysql"),
        new("libodbc", "unixodbc", Lead: "2."), new("librdkafka", "librdkafka"), new("libsodium", "libsodium", Lead: "1."),
        new("libgnutls", "gnutls"), new("libgcrypt", "libgcrypt"), new("libnettle", "nettle"), new("libgmp", "gmp"),
        new("libjpeg", "libjpeg-turbo"), new("libturbojpeg", "libjpeg-turbo"), new("libpng16", "libpng", Tail.Png, "1.6."), new("libtiff", "libtiff"),
        new("libwebp", "libwebp"), new("libopenjp2", "openjpeg", Tail.Version), new("libheif", "libheif", Tail.Version, "1."), new("libde265", "libde265", Lead: "1."),
        new("libavif", "libavif", Lead: ""), new("libgif", "giflib"), new("liblcms2", "lcms2"), new("libraw", "libraw"), new("libexif", "libexif"),
        new("libexiv2", "exiv2", Lead: "0."), new("libvips", "libvips", Lead: "8."), new("libMagickCore-6.Q16", "imagemagick"), new("libMagickCore-7.Q16HDRI", "imagemagick"),
        new("libfreetype", "freetype"), new("libfontconfig", "fontconfig"), new("libharfbuzz", "harfbuzz", Lead: ""), new("libfribidi", "fribidi"),
        new("libglib-2.0", "glib", Tail.GLib), new("libgobject-2.0", "glib", Tail.GLib), new("libgio-2.0", "glib", Tail.GLib),
        new("libcairo", "cairo", Tail.Cairo), new("libpango-1.0", "pango", Tail.Pango), new("libpixman-1", "pixman", Tail.Version), new("librsvg-2", "librsvg"),
        new("libpoppler", "poppler", Lead: "2"), new("liblept", "leptonica"), new("libleptonica", "leptonica", Tail.Version), new("libtesseract", "tesseract", Lead: "5."),
        new("libicuuc", "icu", Tail.Version), new("libicui18n", "icu", Tail.Version), new("libicudata", "icu", Tail.Version),
        new("libavcodec", "ffmpeg"), new("libavformat", "ffmpeg"), new("libavutil", "ffmpeg"), new("libswscale", "ffmpeg"), new("libswresample", "ffmpeg"), new("libavfilter", "ffmpeg"),
        new("libgeos", "geos", Tail.Version), new("libgdal", "gdal"), new("libproj", "proj"), new("libhdf5", "hdf5"), new("libnetcdf", "netcdf", Lead: "4."),
        new("libarchive", "libarchive"), new("libmagic", "file", Lead: "5."), new("libuv", "libuv"), new("libtinfo", "ncurses"), new("libncursesw", "ncurses"), new("libncurses", "ncurses"),
        new("libopenblas", "openblas"), new("libopenblasp", "openblas"), new("libzmq", "zeromq"), new("libevent-2.1", "libevent", Lead: "2."),
        new("libprotobuf", "protobuf"), new("libgs", "ghostscript"), new("libxerces-c-3.2", "xerces-c"), new("libspeex", "speex", Lead: "1."), new("libopus", "opus"),
    ];

    private static readonly Dictionary<string, NativeName> ByStem = All.ToDictionary(static name => name.Stem, StringComparer.Ordinal);

    /// <summary>What the file is by its name, with the numbers behind <c>.so</c>; null where the name is none of these.</summary>
    public static (NativeName Name, string Tail)? Of(string path)
    {
        var name = EntryPath.Name(path);
        var so = name.IndexOf(".so", StringComparison.Ordinal);
        if (so <= 0 || (so + 3 < name.Length && name[so + 3] != '.')) return null;
        var tail = so + 4 < name.Length ? name[(so + 4)..] : "";
        if (ByStem.TryGetValue(name[..so], out var known)) return (known, tail);

        var dash = name.LastIndexOf('-', so - 1);
        return dash > 0 && IsDigest(name.AsSpan(dash + 1, so - dash - 1)) && ByStem.TryGetValue(name[..dash], out known) ? (known, tail) : null;
    }

    private static bool IsDigest(ReadOnlySpan<char> text) =>
        text.Length is >= ShortestDigest and <= LongestDigest && !text.ContainsAnyExcept(Hexadecimal);
}
