using System.Text;

namespace ServerlessSec.Inventory.Npm.Bundles;

/// <summary>
/// The shapes in which bundlers leave the versions of well-known libraries, written anew with other names and no more of the
/// library than its mark: as esbuild leaves them, and where it differs as terser does behind webpack and rollup.
/// </summary>
public class BundleScoreTests(ITestOutputHelper output)
{
    private const string Esbuild = "var __commonJS = (cb, mod) => function __require() {};\n";

    private static readonly (string Purl, string Code)[] Shapes =
    [
        ("@angular/core@18.2.0", """function a(b,c){b(c,["ng-version","18.2.0"])}"""),
        ("@angular/core@20.3.6", """var q=new s("20.3.6"),k=`https://${q.major!=="0"?`v${q.major}.`:""}angular.dev/errors`"""),
        ("@angular/core@21.2.5", """var q=new m("21.2.5"),n=(()=>{let e=q.full;return`https://${e==="0.0.0-PLACEHOLDER"?"next":`v${q.major}`}.angular.dev`})()"""),
        ("@vue/runtime-core@3.4.2", """const j="3.4.2",y=n,g=i,k={createComponentInstance:b,setupComponent:c}"""),
        ("@vue/runtime-core@3.3.1", """const q="3.3.1",z=a().B,w={sp:"serverPrefetch hook",bc:"a text"}"""),
        ("@vue/runtime-core@3.5.13", """let r="3.5.13",v=l.N,E=l.N;t.EffectScope=o.EffectScope,t.ReactiveEffect=o.R"""),
        ("@vue/runtime-core@3.5.3", """({version:()=>"3.5.3",warn:()=>e,watch:()=>f,watchPostEffect:()=>g})"""),
        ("alasql@1.7.4", """throw Error("Plese Provide SQL string")}a.version="1.7.4-develop-89075a50undefined",a.debug=void 0"""),
        ("alpinejs@2.8.2", """let x={version:"2.8.2",pauseMutationObserver:!1}"""),
        ("alpinejs@3.14.4", """var h={get raw(){return r},version:"3.14.4",flushAndStopDeferringMutations:m}"""),
        ("angular@1.5.7", """s=s+`\nhttp://errors.angularjs.org/1.5.7/`+(t?t+"/":"")"""),
        ("angular@1.8.3", """var v={full:"1.8.3",major:1,minor:8,dot:3,codeName:"a-name"}"""),
        ("axios@1.7.5", """var h="1.7.5";function x(e){let a=/^([-+\w]{1,25})(:?\/\/|:)/.exec(e)}"""),
        ("axios@1.13.1", """i(e,t){return"[Axios v1.13.1] Transitional a text"}"""),
        ("axios@0.27.2", """var a=f((w,t)=>{t.exports={version:"0.27.2"}});var b=f(()=>{h["User-Agent"]="axios/"+u});"""),
        ("axios@0.26.0", """({507(e){e.exports={r:"0.26.0"}},990(e){return"[Axios v"+n+"] a text"}})"""),
        ("axios@0.17.0", """var d,m={version:"0.17.0"};y["User-Agent"]="axios/"+d.version"""),
        ("backbone@1.4.0", """f.VERSION="1.4.0",f.$=m,f.noConflict=function(){},f.emulateHTTP=!1"""),
        ("bluebird@3.5.1", """d.version="3.5.1",a()(d),b(d,c),f.setBounds(g.firstLineError,h.lastLineError)"""),
        ("bootstrap@3.4.1", """var s='[data-dismiss="alert"]',c=function(e){};c.VERSION="3.4.1",c.TRANSITION_DURATION=150"""),
        ("bootstrap@4.6.2", """var e="alert",c="4.6.2",b="bs.alert",a="."+b"""),
        ("bootstrap@5.2.3", """throw new TypeError(`${this.x.NAME.toUpperCase()}: Option "${r}" a text`)}let v="5.2.3";class z{}"""),
        ("bootstrap@5.3.9", """static get VERSION(){return"5.3.9"}static get DATA_KEY(){return`bs.${this.NAME}`}"""),
        ("bootstrap@5.1.3", """var Y="5.1.3";class Q{constructor(t){b.set(this._element,this.constructor.DATA_KEY,this)}}"""),
        ("bootstrap-select@1.13.2", """h.VERSION="1.13.2",h.B=l,h.DEFAULTS={noneSelectedText:"Nothing selected"}"""),
        ("bytebuffer@4.1.0", """c.VERSION="4.1.0",c.LITTLE_ENDIAN=!0"""),
        ("c3@0.6.4", """var c={version:"0.6.4",chart:{fn:u.prototype}}"""),
        ("chart.js@3.9.1", """var m="3.9.1";let b=["top","bottom","left","right","chartArea"]"""),
        ("chart.js@3.5.0", """registry:{enumerable:O,value:u},version:{enumerable:O,value:"3.5.0"},getChart:{enumerable:O,value:k}"""),
        ("chart.js@4.6.1", """static overrides=e;static registry=h;static version="4.6.1";"""),
        ("ckeditor4@4.16.0", """u={timestamp:"L0QA",version:"4.16.0 (Standard)",revision:"17a1555f7f"}"""),
        ("ckeditor4@4.25.2", """u={timestamp:"Q6A7",version:"4.25.2-lts (Standard)",revision:"1b8366c446"}"""),
        ("d3@3.4.3", """var d={version:"3.4.3"};Date.now||(Date.now=function(){return+new Date})"""),
        ("d3@3.5.17", """var g={version:"3.5.17"},n=[].slice,e=this.document;function I(n){return n&&(n.ownerDocument||n.document||n)}"""),
        ("datatables.net@1.13.11", """S.version="1.13.11",S.settings=[],S.models={},S.models.oSearch={}"""),
        ("datatables.net@3.1.5", """rendererDisplayRowCells:q,order:{},type:F,_unique:0,version:"3.1.5"}"""),
        ("dompurify@3.0.6", """if(n.version="3.0.6",n.removed=[],!a)return"""),
        ("echarts@4.9.0", """T="4.9.0",C={zrender:"4.3.2"},D=1"""),
        ("echarts@3.5.2", """y={version:"3.5.2",dependencies:{zrender:"3.4.2"}}"""),
        ("ejs@3.1.4", """({63840(e){"use strict";e.exports={rE:"3.1.4"}},14155(e,t,r){var o=!1,s=r(63840).rE,c="a",u=["delimiter","rmWhitespace","strict","filename","async"]}})"""),
        ("ejs@3.1.2", """kr=r.cw(e=>{e.exports={rE:"3.1.2"}}),q=kr().rE,u=["delimiter","rmWhitespace","strict","filename","async"]"""),
        ("ejs@3.1.1", """a=`Embedded JavaScript templates`,b=[`template`],c=`3.1.1`,d=`an author`"""),
        ("elliptic@6.4.0", """({16:e=>{e.exports=JSON.parse('{"rE":"6.4.0"}')},8:(e,t,r)=>{t.version=r(16).rE,t.utils=r(4),t.ec=r(5),t.eddsa=r(8)}})"""),
        ("ember-source@5.12.0", """({getFactoryFor:o,setFactoryFor:C},Symbol.toStringTag,{value:"Module"}),y="5.12.0",i=1"""),
        ("fastify@4.26.2", """var o="4.26.2",a=F(),u=require("node:http"),_,{kAvvioBoot:S}=b"""),
        ("flowplayer@7.1.2", """v(A,{version:"7.1.2",engines:[],extensions:[]})"""),
        ("flowplayer@6.0.5", """s.src="//embed.flowplayer.org/6.0.5/embed.min.js" """),
        ("froala-editor@2.9.8", """u.VERSION="2.9.8",u.INSTANCES=[],u.OPTS_MAPPING={}"""),
        ("froala-editor@4.7.1", """{VERSION:"4.7.1",INSTANCES:[],OPTS_MAPPING:{}}"""),
        ("graphql@16.8.0", """({visit:()=>a,version:()=>"16.8.0",versionInfo:()=>b})"""),
        ("handlebars@4.7.7", """o="4.7.7";D.VERSION=o;var l=7;var c={1:"<= 1.0.rc.2"}"""),
        ("highcharts@12.2.0", """h.product="Highcharts",h.version="12.2.0",h.win=w"""),
        ("highcharts@8.2.2", """return{product:"Highcharts",version:"8.2.2",deg2rad:2*Math.PI/360}"""),
        ("highlight.js@10.3.1", """var A="10.3.1";function D(e){}var y={props:["language","code","autodetect"]}"""),
        ("jplayer@2.9.2", """{count:0,version:{script:"2.9.2",needFlash:"2.9.0",flash:"unknown"}}"""),
        ("jquery@3.5.0", """var X="3.5.0",r=function(){};r.fn=r.prototype={jquery:X,constructor:r}"""),
        ("jquery-migrate@3.4.0", """l.migrateVersion="3.4.0";function V(g,C){}"""),
        ("jquery-ui@1.13.1", """e.widget("ui.dialog",{version:"1.13.1",options:{}})"""),
        ("jquery-ui@1.14.2", """n.ui=n.ui||{};var z=n.ui.version="1.14.2";"""),
        ("jquery.terminal@2.46.0", """$.terminal={version:"2.46.0",date:"a date",color_names:["transparent"]}"""),
        ("jszip@3.10.2", """e.version="3.10.2";e.loadAsync=function(e,t){}"""),
        ("joi@17.7.0", """({105(e){e.exports={version:"17.7.0"}},28(e,t,r){let s=r(105),c=/^(?:[-+]\d{2})?(?:\d{4}(?!\d{2}\b))x/}})"""),
        ("knockout@3.3.0", """e.version="3.3.0",e.exportSymbol("version",e.version)"""),
        ("knockout@3.5.1", """e.version="3.5.1",e.b("version",e.version),e.options={useOnlyNativeEvents:!1}"""),
        ("lodash@2.4.2", """u.VERSION="2.4.2",u.prototype.chain=n"""),
        ("lodash@3.10.1", """N="3.10.1",P=1,V="a text",r="__lodash_placeholder__" """),
        ("lodash@4.17.15", """{chain:!1}),M.VERSION="4.17.15",E(["bind","bindKey","curry","curryRight"],f)"""),
        ("lodash@4.17.21", """q="4.17.21",n=200,r="Unsupported core-js use. Try a link" """),
        ("lodash-es@4.17.15", """q.VERSION="4.17.15",(q.templateSettings=t.templateSettings).imports._=q"""),
        ("luxon@3.4.0", """let B="3.4.0"},{"./datetime.js":"ixkvr","./duration.js":"7Y1Yc"}]"""),
        ("mathjax@2.7.9", """MathJax.isPacked=!0,MathJax.version="2.7.9",MathJax.fileversion="2.7.9" """),
        ("mathjax@3.1.0", """t.mathjax={version:"3.1.0",handlers:new m,handleRetriesFor:O}"""),
        ("moment@1.7.2", """var n,r="1.7.2",o=Math.round,L="months|monthsShort|weekdays" """),
        ("moment@1.5.0", """d.version="1.5.0",d.defaultFormat="YYYY" """),
        ("moment@2.29.4", """o.version="2.29.4",L(D),o.fn=l,o.isDate=w,o.isMoment=k"""),
        ("moment-timezone@0.5.40", """t.version="0.5.40",t.dataVersion="",t._zones={}"""),
        ("mootools@1.5.2", """this.MooTools={version:"1.5.2",build:"ed01297a"}"""),
        ("mustache@1.2.0", """s.name="mustache.js",s.version="1.2.0",s.tags=[]"""),
        ("mustache@4.2.0", """var d={name:"mustache.js",version:"4.2.0",tags:[]}"""),
        ("mysql2@3.9.7", """({87(e){e.exports={version:"3.9.7"}},36(e,t,r){let{version:A}=r(87),o=null,a={authPlugins:1,authSwitchHandler:1,b:1}}})"""),
        ("next@14.2.3", """var t="14.2.3",i,n=[],p=class extends T.default.Component{componentDidMount(){this.scrollToHash()}}"""),
        ("next@15.1.0", """G=(h(),"15.1.0");let $;class e extends u.Component{componentDidMount(){this.scrollToHash()}}"""),
        ("pdfjs-dist@1.10.100", """var f="1.10.100",L="ea29ec83",R=D(83);O.WorkerMessageHandler=R"""),
        ("pdfjs-dist@3.11.174", """{docId:C,apiVersion:"3.11.174",data:b,disableAutoFetch:Q}"""),
        ("pdfobject@2.2.11", """return{embed:c,pdfobjectversion:"2.2.11",supportsPDFs:d}"""),
        ("pdfobject@2.3.1", """if(a.navigator.userAgent)return!1;let e="2.3.1",t=window"""),
        ("plupload@2.3.3", """d={VERSION:"2.3.3",STOPPED:1,FAILED:4,DONE:5,GENERIC_ERROR:-100}"""),
        ("postcss@8.4.30", """constructor(e=[]){this.version="8.4.30",this.plugins=this.normalize(e)}"""),
        ("protobufjs@4.1.3", """l.VERSION="4.1.3",l.WIRE_TYPES={}"""),
        ("punycode@2.3.0", """var p={version:"2.3.0",ucs2:{decode:d,encode:e}}"""),
        ("quill@0.20.1", """N.exports={version:"0.20.1"}},{}],8:[function(L){a.className="ql-editor"}]"""),
        ("quill@2.0.3", """static version="2.0.3";static imports={delta:s,"core/module":k}"""),
        ("react@15.7.0", """e.exports="15.7.0"});var b={createMixin:function(e){return e}}"""),
        ("react@16.7.0", """{isValidElement:S,version:"16.7.0",unstable_x:a}"""),
        ("react@18.2.0", """n.useTransition=function(){return l.current.useTransition()};n.version="18.2.0" """),
        ("react@18.3.0", """g=function(){return b.current.useTransition()},k="18.3.0" """),
        ("react-dom@15.4.1", """{unmountComponentAtNode:f,version:"15.4.1",unstable_batchedUpdates:v,unstable_renderSubtreeIntoContainer:E}"""),
        ("react-dom@18.3.1", """g={bundleType:0,version:"18.3.1",rendererPackageName:"react-dom"}"""),
        ("react-dom@17.0.1", """e.renderToStaticNodeStream=function(a,b){return c(a,b)},e.version="17.0.1" """),
        ("react-dom@18.1.0", """f(a,Error("The destination stream closed early.")))},abort:function(b){c(b)}}},h="18.1.0" """),
        ("svelte@1.22.0", """var q="1.22.0";function M(t){return m({filename:"SvelteComponent.html"})}"""),
        ("svelte@2.9.5", """{banner:`/* ${o.file} generated by Svelte v2.9.5 */`}"""),
        ("svelte@3.24.1", """n(t,Object.assign({version:"3.24.1"},e))}function L(t,e){$("SvelteDOMInsert",{target:t})}"""),
        ("tinymce@7.9.3", """{suffix:null,majorVersion:"7",minorVersion:"9.3",releaseDate:"2026-05-19"}"""),
        ("ua-parser-js@1.0.37", """var f="1.0.37",o="console",t="wearable" """),
        ("ua-parser-js@2.0.10", """var t="2.0.10",W=500,M="user-agent" """),
        ("underscore@1.2.3", """t.VERSION="1.2.3";var g=t.each=t.forEach=function(){}"""),
        ("underscore@1.10.2", """this._wrapped=n}var r=o.VERSION="1.10.2";function D(){}"""),
        ("tough-cookie@4.1.2", """var A=x((t,w)=>{w.exports="4.1.2"}),e="Cookie has domain set to a public suffix" """),
        ("validator@13.11.0", """var M="13.11.0",y={version:M,toDate:w,toBoolean:g}"""),
        ("winston@3.9.0", """({62(e){e.exports={rE:"3.9.0"}},5(e,t,r){t.version=r(62).rE,t.ExceptionHandler=r(7),t.RejectionHandler=r(4)}})"""),
        ("video.js@4.12.15", """t.VERSION="4.12.15",t.options={techOrder:["html5"]}"""),
        ("video.js@6.6.2", """d="6.6.2",V=f.userAgent||"",n=/AppleWebKit\/([\d.]+)/i.exec(V)"""),
        ("vue@1.0.28", """x.version="1.0.28";setTimeout(function(){N.devtools&&P.emit("init",x)},0)"""),
        ("vue@2.5.9", """A.version="2.5.9";var z=J("style,class"),W=J("input,textarea,option,select,progress")"""),
        ("yui@3.18.1", """y="3.18.1",b=".",p="http://yui.yahooapis.com/" """),
        ("zrender@5.3.0", """var W="5.3.0",n="__zr_style_"+Math.round(10*Math.random())"""),
    ];

