using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>A library whose version stands near text that survives minification and that no other library has.</summary>
/// <param name="Before">Directly before the version (before its quote, where <paramref name="After"/> is empty), minified.</param>
/// <param name="Anchor">The text near it.</param>
/// <param name="Reach">Characters between anchor and version, at most; 0 where no version is kept and the text names the library alone.</param>
/// <param name="After">Directly behind the three numbers, where the version is part of a longer text; empty where it is a literal of its own.</param>
internal sealed record KnownConstant(string Name, string Before, string Anchor, int Reach, string After = "");

/// <summary>A library whose version is all there is in a module of its own.</summary>
/// <param name="Mark">A text elsewhere in the library.</param>
/// <param name="Start">How its versions begin.</param>
/// <param name="IsAlone">Whether the module is the version itself, and no object with it.</param>
internal sealed record ApartConstant(string Name, string Mark, string Start, bool IsAlone = false);

/// <summary>The well-known libraries.</summary>
internal static class KnownConstants
{
    public static ImmutableArray<KnownConstant> All { get; } =
    [
        new("@angular/core", "\"ng-version\",", "\"ng-version\",", 14),
        new("@angular/core", "(", ".angular.dev`", 200),
        new("@angular/core", "(", "angular.dev/errors`", 80),
        new("@vue/runtime-core", "=", "createComponentInstance:", 250),
        new("@vue/runtime-core", "=", "{createComponentInstance,", 250),
        new("@vue/runtime-core", "=", "serverPrefetch hook", 60),
        new("@vue/runtime-core", "=", ".EffectScope=", 60),
        new("@vue/runtime-core", "version:()=>", "watchPostEffect:()=>", 60),
        new("acorn", "=", "readWord1", 250),
        new("alasql", ".version=\"", "Plese Provide SQL", 500, "-"),
        new("alpinejs", "version:", "pauseMutationObserver:", 30),
        new("alpinejs", "version:", "flushAndStopDeferringMutations:", 30),
        new("alpinejs", "version:", "disableEffectScheduling:", 30),
        new("angular", "full:", "codeName:", 100),
        new("angular", "://errors.angularjs.org/", "://errors.angularjs.org/", 26, "/"),
        new("aws-sdk", "VERSION:", "RestJson", 150),
        new("axios", "=", "[-+\\w]{1,25}", 120),
        new("axios", "[Axios v", "[Axios v", 24, "] Transitional"),
        new("backbone", ".VERSION=", "emulateHTTP", 400),
        new("bluebird", ".version=", "_setAsyncGuaranteed", 1_200),
        new("bluebird", ".version=", "lastLineError)", 900),
        new("bootstrap", "=", "\"bs.alert\"", 60),
        new("bootstrap", ".VERSION=", ".TRANSITION_DURATION=", 14),
        new("bootstrap", ".VERSION=", "[data-dismiss=\"alert\"]", 150),
        new("bootstrap", "=", ".toUpperCase()}: Option \"", 160),
        new("bootstrap", "get VERSION(){return", "static get DATA_KEY(){return`bs.", 20),
        new("bootstrap", "get VERSION(){return", "You have to implement the static method \"NAME\"", 90),
        new("bootstrap", "=", "this.constructor.DATA_KEY,this)", 140),
        new("bootstrap-select", ".VERSION=", "noneSelectedText:\"Nothing selected\"", 90),
        new("bytebuffer", ".VERSION=", ".LITTLE_ENDIAN=!0", 20),
        new("c3", "version:", "subXAxis", 100),
        new("c3", "version:", "chart:{fn:", 20),
        new("chart.js", "=", "[\"top\",\"bottom\",\"left\",\"right\",\"chartArea\"]", 40),
        new("chart.js", "static version=", "static registry=", 40),
        new("chart.js", ",value:", "registry:{enumerable:", 70),
        new("chart.js", "", "getBarsAtEvent:", 0),
        new("ckeditor4", "version:\"", "\",revision:\"", 60, " ("),
        new("ckeditor4", "version:\"", "\",revision:\"", 60, "-lts ("),
        new("core-js", "version:", "Denis Pushkarev (zloirock.ru)", 200),
        new("d3", "{version:", "Date.now||(Date.now=function(){return", 20),
        new("d3", "{version:", ".ownerDocument||", 200),
        new("datatables.net", ".version=", ".models.oSearch=", 60),
        new("datatables.net", "version:", "afnFiltering:", 60),
        new("datatables.net", "version:", "rendererDisplayRowCells:", 80),
        new("dompurify", ".version=", ".removed=[]", 40),
        new("easyxdm", "", "easyXDM_", 0),
        new("echarts", "=", "{zrender:\"", 30),
        new("echarts", "version:", "dependencies:{zrender:\"", 30),
        new("ejs", "=", "Embedded JavaScript templates", 120),
        new("elliptic", "=", "EC cryptography", 80),
        new("ember-source", "=", "setFactoryFor:", 120),
        new("esprima", ".version=", "insertInnerComments", 300),
        new("fastify", "=", "kAvvioBoot:", 120),
        new("flowplayer", "version:", "engineName", 120),
        new("flowplayer", "version:", "engines:[],extensions:[]", 14),
        new("flowplayer", "version:", "engines:[],conf:{", 14),
        new("flowplayer", "//embed.flowplayer.org/", "//embed.flowplayer.org/", 26, "/"),
        new("froala-editor", "VERSION:", "OPTS_MAPPING", 40),
        new("froala-editor", ".VERSION=", "OPTS_MAPPING", 40),
        new("graphql", "=", "preReleaseTag", 200),
        new("graphql", "version:()=>", "versionInfo:()=>", 16),
        new("handlebars", "=", "<= 1.0.rc.2", 300),
        new("highcharts", ".version=", ".product=\"Highcharts\"", 40),
        new("highcharts", "version:", "product:\"Highcharts\"", 40),
        new("highlight.js", ".versionString=", ".versionString=", 20),
        new("highlight.js", "=", "HTMLInjectionError", 150),
        new("highlight.js", "=", "[\"language\",\"code\",\"autodetect\"]", 150),
        new("immutable", "=", "isValueObject", 350),
        new("jplayer", "version:{script:", "needFlash:", 30),
        new("joi", "=", "Object schema validation", 60),
        new("jquery", "=", "{jquery:", 400),
        new("jquery", "jquery:", "{jquery:", 20),
        new("jquery-migrate", ".migrateVersion=", ".migrateVersion=", 30),
        new("jquery-mobile", ".mobile,{version:", ".mobile,{version:", 20),
        new("jquery-ui", ".ui.version=", ".ui.version=", 20),
        new("jquery-ui", "\"ui.autocomplete\",{version:", "\"ui.autocomplete\",{version:", 30),
        new("jquery-ui", "\"ui.dialog\",{version:", "\"ui.dialog\",{version:", 30),
        new("jquery-ui", "\"ui.tooltip\",{version:", "\"ui.tooltip\",{version:", 30),
        new("jquery-validation", "", "Please enter no more than {0} characters.", 0),
        new("jquery.terminal", "version:", "color_names:[", 80),
        new("jsrsasign", ".VERSION=", "VERSION_FULL", 60),
        new("jszip", ".version=", ".loadAsync=", 100),
        new("knockout", ".version=", "useOnlyNativeEvents", 120),
        new("knockout", ".version=", "(\"version\",", 24),
        new("lodash", "=", "__lodash_placeholder__", 400),
        new("lodash", "=", "Unsupported core-js use.", 120),
        new("lodash", ".VERSION=", "[\"bind\",\"bindKey\",\"curry\",", 24),
        new("lodash", ".VERSION=", ".prototype.toString=", 20),
        new("lodash", ".VERSION=", ".prototype.chain=", 20),
        new("lodash", ".VERSION=", ".assign=", 16),
        new("lodash", ".VERSION=", ".after=", 16),
        new("lodash-es", "=", "=4294967295", 40),
        new("lodash-es", ".VERSION=", ".templateSettings).imports._=", 60),
        new("luxon", "=", "isDateTime", 500),
        new("luxon", "=", "{\"./datetime.js\":", 12),
        new("marked", "", "Please report this to https://github.com/markedjs/marked.", 0),
        new("mathjax", "MathJax.version=", "MathJax.version=", 24),
        new("mathjax", "version:", "handleRetriesFor:", 160),
        new("mathjax", "=", "setA11yOptions:", 50),
        new("mathjax", "", "handleRetriesFor:", 0),
        new("mathjs", "=", "createUppercasePi", 200),
        new("moment", ".version=", ".isMoment=", 500),
        new("moment", "=", "\"Month|Date|Hours|Minutes|Seconds", 40),
        new("moment", "=", "\"months|monthsShort|", 140),
        new("moment", ".version=", ".defaultFormat=", 20),
        new("moment", ".version=", ".lang=function(", 20),
        new("moment-timezone", "=", "Moment Timezone requires Moment.js. See", 160),
        new("moment-timezone", ".version=", ".dataVersion=", 24),
        new("mootools", ".MooTools={version:", ".MooTools={version:", 28),
        new("mpd-parser", "=", "INVALID_NUMBER_OF_PERIOD", 1_200),
        new("mustache", ".version=", "=\"mustache.js\"", 40),
        new("mustache", "version:", "name:\"mustache.js\"", 40),
        new("mysql2", "=", "fast mysql driver. Implements core protocol", 60),
        new("next", "=", "this.scrollToHash()", 400),
        new("next", "(),", "this.scrollToHash()", 400),
        new("pdfjs-dist", ",apiVersion:", "disableAutoFetch", 120),
        new("pdfjs-dist", "=", ".WorkerMessageHandler=", 60),
        new("pdfjs-dist", "=", ".apiVersion,", 8),
        new("pdfobject", "pdfobjectversion:", "pdfobjectversion:", 28),
        new("pdfobject", "=", "[\"application/pdf\"]", 200),
        new("pdfobject", "=", ".PDFObject=", 260),
        new("pdfobject", "=", "navigator.userAgent)return!1;let ", 50),
        new("pino", "version:", "assertDefaultLevelFound", 3_200),
        new("plupload", "VERSION:", "GENERIC_ERROR:-100", 100),
        new("postcss", ".version=", ".plugins=this.normalize(", 30),
        new("protobufjs", ".VERSION=", ".WIRE_TYPES={}", 30),
        new("punycode", "version:", "ucs2:{", 24),
        new("quill", ".version=", "scrollingContainer", 250),
        new("quill", "static version=", "\"core/module\"", 90),
        new("react", ".version=", ".useState(", 80),
        new("react", ".version=", ".useTransition=", 120),
        new("react", "=", ".useTransition()}", 24),
        new("react", "version:", "isValidElement:", 40),
        new("react", "version:", "__spread:", 16),
        new("react-dom", "bundleType:0,version:", "rendererPackageName:\"react-dom\"", 60),
        new("react-dom", "version:", "unstable_renderSubtreeIntoContainer:", 80),
        new("react-dom", "=", "The destination stream closed early.", 120),
        new("react-dom", "=", "If you intended for this Suspense boundary to render the fallback content on the server", 300),
        new("react-dom", ".version=", ".renderToStaticNodeStream=", 600),
        new("react-dom", ".version=", ".renderToPipeableStream=", 1_500),
        new("select2", "", "=\"select2-results__option", 0),
        new("stripe", "PACKAGE_VERSION=", "PACKAGE_VERSION=", 24),
        new("svelte", "=", "\"SvelteComponent.html\"", 90),
        new("svelte", "generated by Svelte v", "generated by Svelte v", 24, " */"),
        new("svelte", "{version:", "\"SvelteDOMInsert\"", 90),
        new("swagger-ui-dist", "PACKAGE_VERSION:", "GIT_COMMIT", 120),
        new("swiper", "", "slidePrevClass:\"swiper-slide-prev\"", 0),
        new("three", "", "Multiple instances of Three.js being imported.", 0),
        new("ua-parser-js", ".VERSION=", ".BROWSER=", 100),
        new("ua-parser-js", "=", "\"wearable\"", 300),
        new("ua-parser-js", "=", "\"user-agent\"", 24),
        new("underscore", "=", "\"propertyIsEnumerable\",\"hasOwnProperty\",\"toLocaleString\"", 1_500),
        new("underscore", ".VERSION=", ".forEach=", 40),
        new("underscore", ".VERSION=", "._wrapped=", 220),
        new("validator", "=", "toBoolean", 150),
        new("validator", "version:", "toBoolean", 150),
        new("video.js", "=", "requestFullscreen", 500),
        new("video.js", ".VERSION=", "techOrder:", 50),
        new("video.js", ".VERSION=", ".prototype.options_", 60),
        new("video.js", "=", "/AppleWebKit\\/([\\d.]+)/i", 120),
        new("vue", ".version=", "input,textarea,option,select,progress", 100),
        new("vue", ".version=", ".emit(\"init\",", 90),
        new("vue", ".version=", "elementDirectives:", 60),
        new("vue", "=", "errorCaptured", 60),
        new("vue", "", "Function(\"Vue\",", 0),
        new("winston", "=", "Use a custom winston.format = winston.format(function) instead.", 450),
        new("winston", "=", "A logger for just about everything.", 60),
        new("xlsx", ".version=", "cptable", 400),
        new("yui", "=", "\"http://yui.yahooapis.com/\"", 30),
        new("zrender", "=", "\"__zr_style_\"", 250),
        new("zrender", ".version=", ".delInstance=", 600),
        new("zrender", ".version=", ".registerPainter=", 600),
        new("zrender", "=", ".registerPainter=", 900),
    ];

