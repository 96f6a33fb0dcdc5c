using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>A library whose version stands as a literal near text that survives minification and that no other library has.</summary>
/// <param name="Before">Directly before the version's quote, minified; empty where that changes.</param>
/// <param name="Anchor">The text near it.</param>
/// <param name="Reach">Characters between anchor and version, at most.</param>
internal sealed record KnownConstant(string Name, string Before, string Anchor, int Reach);

/// <summary>The well-known libraries.</summary>
internal static class KnownConstants
{
    public static ImmutableArray<KnownConstant> All { get; } =
    [
        new("acorn", "=", "readWord1", 250),
        new("angular", "full:", "codeName:", 100),
        new("aws-sdk", "VERSION:", "RestJson", 150),
        new("axios", "=", "[-+\\w]{1,25}", 120),
        new("backbone", ".VERSION=", "emulateHTTP", 150),
        new("bluebird", ".version=", "_setAsyncGuaranteed", 1200),
        new("bootstrap", "", "bs.alert", 400),
        new("c3", "version:", "subXAxis", 100),
        new("core-js", "version:", "Denis Pushkarev (zloirock.ru)", 200),
        new("dompurify", ".version=", ".removed=[]", 40),
        new("ejs", "", "shallowCopyFromList", 1000),
        new("esprima", ".version=", "insertInnerComments", 300),
        new("fastify", "", "getSerializerCompiler", 200),
        new("flowplayer", "version:", "engineName", 120),
        new("graphql", "=", "preReleaseTag", 200),
        new("handlebars", "", "<= 1.0.rc.2", 300),
        new("highlight.js", "", ".versionString=", 40),
        new("highlight.js", "=", "HTMLInjectionError", 150),
        new("immutable", "=", "isValueObject", 350),
        new("jquery", "=", "{jquery:", 400),
        new("jquery", "jquery:", "{jquery:", 20),
        new("jquery-migrate", ".migrateVersion=", ".migrateVersion=", 30),
        new("jquery-ui", ".ui.version=", ".ui.version=", 20),
        new("jsrsasign", ".VERSION=", "VERSION_FULL", 60),
        new("jszip", ".version=", ".loadAsync=", 100),
        new("knockout", ".version=", "useOnlyNativeEvents", 120),
        new("lodash", "=", "__lodash_placeholder__", 400),
        new("lodash", "", "Unsupported core-js use.", 120),
        new("luxon", "=", "isDateTime", 500),
        new("mathjs", "=", "createUppercasePi", 200),
        new("moment", ".version=", ".isMoment=", 500),
        new("mustache", "", "mustache.js", 60),
        new("pdfjs-dist", ",apiVersion:", "disableAutoFetch", 120),
        new("pino", "version:", "assertDefaultLevelFound", 3200),
        new("quill", ".version=", "scrollingContainer", 250),
        new("react", ".version=", ".useState(", 80),
        new("react", ".version=", ".useTransition=", 120),
        new("react-dom", "bundleType:0,version:", "rendererPackageName:\"react-dom\"", 60),
        new("stripe", "PACKAGE_VERSION=", "PACKAGE_VERSION=", 24),
        new("swagger-ui-dist", "PACKAGE_VERSION:", "GIT_COMMIT", 120),
        new("ua-parser-js", ".VERSION=", ".BROWSER=", 100),
        new("ua-parser-js", "=", "wearable", 300),
        new("underscore", "=", "\"propertyIsEnumerable\",\"hasOwnProperty\",\"toLocaleString\"", 1500),
        new("validator", "", "toBoolean", 150),
        new("video.js", "=", "requestFullscreen", 500),
        new("vue", ".version=", "input,textarea,option,select,progress", 100),
        new("vue", "=", "errorCaptured", 60),
        new("winston", "", "Use a custom winston.format = winston.format(function) instead.", 450),
        new("xlsx", ".version=", "cptable", 400),
    ];
}