    [Fact]
    public void Tells_the_version_of_each_library_by_the_shape_that_bundlers_leave_and_nothing_else()
    {
        var faults = new StringBuilder();
        foreach (var (expected, code) in Shapes)
        {
            string[] found = [.. Read.Package(("index.js", Esbuild + code)).Components.Select(component => $"{component.Name}@{component.Version}")];
            if (!found.SequenceEqual([expected])) faults.AppendLine($"{expected}: found {string.Join(", ", found)}");
        }

        var libraries = Shapes.Select(shape => shape.Purl[..shape.Purl.LastIndexOf('@')]).Distinct().Count();
        output.WriteLine($"{Shapes.Length} shapes of {libraries} libraries");
        Assert.True(faults.Length == 0, faults.ToString());
    }

    /// <summary>Neighbours' versions, versions of what is asked for, and texts that only speak of a library.</summary>
    [Theory]
    [InlineData("""x={other:"9.9.9"},b="bs.alert" """)]
    [InlineData("""other("9.9.9"),q=200,r="Unsupported core-js use." """)]
    [InlineData("""{peer:"9.9.9"},c={1:"<= 1.0.rc.2"}""")]
    [InlineData("""{name:"mustache.js",other:"9.9.9"}""")]
    [InlineData("""{dependencies:{zrender:"4.3.2"}}""")]
    [InlineData("""e.exports={version:"0.27.2"}""")]
    [InlineData("""e.exports={version:"0.27.2"};f.exports={version:"0.9.9"};"[Axios v"+n""")]
    [InlineData("""{majorVersion:"seven",minorVersion:"9.3"}""")]
    [InlineData("""{minorVersion:"9.3"}""")]
    [InlineData("""e.widget("ui.fancytree",{version:"2.38.3"})""")]
    [InlineData("""x="http://errors.angularjs.org/"+"1.5.7" """)]
    [InlineData("""({63840(e){e.exports={rE:"9.9.9"}},1(e,t,r){r(63841);u=["rmWhitespace","strict","filename","async"]}})""")]
    [InlineData("""({5(e){e.exports={rE:"9.9.8"}},6(e){e.exports={rE:"9.9.9"}},1(e,t,r){t.version=r(5).rE,t.a=r(6),t.eddsa=r(8)}})""")]
    [InlineData("""x({clientVersion:"3.300.0"}),x({clientVersion:"3.301.0"}),{serviceId:e?.serviceId??"S3"}""")]
    [InlineData("""x({clientVersion:"3.800.0"}),{serviceId:e?.serviceId??"SSO OIDC"}""")]
    [InlineData("""e.exports={version:"4.1.2"};var x="Cookie has domain set to a public suffix" """)]
    [InlineData("""e.exports="3.429.0";var x="Cookie has domain set to a public suffix" """)]
    [InlineData("""x({clientVersion:"1.0.0"}),{serviceId:e?.serviceId??"S3"}""")]
    public void Takes_no_neighbours_version_for_a_librarys(string code)
    {
        var found = Read.Package(("index.js", Esbuild + code)).Components.Where(component => component.Version.Length > 0);

        Assert.Empty(found);
    }