    /// <summary>
    /// Libraries that keep their version in a module of its own, which bundlers put anywhere: known by a text that stands
    /// elsewhere, and by how such a version begins.
    /// </summary>
    public static ImmutableArray<ApartConstant> Apart { get; } =
    [
        new("axios", "\"[Axios v", "0."), new("axios", "=\"axios/\"+", "0."), new("quill", "\"ql-editor", "0."), new("react", "createMixin:", "15."),
        new("react", "createMixin:", "0.1"), new("react-dom", "unstable_renderSubtreeIntoContainer:", "15."),
        .. new[] { "2.3.", "2.4.", "2.5.", "3.0.", "4.0.", "4.1." }
            .Select(start => new ApartConstant("tough-cookie", "Cookie has domain set to a public suffix", start, IsAlone: true)),
    ];

    /// <summary>
    /// Libraries that take their version from a module of its own, mostly their manifest, which their code asks for within
    /// so many characters of a text.
    /// </summary>
    public static ImmutableArray<KnownConstant> Asking { get; } =
    [
        new("ejs", "", "\"rmWhitespace\",\"strict\",\"filename\",\"async\"", 400),
        new("elliptic", "", ".eddsa=", 200),
        new("joi", "", "(?:[-+]\\d{2})?(?:\\d{4}(?!\\d{2}\\b))", 100),
        new("mysql2", "", "{authPlugins:1,authSwitchHandler:1,", 200),
        new("winston", "", ".RejectionHandler=", 300),
    ];

    /// <summary>Constants that later releases left as they were: they tell the library, and not which release of it.</summary>
    public static FrozenSet<(string Name, string Version)> Stale { get; } = new[]
    {
        ("alasql", "2.2.3"), ("backbone", "1.2.3"), ("echarts", "2.2.7"), ("froala-editor", "3.1.0"), ("handlebars", "1.0.0"),
        ("handlebars", "3.0.1"), ("mustache", "0.8.1"), ("pdfobject", "2.2.3"), ("plupload", "2.3.1"), ("plupload", "2.3.6"),
        ("react-dom", "15.6.2"),
    }.ToFrozenSet();
}