    [Fact]
    public void Names_the_clients_of_the_AWS_SDK_by_their_service_and_the_one_version_of_their_release() =>
        Assert.Equal(
            ["pkg:npm/%40aws-sdk/client-cloudwatch-logs@3.300.0", "pkg:npm/%40aws-sdk/client-sso-oidc@3.300.0"],
            Read.Package(("index.js", Esbuild + """x({clientVersion:"3.300.0"}),{serviceId:e?.serviceId??"CloudWatch Logs"},{serviceId:e?.serviceId??"SSO OIDC"}""")).Purls());

    /// <summary>As bundlers leave code that they do not minify, with backticks, and as a string that is evaluated.</summary>
    [Theory]
    [InlineData("lodash-es@4.17.15", "  lodash.VERSION = '4.17.15';\n  // a text\n  (lodash.templateSettings = settings.templateSettings).imports._ = lodash;\n")]
    [InlineData("postcss@8.4.30", "class Processor {\n  constructor(plugins = []) {\n    this.version = `8.4.30`\n    this.plugins = this.normalize(plugins)\n")]
    [InlineData("tough-cookie@4.1.2", "// a tool's comment\nmodule.exports = '4.1.2'\n\nconst e = 'Cookie has domain set to a public suffix';\n")]
    [InlineData("joi@17.7.0", "module.exports = JSON.parse(\"{\\\"name\\\":\\\"joi\\\",\\\"version\\\":\\\"17.7.0\\\",\\\"main\\\":\\\"i.js\\\",\\\"license\\\":\\\"MIT\\\"}\");\n")]
    [InlineData("moment-timezone@0.5.40", "eval(\"{var tz;\\n\\ttz.version      = '0.5.40';\\n\\ttz.dataVersion  = '';\\n}\")\n")]
    [InlineData("vue@3.3.9", "// node_modules/vue/index.js\nvar a = 1;\n// node_modules/@vue/runtime-core/dist/runtime-core.cjs.js\nconst version = \"3.3.9\";\n", "@vue/runtime-core@3.3.9")]
    [InlineData("ejs@3.1.4", "// MODULE: ./node_modules/ejs/package.json\nvar ns = __webpack_require__.cw((module) => {\nconst N = {\"rE\":\"3.1.4\"};\n")]
    [InlineData("react@18.2.0", "// node_modules/react/cjs/react.development.js\nvar ReactVersion = '18.2.0';\n")]
    [InlineData("react@18.2.0", "// node_modules/react/cjs/react.production.min.js\n}, $version = '18.2.0';\n")]
    [InlineData("bluebird@3.7.1", "\"./node_modules/bluebird/js/release/promise.js\"(module) {\neval(\"{Promise.version = \\\"3.7.1\\\";\\n}\")}\n")]
    [InlineData("d3-chord@3.0.2", "// https://d3js.org/d3-chord/ v3.0.2 Copyright 2010-2021 A. Name\nvar a;\n")]
    public void Finds_versions_in_bundles_that_are_not_minified_or_otherwise(string expected, string code, params string[] others)
    {
        string[] found = [.. Read.Package(("index.js", Esbuild + code)).Components.Select(component => $"{component.Name}@{component.Version}").Order(StringComparer.Ordinal)];

        Assert.Equal([.. others, expected], found);
    }

    [Theory]
    [InlineData("// node_modules/vue/index.js\nvar a;\n// node_modules/@vue/runtime-core/x.js\nvar b;\n", "@vue/runtime-core@", "vue@")]
    [InlineData("// node_modules/.pnpm/@vue+shared@3.1.0/node_modules/@vue/shared/i.js\nvar a;\n// node_modules/.pnpm/@vue+reactivity@3.2.0/node_modules/@vue/reactivity/i.js\nvar b;\n// node_modules/vue/i.js\n", "@vue/reactivity@3.2.0", "@vue/shared@3.1.0", "vue@")]
    [InlineData("// node_modules/.pnpm/@angular+core@15.1.0/node_modules/@angular/core/i.js\nvar a;\n// node_modules/@angular/common/i.js\n// node_modules/rxjs/i.js\n", "@angular/common@15.1.0", "@angular/core@15.1.0", "rxjs@")]
    public void Takes_packages_that_are_released_together_for_one_version_where_there_is_but_one(string code, params string[] expected) =>
        Assert.Equal(expected, Read.Package(("index.js", Esbuild + code)).Components.Select(component => $"{component.Name}@{component.Version}").Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("plupload", """d={VERSION:"2.3.6",STOPPED:1,GENERIC_ERROR:-100}""")]
    [InlineData("handlebars", """o="3.0.1";D.VERSION=o;var c={1:"<= 1.0.rc.2"}""")]
    [InlineData("marked", """e.message+="\nPlease report this to https://github.com/markedjs/marked." """)]
    [InlineData("three", """w("WARNING: Multiple instances of Three.js being imported.")""")]
    public void Names_a_library_without_a_version_where_its_constant_is_of_another_release_or_missing(string name, string code)
    {
        var found = Assert.Single(Read.Package(("index.js", Esbuild + code)).Components);

        Assert.Equal((name, ""), (found.Name, found.Version));
    }

    [Fact]
    public void Looks_into_small_files_that_no_bundler_marked()
    {
        const string code = "var n=\"4.17.21\",t=200,r=\"Unsupported core-js use.\";\n";

        Assert.Equal(["pkg:npm/lodash@4.17.21"], Read.Package(("index.js", code)).Purls());
        Assert.Empty(Read.Package(("index.js", "export const handler = async () => 1;\n")).Opaque);
    }

    [Fact]
    public void Calls_a_small_minified_file_that_yields_nothing_a_bundle() =>
        Assert.Equal("bundled", Assert.Single(Read.Package(("index.js", string.Concat(Enumerable.Repeat("var a=1;", 400)))).Opaque).Reason);

    [Theory]
    [InlineData(
        "index.js.LEGAL.txt",
        "Bundled license information:\n\nsafe-buffer/index.js:\n  /*! safe-buffer. MIT License. */\n\n@scope/lib/i.js:\n  /*! @scope/lib v1.2.3 */\n",
        "pkg:npm/%40scope/lib@1.2.3",
        "pkg:npm/safe-buffer")]
    [InlineData("licenses.txt", "@scope/lib\nMIT\nA text about\n\nlodash\n\nnext\nISC\nMIT\n", "pkg:npm/%40scope/lib", "pkg:npm/next")]
    [InlineData("licenses.txt", "lodash\nis not named here\nMIT\n")]
    public void Reads_the_lists_that_bundlers_put_beside_a_bundle(string file, string text, params string[] purls) =>
        Assert.Equal(purls, Read.Package(("index.js", Esbuild), (file, text)).Purls());

    [Theory]
    [InlineData("""{"inputs":{},"outputs":{"out/index.js":{"inputs":{"../node_modules/ms/index.js":{"bytesInOutput":9},"node_modules/gone/i.js":{"bytesInOutput":0},"own.ts":{"bytesInOutput":5}}}}}""", "pkg:npm/ms")]
    [InlineData("""{"outputs":{"a":{"inputs":{"node_modules/.pnpm/ms@2.1.2/node_modules/ms/index.js":{"bytesInOutput":9}}}}}""", "pkg:npm/ms@2.1.2")]
    [InlineData("""{"outputs":[1],"inputs":{"node_modules/ms/index.js":{}}}""")]
    [InlineData("""{"outputs":{"a":{"inputs":{"node_modules/ms/index.js":7,"node_modules/b/i.js":{"bytesInOutput":"1"}}}}}""")]
    [InlineData("[]")]
    [InlineData("{\"outputs\":{\"a")]
    [InlineData("{\"outputs\":{\"\\ud800\":{}}}")]
    public void Reads_the_account_that_esbuild_left_beside_a_bundle(string text, params string[] purls)
    {
        var inventory = Read.Package(("index.js", Esbuild), ("index.meta.json", text));

        Assert.Equal(purls, inventory.Purls());
        Assert.Equal("bundled", Assert.Single(inventory.Opaque).Reason);
    }

    /// <summary>A bundler would have put the other file into it, unless it split that off itself.</summary>
    [Theory]
    [InlineData("require(\"./util\")", "util.js", false)]
    [InlineData("require('../lib')", "lib/index.js", false)]
    [InlineData("import{a}from\"./util.mjs\"", "src/util.mjs", false)]
    [InlineData("import\"./util.mjs\"", "src/util.mjs", false)]
    [InlineData("import(`./data.json`)", "src/data.json", false)]
    [InlineData("import{a}from\"./chunk-ABCDEFGH.mjs\"", "src/chunk-ABCDEFGH.mjs", true)]
    [InlineData("import{a}from\"./util-DKfhQwzG.mjs\"", "src/util-DKfhQwzG.mjs", true)]
    [InlineData("require(\"./123.js\")", "src/123.js", true)]
    [InlineData("require(\"./vendor.js\")", "src/vendor.js", true)]
    [InlineData("require(\"./gone\")", "src/other.js", true)]
    [InlineData("require(\"util\")", "src/util.js", true)]
    [InlineData("f(\"./util\")", "src/util.js", true)]
    [InlineData("require(\"./index.js\")", "src/other.js", true)]
    [InlineData("require(\"./util\");var b={exports:{}};return b", "src/util.js", true)]
    [InlineData("__webpack_require__(1),require(\"./util\")", "src/util.js", true)]
    public void Takes_a_minified_file_that_asks_for_another_of_the_package_for_the_applications_own(string code, string other, bool isBundle)
    {
        if (other == "util.js") other = "src/util.js";
        var text = string.Concat(Enumerable.Repeat("var a=1;", 400)) + code;

        Assert.Equal(isBundle, Read.Package(("src/index.js", text), (other, "exports.a = 1;\n")).Opaque.Any(opaque => opaque.Path == "src/index.js"));
    }

    [Fact]
    public void Takes_no_version_from_behind_the_module_that_a_path_is_of()
    {
        const string keyed = "({\"node_modules/a/index.js\"(e,t){t.exports=1}});var b={version:\"3.14.4\"};";
        const string commented = "// node_modules/a/index.js\nvar a = 1;\n// src/app.ts\nvar VERSION = \"3.14.4\";\n";

        Assert.Equal(["pkg:npm/a"], Read.Package(("index.js", Esbuild + keyed)).Purls());
        Assert.Equal(["pkg:npm/a"], Read.Package(("index.js", Esbuild + commented)).Purls());
    }
}
